package io.evenkeel.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AccessLogTest {
    private static Requests requests(AccessLog.Channel channel) {
        return new Requests(
                Requests.observer(channel),
                "GET /a?b=\"\\ HTTP/1.1",
                "Host: shop.example",
                "X-Request-Id: caf\u00e9 1");
    }

    private static String logged(AccessLog.Format format, TerminationReason reason)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (AccessLog log = new AccessLog(format, Channels.newChannel(bytes))) {
            Requests requests = requests(log.channel());
            ServiceMeter service = requests.observer.service("default", "shop");
            requests.begin(service, service.endpoint("shop-1.80"), 0);
            requests.end(reason, 200, 5_000_000);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void textLineHasItsFieldsInTheirOrder() throws IOException {
        assertThat(logged(AccessLog.Format.TEXT, TerminationReason.COMPLETE))
                .isEqualTo(
                        "2026-01-02T03:04:05.678901Z 0a0b0c0d-01-00000000 caf\\u00e9\\u00201 127.0.0.1 GET "
                                + "shop.example/a?b=\\u0022\\u005c 200 complete default shop shop-1.80 1 3 "
                                + "10 20 1000 2000 3000 4000 5000\n");
    }

    @Test
    void jsonLineIsOneObject() throws IOException {
        assertThat(logged(AccessLog.Format.JSON, TerminationReason.UPSTREAM_BODY_ABORTED))
                .startsWith(
                        "{\"time\":\"2026-01-02T03:04:05.678901Z\",\"id\":\"0a0b0c0d-01-00000000\","
                                + "\"foreignId\":\"caf\\u00e9\\u00201\",\"client\":\"127.0.0.1\",\"method\":\"GET\","
                                + "\"target\":\"shop.example/a?b=\\u0022\\u005c\",\"status\":200,"
                                + "\"reason\":\"upstream.response-body.aborted\"")
                .endsWith("\"endMicros\":5000}\n");
    }

    @Test
    void whatNeverHappenedIsADashOrNull() throws IOException {
        for (AccessLog.Format format : AccessLog.Format.values()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (AccessLog log = new AccessLog(format, Channels.newChannel(bytes))) {
                LoopObserver observer = Requests.observer(log.channel());
                RequestTrace trace = new RequestTrace();
                observer.begin(trace, 0);
                observer.end(trace, TerminationReason.CLIENT_HEAD_MALFORMED, 400, 1000);
            }
            String line = bytes.toString(StandardCharsets.US_ASCII);
            if (format == AccessLog.Format.TEXT) {
                assertThat(line)
                        .endsWith(
                                " 0a0b0c0d-01-00000000 - - OTHER - 400 client.request-head.malformed"
                                        + " - - - 0 - 0 0 - - - - 1\n");
            } else {
                assertThat(line).contains("\"service\":\"\"", "\"score\":null", "\"endMicros\":1}");
            }
        }
    }

    @Test
    void linesOfSeveralLoopsStayWholeAndNoneIsLostWithRoom() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int each = 3000;
        try (AccessLog log = new AccessLog(AccessLog.Format.TEXT, Channels.newChannel(bytes))) {
            List<Thread> loops = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                AccessLog.Channel channel = log.channel();
                loops.add(Thread.ofPlatform().start(() -> requests(channel).serveMany(each)));
            }
            for (Thread loop : loops) {
                loop.join();
            }
        }
        List<String> lines = bytes.toString(StandardCharsets.US_ASCII).lines().toList();
        assertThat(lines).hasSize(3 * each).allMatch(line -> line.split(" ", -1).length == 20);
    }

    @Test
    void fullLogDropsAndCountsAndNeverHoldsTheLoopUp() throws IOException {
        CountDownLatch stuck = new CountDownLatch(1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WritableByteChannel slow =
                new WritableByteChannel() {
                    @Override
                    public int write(ByteBuffer source) throws IOException {
                        try {
                            stuck.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        int n = source.remaining();
                        for (int i = 0; i < n; i++) {
                            bytes.write(source.get());
                        }
                        return n;
                    }

                    @Override
                    public boolean isOpen() {
                        return true;
                    }

                    @Override
                    public void close() {}
                };
        int sent = 20_000;
        long dropped;
        try (AccessLog log = new AccessLog(AccessLog.Format.TEXT, slow)) {
            Requests requests = requests(log.channel());
            requests.serveMany(sent);
            dropped = requests.observer.droppedLines();
            stuck.countDown();
        }
        assertThat(dropped).isPositive();
        assertThat(bytes.toString(StandardCharsets.US_ASCII).lines().count())
                .isEqualTo(sent - dropped);
    }

    @Test
    void failingFileIsCountedAndDoesNotStopTheLog() throws IOException {
        WritableByteChannel broken =
                new WritableByteChannel() {
                    @Override
                    public int write(ByteBuffer source) throws IOException {
                        throw new IOException("disk full");
                    }

                    @Override
                    public boolean isOpen() {
                        return true;
                    }

                    @Override
                    public void close() {}
                };
        AccessLog log = new AccessLog(AccessLog.Format.TEXT, broken);
        requests(log.channel()).serveMany(10);
        log.close();
        assertThat(log.failures()).isPositive();
    }
}
