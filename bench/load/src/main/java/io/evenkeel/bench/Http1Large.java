package io.evenkeel.bench;

import java.util.List;

/** Replies of 64 KiB over connections that are kept. */
public final class Http1Large {
    private Http1Large() {}

    public static void main(String[] arguments) throws Exception {
        new Http1Comparison("http1-64k", "/64k", List.of(64), false, false, false).run(arguments);
    }
}
