package io.evenkeel.bench;

import java.util.List;

/** Small replies over connections that are kept. */
public final class Http1KeepAlive {
    private Http1KeepAlive() {}

    public static void main(String[] arguments) throws Exception {
        new Http1Comparison("http1-keepalive", "/small", List.of(64, 512), false, true, true)
                .run(arguments);
    }
}
