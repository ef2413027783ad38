package io.evenkeel.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * wrk as a client beside ours: real keep-alive load. It can't tell a reply cut midway from one
 * never begun.
 */
final class Wrk implements AutoCloseable {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern REFUSED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

    /** What it counted. */
    record Count(long requests, long refused, String text) {}

    private final Process process;
    private final CompletableFuture<String> out;

    private Wrk(Process process) {
        this.process = process;
        this.out =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return new String(
                                process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException ended) {
                        return "";
                    }
                });
    }

    static Wrk start(Site site, String host, int connections, Duration length) throws IOException {
        Programs.require("wrk");
        return new Wrk(
                new ProcessBuilder(
                                "wrk",
                                "-t1",
                                "-c" + connections,
                                "-d" + length.toSeconds() + "s",
                                "-H",
                                "Host: " + host,
                                "http://" + site.address("http") + "/")
                        .redirectErrorStream(true)
                        .start());
    }

    Count await() throws InterruptedException {
        process.waitFor();
        String text = out.join();
        return new Count(first(REQUESTS, text), first(REFUSED, text), text);
    }

    private static long first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
