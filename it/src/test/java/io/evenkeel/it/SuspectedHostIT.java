package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.app.demo.Launched;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * C11 with real processes: endpoints on a suspected host stop getting requests at suspicion, long
 * before anybody confirms it. The hosts are agents only; their libvirt refuses every connection,
 * which is silence, and they have no machines.
 */
@Tag("X")
@Timeout(90)
class SuspectedHostIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** From suspicion to the last request that the host gets. */
    private static final Duration LEAVES = Duration.ofSeconds(2);

    /** Without an answer of a host that had hundreds a second: it gets none any more. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    /** Longer than this profile takes from suspicion to confirmation if nothing holds it. */
    private static final Duration LONGER_THAN_ALL = Duration.ofSeconds(7);

    private static final String SWIFT = "--failover-profile=swift";
    private static final Set<String> SUSPECTED = Set.of("Suspected", "Death", "Lock");

    /** Notes when the backends of a host last answered, by the counts of a load; ended by close. */
    private static final class LastAnswer implements AutoCloseable {
        /**
         * What is known of it: never before the answer, and a few milliseconds after it at most.
         */
        private record Noted(long answers, long nanos, Instant at) {}

        private final LoadTotals totals;
        private final String host;
        private final Thread thread;
        private volatile Noted noted = new Noted(0, System.nanoTime(), Instant.now());
        private volatile boolean closed;

        LastAnswer(LoadTotals totals, String host) {
            this.totals = totals;
            this.host = host;
            thread = Thread.ofPlatform().name("answers of " + host).start(this::run);
        }

        private void run() {
            while (!closed) {
                long now = answers(totals, host);
                if (now > noted.answers) {
                    noted = new Noted(now, System.nanoTime(), Instant.now());
                }
                pause(2);
            }
        }

        Noted noted() {
            return noted;
        }

        @Override
        public void close() {
            closed = true;
            try {
                thread.join(SOON);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static long answers(LoadTotals totals, String host) {
        return totals.byBackend().entrySet().stream()
                .filter(one -> one.getKey().startsWith("web-" + host + "-"))
                .mapToLong(one -> one.getValue())
                .sum();
    }

    /** The reason of a host's condition InQuestion; empty while it has none. */
    private static String question(Cluster.Member control, String host) {
        return read(control, "/v1/hosts/" + host).at("status").at("conditions").items().stream()
                .filter(one -> one.at("type").text().equals("InQuestion"))
                .map(one -> one.at("reason").text())
                .findFirst()
                .orElse("");
    }

    private static boolean suspected(Cluster.Member control, String host) {
        return SUSPECTED.contains(question(control, host));
    }

    private static Answer explained(Cluster.Member control, String host) {
        return read(control, "/v1/explain/hosts/" + host);
    }

    private static Answer read(Cluster.Member control, String path) {
        try {
            return control.read(path);
        } catch (IOException | InterruptedException unanswered) {
            throw new AssertionError(unanswered);
        }
    }

    private static void declare(Cluster.Member control, String kind, String path, String spec) {
        String name = path.substring(path.indexOf('/') + 1);
        String body =
                "{\"apiVersion\":\"evenkeel.io/v1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\"},\"spec\":%s}"
                        .formatted(kind, name, spec);
        assertThat(control.status("PUT", "/v1/" + path, body)).isEqualTo(201);
    }

    private static void awaitMore(LoadTotals totals, String host, int more)
            throws InterruptedException {
        long before = answers(totals, host);
        Site.await(
                more + " answers of " + host, SOON, () -> answers(totals, host) - before >= more);
    }

    private static void nothingLost(LoadTotals totals) {
        assertThat(totals.failures()).isEmpty();
        assertThat(totals.lost()).isZero();
        assertThat(totals.cut()).isZero();
    }

    @Test
    void requestsLeaveAHostAtSuspicionReturnWithItsAgentAndGoOnIfAllAreSuspected()
            throws Exception {
        // Bound and not listening: whoever connects is refused, and nobody else gets the port.
        try (Socket closed = new Socket();
                Cluster cluster = Cluster.onEtcd(1)) {
            closed.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Cluster.Member control = cluster.control("c1", SWIFT);
            Cluster.Member gateway = cluster.gateway("g1");
            declareHosts(control, closed.getLocalPort());
            declare(control, "Service", "services/shop", "{}");
            Launched first = cluster.agent("h1", SWIFT);
            Launched second = cluster.agent("h2", SWIFT);
            cluster.backends("web-h1", "shop", 2, gateway, "--on-host=h1");
            cluster.backends("web-h2", "shop", 2, gateway, "--on-host=h2");
            Cluster.awaitPickable("shop", 4, gateway);

            LoadTotals totals = new LoadTotals();
            try (LoadClient load =
                            LoadClient.start(
                                    gateway.http(),
                                    LoadClient.Request.get("shop", "/delay/2"),
                                    4,
                                    Duration.ofMillis(5),
                                    totals);
                    LastAnswer h1 = new LastAnswer(totals, "h1")) {
                assertThat(load).isNotNull();
                awaitMore(totals, "h1", 300);
                awaitMore(totals, "h2", 300);
                assertThat(question(control, "h1") + question(control, "h2")).isEmpty();

                leaves(control, first, totals, h1);

                long back = System.nanoTime();
                first = cluster.agent("h1", SWIFT);
                Site.await("h1 is trusted", SOON, () -> question(control, "h1").isEmpty());
                awaitMore(totals, "h1", 300);
                System.out.printf(
                        "its agent started again: 300 requests more within %d ms%n",
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back));
                nothingLost(totals);

                first.kill();
                second.kill();
                goesOn(control, totals);
            }
            nothingLost(totals);
            System.out.printf(
                    "%d requests answered, %d lost, %d cut%n",
                    totals.answered(), totals.lost(), totals.cut());
        }
    }

    private static void declareHosts(Cluster.Member control, int port) {
        for (String host : new String[] {"h1", "h2"}) {
            declare(
                    control,
                    "Host",
                    "hosts/" + host,
                    "{\"libvirt\":\"qemu+tcp://127.0.0.1:%d/system\",\"storageAddresses\":[\"127.0.0.1\"]}"
                            .formatted(port));
        }
    }

    /** Its agent is dead, its libvirt and its storage are silent, and yet it runs. */
    @Test
    void hostWhoseBackendsAreHeardIsHeldBackAndNoLongerThanThat() throws Exception {
        try (Socket closed = new Socket();
                Cluster cluster = Cluster.onEtcd(1)) {
            closed.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Cluster.Member control = cluster.control("c1", SWIFT, "--witnesses=links");
            Cluster.Member gateway = cluster.gateway("g1");
            declareHosts(control, closed.getLocalPort());
            declare(control, "Service", "services/shop", "{}");
            Launched agent = cluster.agent("h1", SWIFT);
            cluster.agent("h2", SWIFT);
            Launched backends = cluster.backends("web-h1", "shop", 2, gateway, "--on-host=h1");
            Cluster.awaitPickable("shop", 2, gateway);
            agent.kill();
            Site.await(
                    "the links hold it back",
                    SOON,
                    () ->
                            explained(control, "h1").has("held")
                                    && explained(control, "h1")
                                            .at("held")
                                            .text()
                                            .endsWith("sees it live: links"));
            long end = System.nanoTime() + 2 * LONGER_THAN_ALL.toNanos();
            while (System.nanoTime() < end) {
                assertThat(question(control, "h1")).isIn(SUSPECTED);
                pause(100);
            }
            long killed = System.nanoTime();
            backends.kill();
            Site.await(
                    "h1 is confirmed",
                    SOON,
                    () -> !suspected(control, "h1") && !question(control, "h1").isEmpty());
            System.out.printf(
                    "held for %d s; confirmed %d ms after its backends were killed as well%n",
                    2 * LONGER_THAN_ALL.toSeconds(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed));
        }
    }

    /** One of two hosts is suspected. */
    private static void leaves(
            Cluster.Member control, Launched agent, LoadTotals totals, LastAnswer h1)
            throws Exception {
        long killed = System.nanoTime();
        agent.kill();
        long[] asked = new long[1];
        Site.await(
                "h1 is suspected",
                SOON,
                () -> {
                    asked[0] = System.nanoTime();
                    return suspected(control, "h1");
                });
        long others = answers(totals, "h2");
        Site.await(
                "h1 gets no requests",
                LEAVES.plus(QUIET).plus(QUIET),
                () -> System.nanoTime() - h1.noted().nanos() >= QUIET.toNanos());
        LastAnswer.Noted last = h1.noted();
        Answer explained = explained(control, "h1");
        Instant since = Instant.parse(explained.at("suspectedSince").text());
        Duration leaving = Duration.between(since, last.at());
        System.out.printf(
                "last request to h1: %d ms after its agent was killed, %d ms after suspicion, %d ms after the API said so%n",
                TimeUnit.NANOSECONDS.toMillis(last.nanos() - killed),
                leaving.toMillis(),
                TimeUnit.NANOSECONDS.toMillis(last.nanos() - asked[0]));
        assertThat(leaving).isLessThanOrEqualTo(LEAVES);
        assertThat(last.nanos() - asked[0]).isLessThanOrEqualTo(LEAVES.toNanos());
        assertThat(answers(totals, "h2") - others).as("answers of h2 meanwhile").isGreaterThan(100);
        // At suspicion, not at confirmation; and one host of two is no fault of the network.
        assertThat(question(control, "h1")).isIn("Death", "Lock");
        assertThat(explained.has("held")).as("held by the breaker").isFalse();
        assertThat(question(control, "h2")).isEmpty();
        nothingLost(totals);
    }

    /** All are suspected: too few would be left, so all are used, and the breaker holds. */
    private static void goesOn(Cluster.Member control, LoadTotals totals) throws Exception {
        Site.await(
                "both are suspected",
                SOON,
                () -> suspected(control, "h1") && suspected(control, "h2"));
        Site.await(
                "the breaker holds",
                SOON,
                () -> explained(control, "h1").has("held") && explained(control, "h2").has("held"));
        long end = System.nanoTime() + LONGER_THAN_ALL.toNanos();
        while (System.nanoTime() < end) {
            awaitMore(totals, "h1", 50);
            awaitMore(totals, "h2", 50);
            assertThat(question(control, "h1")).isIn(SUSPECTED);
            assertThat(question(control, "h2")).isIn(SUSPECTED);
        }
    }
}
