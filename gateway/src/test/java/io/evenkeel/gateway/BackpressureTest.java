package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Who doesn't read slows the one who writes, through the gateway, and costs it little memory. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class BackpressureTest extends ProxySuite {
    private static final int TOTAL = 64 << 20;

    /** What the kernel holds in four socket buffers, and we in one. */
    private static final int MOST_UNDER_WAY = 40 << 20;

    private static void sendAll(Talk to, AtomicLong sent) {
        byte[] block = new byte[1 << 16];
        while (sent.get() < TOTAL) {
            to.send(block);
            sent.addAndGet(block.length);
        }
    }

    /** Waits until a count stands still. */
    private static long settled(AtomicLong count) {
        long[] last = {-1};
        await(
                "it stands still",
                () -> {
                    long now = count.get();
                    boolean same = now == last[0] && now > 0;
                    last[0] = now;
                    LockSupport.parkNanos(150_000_000);
                    return same;
                });
        return count.get();
    }

    @Test
    void aClientThatDoesNotReadStopsItsEndpoint() {
        AtomicLong sent = new AtomicLong();
        backend(talk -> {
            talk.request();
            talk.send("HTTP/1.1 200 OK\r\nContent-Length: " + TOTAL + "\r\n\r\n");
            sendAll(talk, sent);
        });
        Talk client = client().send(get("/"));
        assertThat(settled(sent)).isLessThan(MOST_UNDER_WAY);
        client.head();
        assertThat(client.bytes(TOTAL)).hasSize(TOTAL);
    }

    @Test
    void anEndpointThatDoesNotReadStopsItsClient() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        backend(talk -> {
            talk.head();
            try {
                go.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            talk.bytes(TOTAL);
            talk.send(ok("all"));
        });
        AtomicLong sent = new AtomicLong();
        Talk client =
                client().send(
                                "PUT / HTTP/1.1\r\nHost: shop\r\nContent-Length: "
                                        + TOTAL
                                        + "\r\n\r\n");
        Thread sender = Thread.ofVirtual().start(() -> sendAll(client, sent));
        assertThat(settled(sent)).isLessThan(MOST_UNDER_WAY);
        go.countDown();
        assertThat(client.reply().body()).isEqualTo("all");
        assertThat(sender.join(java.time.Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void aTunnelHoldsBothSidesBackToo() {
        AtomicLong sent = new AtomicLong();
        backend(talk -> {
            talk.head();
            talk.send(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\n"
                            + "Connection: Upgrade\r\n\r\n");
            sendAll(talk, sent);
        });
        Talk client =
                client().send(
                                "GET / HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\n"
                                        + "Upgrade: chat\r\n\r\n");
        client.head();
        assertThat(settled(sent)).isLessThan(MOST_UNDER_WAY);
        assertThat(client.bytes(TOTAL)).hasSize(TOTAL);
    }
}
