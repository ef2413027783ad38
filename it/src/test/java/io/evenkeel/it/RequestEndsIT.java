package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.ends.RequestMutations;
import io.evenkeel.gateway.ends.SentRequest;
import io.evenkeel.wire.fuzz.Mutator;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A9: mutated requests through the gateway to nginx and Tomcat, directly and behind a real HAProxy:
 * there is no case in which two of them could disagree on where a request ends. {@code -Dends.seed}
 * repeats a run, {@code -Dends.requests} says how many to send to each upstream each way.
 */
class RequestEndsIT {
    private static final long SEED = Long.getLong("ends.seed", System.nanoTime());
    private static final int CLIENTS = 8;

    /** What was found stays found when a failed test is run again: timing may hide it. */
    private static final List<String> FOUND = new CopyOnWriteArrayList<>();

    @TempDir private Path folder;

    @Test
    @Tag("A")
    void gatewayAndUpstreamsAgreeOnWhereRequestsEnd() throws Exception {
        run(Integer.getInteger("ends.requests", 500));
    }

    @Test
    @Tag("long")
    void gatewayAndUpstreamsAgreeOnWhereTenThousandRequestsEnd() throws Exception {
        run(Integer.getInteger("ends.requests", 10_000));
    }

    private void run(int requests) throws Exception {
        System.out.println("ends.seed " + SEED);
        Programs.require("haproxy");
        Path nginxFolder = Files.createDirectories(folder.resolve("nginx"));
        Path tomcatFolder = Files.createDirectories(folder.resolve("tomcat"));
        try (WitnessUpstream nginx = WitnessUpstream.nginx(nginxFolder);
                WitnessUpstream tomcat = WitnessUpstream.tomcat(tomcatFolder)) {
            nginx.await();
            tomcat.await();
            assertAgree(nginx, tomcat, requests, false);
            assertAgree(nginx, tomcat, requests, true);
        }
    }

    private void assertAgree(
            WitnessUpstream nginx, WitnessUpstream tomcat, int requests, boolean behindHaproxy)
            throws Exception {
        long began = System.nanoTime();
        EndsReport report = new EndsReport();
        Map<String, GatewayRecord> records;
        try (Tap toNginx = new Tap(nginx.address);
                Tap toTomcat = new Tap(tomcat.address);
                Site site = site(toNginx, toTomcat);
                Tap before = new Tap(site.http());
                HaproxyInFront haproxy = haproxy(before)) {
            InetSocketAddress way = behindHaproxy ? haproxy.way("http") : site.http();
            List<Conversation> conversations = hold(way, requests);
            // Its log is whole only at its end.
            site.standalone().terminate();
            assertThat(site.standalone().awaitEnd(Duration.ofSeconds(20))).isTrue();
            records = GatewayRecord.read(site.folder.resolve("access.log"));
            Map<String, List<SentRequest>> nginxLeg = EndsReport.cut(toNginx.streams(), report);
            Map<String, List<SentRequest>> tomcatLeg = EndsReport.cut(toTomcat.streams(), report);
            List<SentRequest> sent = new ArrayList<>();
            nginxLeg.values().forEach(sent::addAll);
            tomcatLeg.values().forEach(sent::addAll);
            report.gateway(records, sent);
            report.upstream(nginxLeg, nginx.seen());
            report.upstream(tomcatLeg, tomcat.seen());
            report.answers(conversations);
            if (behindHaproxy) {
                report.hop(before.streams(), sent, records.size());
            }
        }
        System.out.printf(
                "%s: %d requests sent, %d taken for requests, %d of them whole upstream, %d disagreements, %d ms%n",
                behindHaproxy ? "behind HAProxy" : "directly",
                4 * requests,
                records.size(),
                report.whole(),
                report.cases().size(),
                Duration.ofNanos(System.nanoTime() - began).toMillis());
        FOUND.addAll(report.cases());
        Files.write(Path.of("target", "request-ends.txt"), FOUND);
        assertThat(FOUND.stream().limit(20)).as("all are in target/request-ends.txt").isEmpty();
        // Neither all refused nor all harmless.
        assertThat(report.whole()).isBetween(requests / 2, 4 * requests - requests / 2);
    }

    private static List<Conversation> hold(InetSocketAddress to, int requests) throws Exception {
        RequestMutations mutations = new RequestMutations(SEED);
        Random random = new Random(SEED);
        List<Future<Conversation>> all = new ArrayList<>();
        LongAdder hung = new LongAdder();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < 2 * requests; i++) {
                String host = (i % 2 == 0 ? "nginx" : "tomcat") + ".test";
                String mark = "m%06d-%08x".formatted(i, random.nextInt());
                byte[] mutated = mutations.next(host, mark);
                byte[] good =
                        Mutator.octets(
                                "GET /probe/%s HTTP/1.1\r\nHost: %s\r\nX-Mark: %s\r\nConnection: close\r\n\r\n"
                                        .formatted(mark, host, mark));
                int cut = random.nextInt(mutated.length + 1);
                all.add(
                        clients.submit(() -> {
                            Conversation held = Conversation.hold(to, mark, mutated, good, cut);
                            hung.add(held.hung() ? 1 : 0);
                            return held;
                        }));
                // Each that hangs costs its patience, and one is enough to fail.
                if (hung.sum() > 2 * CLIENTS) {
                    break;
                }
                if (i % 100 == 99) {
                    all.get(i - 50).get();
                }
            }
            List<Conversation> conversations = new ArrayList<>();
            for (Future<Conversation> one : all) {
                conversations.add(one.get());
            }
            return conversations;
        }
    }

    private static Site site(Tap nginx, Tap tomcat) throws Exception {
        Path resources = Files.createTempFile("evenkeel-it", ".yaml");
        Files.writeString(
                resources,
                """
                apiVersion: evenkeel.io/v1
                kind: Endpoint
                metadata: {name: nginx-1}
                spec: {service: nginx, address: "127.0.0.1:%d"}
                ---
                apiVersion: evenkeel.io/v1
                kind: Endpoint
                metadata: {name: tomcat-1}
                spec: {service: tomcat, address: "127.0.0.1:%d"}
                """
                        .formatted(nginx.port(), tomcat.port()));
        return Site.start("--resources=" + resources);
    }

    /** HAProxy reads and writes HTTP, and gives each request an id of its own. */
    private HaproxyInFront haproxy(Tap before) throws Exception {
        List<String> way =
                List.of(
                        "http",
                        "",
                        "http-reuse always",
                        "retries 0",
                        "unique-id-format %[uuid()]",
                        "unique-id-header X-Hop-Id");
        return new HaproxyInFront(folder, "127.0.0.1:" + before.port(), Map.of("http", way));
    }
}
