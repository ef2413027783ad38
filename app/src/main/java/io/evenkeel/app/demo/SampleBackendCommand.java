package io.evenkeel.app.demo;

import io.evenkeel.app.ReadyFile;
import io.evenkeel.link.Link;
import io.evenkeel.link.LinkConfig;
import io.evenkeel.link.LinkListener;
import io.evenkeel.link.Refusal;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.LinkProtocol;
import io.evenkeel.wire.link.Registration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A process that hosts sample endpoints, for the demo and the tests. SIGTERM makes it leave
 * politely.
 */
@Command(
        name = "sample-backend",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = {
            "Hosts sample endpoints: each serves HTTP on a port of its own and registers by its own link.",
            "Paths: /delay/MS, /status/CODE, /bytes/N; anything else is answered by 200 and a line of text."
        })
public final class SampleBackendCommand implements Callable<Integer> {
    @Option(names = "--service", required = true, description = "The service they serve.")
    private String service = "";

    @Option(
            names = "--gateway",
            split = ",",
            description = "Link addresses of gateways.",
            defaultValue = "127.0.0.1:" + LinkProtocol.DEFAULT_PORT)
    private List<String> gateways = List.of();

    @Option(
            names = "--most-gateways",
            description = "Gateways to be linked with at a time.",
            defaultValue = "" + LinkConfig.DEFAULT_MOST_GATEWAYS)
    private int mostGateways;

    @Option(
            names = "--id-prefix",
            defaultValue = "sample",
            description = "Name of the endpoint; of several it is followed by -NUMBER.")
    private String prefix = "";

    @Option(names = "--count", defaultValue = "1", description = "Endpoints, 1 to 5000.")
    private int count;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Where they serve.")
    private String host = "";

    @Option(names = "--port", defaultValue = "0", description = "Port of the first; 0: any.")
    private int port;

    @Option(names = "--delay", defaultValue = "0ms", description = "Before each answer: 2ms, 1s.")
    private String delay = "";

    @Option(names = "--fail-fast", description = "Answer every request with 500, at once.")
    private boolean failFast;

    @Option(names = "--tunnelled", description = "Reached by its link; else by its address.")
    private boolean tunnelled;

    @Option(names = "--weight", defaultValue = "1")
    private int weight;

    @Option(names = "--zone", defaultValue = "")
    private String zone = "";

    @Option(
            names = "--on-host",
            defaultValue = "",
            description = "Name of the host that they are on; empty: nobody knows.")
    private String onHost = "";

    @Option(
            names = "--churn",
            defaultValue = "0",
            description = "Endpoints that leave politely, or return, each second.")
    private int churn;

    @Option(names = "--seed", defaultValue = "1", description = "Which endpoints churn.")
    private long seed;

    @Option(
            names = "--drain",
            defaultValue = "10s",
            description = "How long running requests may take when it leaves.")
    private String drain = "";

    @Option(names = "--tell", description = "Print a line for each registration, and each end.")
    private boolean tells;

    @Option(names = "--ready-file", description = "Written when every endpoint is registered.")
    private @Nullable Path readyFile;

    private final List<SampleServer.Site> sites = new ArrayList<>();
    private final List<@Nullable Link> links = new ArrayList<>();
    private final List<CompletableFuture<Link.Drained>> leaving = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public Integer call() throws Exception {
        long delayMillis = millis(delay);
        long drainMillis = millis(drain);
        SampleServer server = new SampleServer(new SampleServer.Behaviour(delayMillis, failFast));
        SortedMap<String, String> addresses = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String name = count == 1 ? prefix : prefix + "-" + i;
            SampleServer.Site site = server.open(name, host, port == 0 ? 0 : port + i);
            sites.add(site);
            addresses.put(name, serves(site));
        }
        server.start();
        for (SampleServer.Site site : sites) {
            links.add(register(site));
        }
        Thread hook = new Thread(() -> leave(drainMillis), "sample-leave");
        Runtime.getRuntime().addShutdownHook(hook);
        for (Link link : List.copyOf(links)) {
            if (link != null && !link.awaitRegistered(Duration.ofSeconds(60))) {
                System.err.println(link.endpoint() + " was not registered: " + link.refusal());
                return 1;
            }
        }
        System.out.println(count + " endpoints of " + service + " are registered");
        if (readyFile != null) {
            ReadyFile.of(addresses).write(readyFile);
        }
        churn(drainMillis);
        return 0;
    }

    private String serves(SampleServer.Site site) {
        return host + ":" + site.address.getPort();
    }

    private Link register(SampleServer.Site site) {
        String serves = serves(site);
        LinkConfig config =
                (tunnelled ? LinkConfig.tunnelled(service, serves) : LinkConfig.of(service, serves))
                        .workload(site.name)
                        .endpoint(site.name)
                        .kind(Registration.Kind.PROCESS)
                        .weight(weight)
                        .locality(zone, onHost)
                        .gateways(gateways)
                        .mostGateways(mostGateways)
                        .load(() -> new LinkMessage.Report(site.inFlight.get(), -1, -1, -1))
                        .listener(tells ? Told.TO_STDOUT : LinkListener.NONE)
                        .build();
        return Link.register(config);
    }

    /**
     * Lets endpoints leave and return until the process ends: in turn the one that has been here
     * longest leaves, and the one that has been away longest returns. A tenth is away.
     */
    private void churn(long drainMillis) throws InterruptedException {
        if (churn <= 0) {
            ended.await();
            return;
        }
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        Deque<Integer> here = new ArrayDeque<>(order);
        Deque<Integer> away = new ArrayDeque<>();
        int mostAway = Math.ceilDiv(count, 10);
        long pauseNanos = 1_000_000_000L / churn;
        while (!ended.await(pauseNanos, TimeUnit.NANOSECONDS)) {
            synchronized (links) {
                if (away.size() < mostAway) {
                    int leaving = here.remove();
                    away.add(leaving);
                    leave(leaving, drainMillis);
                } else {
                    int returning = away.remove();
                    here.add(returning);
                    links.set(returning, register(sites.get(returning)));
                }
            }
        }
    }

    private void leave(int chosen, long drainMillis) {
        Link link = Objects.requireNonNull(links.set(chosen, null));
        leaving.add(
                link.beginDrain(Duration.ofMillis(drainMillis))
                        .whenComplete((drained, failed) -> link.leave()));
        leaving.removeIf(CompletableFuture::isDone);
    }

    private void leave(long drainMillis) {
        ended.countDown();
        List<CompletableFuture<Link.Drained>> drains = new ArrayList<>();
        synchronized (links) {
            for (Link link : links) {
                if (link != null) {
                    drains.add(link.beginDrain(Duration.ofMillis(drainMillis)));
                }
            }
            try {
                CompletableFuture.allOf(drains.toArray(CompletableFuture[]::new))
                        .get(drainMillis + 1_000, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | java.util.concurrent.ExecutionException late) {
                System.err.println("not everything was drained in time");
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            for (Link link : links) {
                if (link != null) {
                    link.leave();
                }
            }
            for (Link link : links) {
                try {
                    if (link != null && !link.awaitOver(Duration.ofSeconds(2))) {
                        System.err.println(link.endpoint() + " could not say goodbye");
                    }
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Says what its links come to, a line each. */
    private enum Told implements LinkListener {
        TO_STDOUT;

        @Override
        public void registered(String gateway, String endpoint, long epoch) {
            System.out.println("registered " + endpoint + " at " + gateway + " epoch " + epoch);
        }

        @Override
        public void lost(String gateway, String why) {
            System.out.println("lost " + gateway + ": " + why);
        }

        @Override
        public void refused(String gateway, Refusal refusal) {
            lost(gateway, refusal.toString());
        }
    }

    private static long millis(String text) {
        if (text.matches("[0-9]{1,9}ms")) {
            return Long.parseLong(text.substring(0, text.length() - 2));
        } else if (text.matches("[0-9]{1,6}s")) {
            return 1_000 * Long.parseLong(text.substring(0, text.length() - 1));
        }
        throw new picocli.CommandLine.TypeConversionException(
                "time: " + text + " (expected: 2ms, 1s)");
    }
}
