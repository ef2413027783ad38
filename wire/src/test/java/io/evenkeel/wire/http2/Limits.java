package io.evenkeel.wire.http2;

import io.evenkeel.wire.http2.Http2Limits.Rate;

/** The default limits with some changed. */
record Limits(
        int concurrentStreams,
        int streamWindow,
        int connectionWindow,
        int headerList,
        int continuations,
        Rate resets,
        Rate chatter,
        int answers,
        boolean connectProtocol) {
    static final Limits DEFAULT =
            new Limits(
                    1_000,
                    65_535,
                    100_000,
                    32 * 1024,
                    8,
                    new Rate(1_000, 100),
                    new Rate(1_000, 200),
                    64 * 1024,
                    false);

    Limits headerList(int bytes) {
        return new Limits(
                concurrentStreams,
                streamWindow,
                connectionWindow,
                bytes,
                continuations,
                resets,
                chatter,
                answers,
                connectProtocol);
    }

    Limits concurrentStreams(int streams) {
        return new Limits(
                streams,
                streamWindow,
                connectionWindow,
                headerList,
                continuations,
                resets,
                chatter,
                answers,
                connectProtocol);
    }

    Limits rates(Rate ofResets, Rate ofChatter) {
        return new Limits(
                concurrentStreams,
                streamWindow,
                connectionWindow,
                headerList,
                continuations,
                ofResets,
                ofChatter,
                answers,
                connectProtocol);
    }

    Limits answers(int bytes) {
        return new Limits(
                concurrentStreams,
                streamWindow,
                connectionWindow,
                headerList,
                continuations,
                resets,
                chatter,
                bytes,
                connectProtocol);
    }

    Limits withConnectProtocol() {
        return new Limits(
                concurrentStreams,
                streamWindow,
                connectionWindow,
                headerList,
                continuations,
                resets,
                chatter,
                answers,
                true);
    }

    Http2Limits build() {
        return new Http2Limits(
                concurrentStreams,
                streamWindow,
                connectionWindow,
                4_096,
                headerList,
                32 * 1024,
                continuations,
                resets,
                chatter,
                answers,
                connectProtocol);
    }
}
