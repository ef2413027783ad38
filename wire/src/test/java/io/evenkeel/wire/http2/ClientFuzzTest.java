package io.evenkeel.wire.http2;

/** A client under {@link ConversationFuzz}. */
class ClientFuzzTest extends ConversationFuzz {
    @Override
    protected String corpus() {
        return "fuzz/http2-client.hex";
    }

    @Override
    Rig rig(Http2Limits limits) {
        return Rig.client(limits, "GET", true);
    }
}
