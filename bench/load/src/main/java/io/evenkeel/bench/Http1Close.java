package io.evenkeel.bench;

import java.util.List;

/** Small replies, each request on a connection of its own. */
public final class Http1Close {
    private Http1Close() {}

    public static void main(String[] arguments) throws Exception {
        new Http1Comparison("http1-close", "/small", List.of(64), true, true, false).run(arguments);
    }
}
