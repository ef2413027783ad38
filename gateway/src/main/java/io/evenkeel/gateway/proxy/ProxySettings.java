package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.Limits;
import java.time.Duration;

/**
 * What holds for every client of a gateway. Times in nanoseconds, more than 0.
 *
 * @param limits largest message parts; a head of 64 KiB at most
 * @param pseudonym this gateway's name in Via
 * @param headNanos from a request's first byte to the end of its head
 * @param bodyIdleNanos longest silence of a client that sends a body
 * @param keepAliveNanos longest pause of a client between two requests
 * @param writeStallNanos longest time in which a peer takes nothing of what is sent to it
 * @param lingerNanos how long a connection that is closed from here is still read, so that the
 *     reply isn't lost to a reset
 * @param totalNanos longest life of a request, 0 = no limit
 * @param maxConnections clients per loop; further ones wait in the kernel's backlog
 * @param bufferBytes memory for buffers per loop
 */
public record ProxySettings(
        Limits limits,
        String pseudonym,
        long headNanos,
        long bodyIdleNanos,
        long keepAliveNanos,
        long writeStallNanos,
        long lingerNanos,
        long totalNanos,
        int maxConnections,
        long bufferBytes) {
    /** Head 10 s, others 60 s, linger 2 s, 100,000 clients and 512 MiB of buffers per loop. */
    public static final ProxySettings DEFAULT =
            new ProxySettings(
                    Limits.DEFAULT,
                    "evenkeel",
                    Duration.ofSeconds(10).toNanos(),
                    Duration.ofSeconds(60).toNanos(),
                    Duration.ofSeconds(60).toNanos(),
                    Duration.ofSeconds(60).toNanos(),
                    Duration.ofSeconds(2).toNanos(),
                    0,
                    100_000,
                    512L << 20);

    private static final int MOST_HEAD_BYTES = 64 << 10;

    public ProxySettings {
        if (limits.headBytes() > MOST_HEAD_BYTES) {
            throw new IllegalArgumentException(
                    "headBytes: "
                            + limits.headBytes()
                            + " (expected: at most "
                            + MOST_HEAD_BYTES
                            + ")");
        }
    }
}
