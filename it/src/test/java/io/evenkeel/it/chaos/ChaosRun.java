package io.evenkeel.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.Cluster;
import io.evenkeel.it.Site;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** One run: a cast, a seed, faults, and the judges that look on. */
final class ChaosRun {
    private static final Duration CONVERGENCE = Duration.ofSeconds(45);

    private final long seed;
    private final Cast cast;
    private final Troubles troubles;
    private final Verdict verdict =
            new Verdict(sentence -> System.out.println("chaos: BROKEN: " + sentence));
    private final Links links = new Links();
    private final HistoryJudge history = new HistoryJudge(verdict);
    private volatile boolean watching = true;

    private ChaosRun(long seed, Cast cast) {
        this.seed = seed;
        this.cast = cast;
        this.troubles = new Troubles(cast);
    }

    /** Runs with faults for so long, then until all is well again; a broken promise fails it. */
    static void run(long seed, Cast cast, Duration faults) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "chaos: seed %d (again: -Devenkeel.seed=%d), %d s of faults%n",
                seed,
                seed,
                faults.toSeconds());
        new ChaosRun(seed, cast).run(ChaosPlan.of(seed, cast, faults.toMillis()));
    }

    private void run(List<Fault> plan) throws Exception {
        long begun = System.nanoTime();
        try (Stage stage = Stage.start(cast);
                Lateness lateness = new Lateness()) {
            System.out.printf(
                    Locale.ROOT, "chaos: started in %.1f s%n", (System.nanoTime() - begun) / 1e9);
            Map<String, InetSocketAddress> http = new TreeMap<>();
            Map<String, String> byLink = new HashMap<>();
            for (Cluster.Member gateway : stage.gateways()) {
                http.put(gateway.id, gateway.http());
                byLink.put(gateway.address("link"), gateway.id);
            }
            RequestJudge requests = new RequestJudge(troubles, links, lateness::millis, verdict);
            QueueWatch queues = new QueueWatch(stage.gateways(), requests);
            LeaderWatch leaders = new LeaderWatch(stage.controls(), verdict);
            EtcdHistory etcd =
                    new EtcdHistory(stage.cluster.etcd, stage.machine(Stage.WATCHER), history);
            BackendLogs backends =
                    new BackendLogs(cast, stage.cluster.folder, byLink, links, history);
            Map<String, Tail> accessLogs = new TreeMap<>();
            cast.gateways().forEach(name -> accessLogs.put(name, new Tail(stage.accessLog(name))));
            awaitWell(stage);
            List<Thread> watches =
                    List.of(
                            watch(200, backends::readOn),
                            watch(1_000, () -> judge(accessLogs, requests)),
                            watch(1_000, etcd::readOn),
                            watch(500, queues::look),
                            watch(500, leaders::look));
            try (Customers customers =
                    new Customers(stage.machine(Cast.CLIENTS), http, troubles, lateness, verdict)) {
                try (Writers writers = new Writers(stage.controls(), history, verdict);
                        Duties duties = new Duties(stage)) {
                    assertThat(writers).isNotNull();
                    assertThat(duties).isNotNull();
                    new FaultMaker(stage, troubles, verdict).carryOut(plan, verdict::clean);
                    if (verdict.clean()) {
                        long mended = System.nanoTime();
                        awaitWell(stage);
                        System.out.printf(
                                Locale.ROOT,
                                "chaos: all is well %.1f s after the last fault%n",
                                (System.nanoTime() - mended) / 1e9);
                    }
                }
                Site.await("load", CONVERGENCE, () -> customers.answered() > 500);
                System.out.println("chaos: " + customers);
            }
            watching = false;
            for (Thread watch : watches) {
                watch.join();
            }
            backends.readOn();
            judge(accessLogs, requests);
            assertThat(etcd.readOn()).as("etcd is read").isTrue();
            System.out.println("chaos: " + requests);
            System.out.println("chaos: " + history + "; " + leaders + ", " + queues);
            System.out.println("chaos: the machine was " + lateness);
            assertThat(verdict.all())
                    .as("seed %d; logs are in %s", seed, stage.cluster.folder)
                    .isEmpty();
            assertThat(requests.requests()).isGreaterThan(500);
            assertThat(history.acknowledged()).isGreaterThan(50);
            assertThat(history.leadersWrites()).isPositive();
            assertThat(history.registrations()).isGreaterThanOrEqualTo(cast.backends().size());
            stage.allWell();
        }
    }

    private interface Look {
        void take() throws IOException, InterruptedException;
    }

    /** Looks again and again, so long after the last look. */
    private Thread watch(long millis, Look look) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        while (watching) {
                            look.take();
                            TimeUnit.MILLISECONDS.sleep(millis);
                        }
                    } catch (IOException | RuntimeException | Error e) {
                        verdict.broken("what is there can be judged", e.toString());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private static void judge(Map<String, Tail> logs, RequestJudge judge) throws IOException {
        for (Map.Entry<String, Tail> log : logs.entrySet()) {
            for (String line : log.getValue().lines()) {
                judge.judge(log.getKey(), line);
            }
        }
    }

    /** Every backend at every gateway, one leader, and both controls take changes. */
    private void awaitWell(Stage stage) throws InterruptedException {
        for (Cluster.Member gateway : stage.gateways()) {
            Site.await(
                    "all backends are linked with " + gateway.id,
                    CONVERGENCE,
                    () ->
                            gateway.pickable(Stage.SERVICE) == cast.backends().size()
                                    && gateway.metric("evenkeel_links").orElse(0L)
                                            == cast.backends().size());
        }
        Site.await(
                "one leads",
                CONVERGENCE,
                () -> stage.controls().stream().filter(Cluster.Member::leads).count() == 1);
        for (Cluster.Member control : stage.controls()) {
            Site.await(
                    control.id + " takes changes",
                    CONVERGENCE,
                    () ->
                            control.status(
                                            "POST",
                                            "/v1/apply",
                                            "{apiVersion: evenkeel.io/v1, kind: Service,"
                                                    + " metadata: {name: well}, spec: {}}")
                                    == 200);
        }
    }
}
