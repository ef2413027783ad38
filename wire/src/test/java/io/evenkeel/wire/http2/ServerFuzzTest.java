package io.evenkeel.wire.http2;

/** A server under {@link ConversationFuzz}. */
class ServerFuzzTest extends ConversationFuzz {
    @Override
    protected String corpus() {
        return "fuzz/http2-server.hex";
    }

    @Override
    Rig rig(Http2Limits limits) {
        return Rig.server(limits);
    }
}
