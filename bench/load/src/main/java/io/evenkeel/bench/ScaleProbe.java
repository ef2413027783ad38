package io.evenkeel.bench;

import io.evenkeel.control.registry.ImageFeed;
import io.evenkeel.gateway.Gateway;
import io.evenkeel.gateway.GatewaySettings;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What {@link RegistryScale} measures in a process of its own, as a gateway starts: {@code load
 * embedded|etcd PLACE ENDPOINTS}, or {@code changes etcd ADDRESS ENDPOINTS SECONDS}. Prints {@code
 * name value} a line.
 */
public final class ScaleProbe {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CHANGES_A_SECOND = 500;
    private static final int AT_ONCE = 64;

    private ScaleProbe() {}

    public static void main(String[] arguments) throws Exception {
        int endpoints = Integer.parseInt(arguments[3]);
        try {
            if (arguments[0].equals("load")) {
                load(arguments[1].equals("etcd"), arguments[2], endpoints);
            } else {
                changes(arguments[2], endpoints, Integer.parseInt(arguments[4]));
            }
        } finally {
            System.out.flush();
        }
    }

    private static void load(boolean etcd, String place, int endpoints) throws Exception {
        long heapBefore = liveBytes();
        long begun = System.nanoTime();
        try (Store store = open(etcd, place)) {
            long opened = System.nanoTime();
            ImageFeed feed = new ImageFeed(store, DEADLINE);
            feed.start();
            await(feed, endpoints);
            long loaded = System.nanoTime();
            say("open_s", (opened - begun) / 1e9);
            say("load_s", (loaded - begun) / 1e9);
            if (etcd) {
                // The embedded store is in memory itself; here the image is all there is.
                long heap = liveBytes();
                say("bytes", (double) (heap - heapBefore) / endpoints);
                say("known", feed.image().endpoints().size());
            }
            feed.close();
        }
    }

    private static Store open(boolean etcd, String place) {
        return etcd ? Etcd.client(place) : EmbeddedStore.open(EmbeddedConfig.at(Path.of(place)));
    }

    private static void await(ImageFeed feed, int endpoints)
            throws InterruptedException, IOException {
        if (!feed.awaitFirst(PATIENCE) || feed.image().endpoints().size() != endpoints) {
            throw new IOException(feed.image().endpoints().size() + " endpoints were loaded");
        }
    }

    /** One change that was committed. */
    private record Committed(long revision, long atNanos) {}

    /** An image that was published. */
    private record Published(long revision, long atNanos) {}

    private static void changes(String address, int endpoints, int seconds) throws Exception {
        ConcurrentLinkedQueue<Published> images = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Published> tables = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Committed> committed = new ConcurrentLinkedQueue<>();
        Gateway gateway =
                Gateway.create(
                        GatewaySettings.of(
                                "gateway-1",
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        null);
        try (Store followed = Etcd.client(address);
                Store written = Etcd.client(address)) {
            ImageFeed feed = new ImageFeed(followed, DEADLINE);
            feed.subscribe(noting(images));
            feed.subscribe(gateway);
            feed.subscribe(noting(tables));
            feed.start();
            await(feed, endpoints);
            // A gateway that has been running for a while.
            write(written, endpoints, Math.max(1, seconds / 4), new ConcurrentLinkedQueue<>());
            double took = write(written, endpoints, seconds, committed);
            long last = committed.stream().mapToLong(Committed::revision).max().orElseThrow();
            if (!feed.awaitRevision(last, DEADLINE)) {
                throw new IOException("the image did not reach revision " + last);
            }
            say("rate", committed.size() / took);
            List<Committed> changes = List.copyOf(committed);
            quantiles("image", changes, List.copyOf(images));
            quantiles("table", changes, List.copyOf(tables));
            feed.close();
        } finally {
            gateway.stop(Duration.ZERO);
        }
    }

    private static ImagePublisher noting(ConcurrentLinkedQueue<Published> seen) {
        return delta -> seen.add(new Published(delta.after().revision(), System.nanoTime()));
    }

    /** Changes weights in an open loop, so many a second; how many seconds it took. */
    private static double write(
            Store store, int endpoints, int seconds, ConcurrentLinkedQueue<Committed> committed)
            throws InterruptedException {
        long begun = System.nanoTime();
        long gapNanos = TimeUnit.SECONDS.toNanos(1) / CHANGES_A_SECOND;
        Semaphore atOnce = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < seconds * CHANGES_A_SECOND; i++) {
                int change = i;
                LockSupport.parkNanos(begun + i * gapNanos - System.nanoTime());
                atOnce.acquire();
                threads.execute(() -> {
                    int endpoint = (int) (change * 7_919L % endpoints);
                    long revision =
                            ScaleRecords.commit(
                                    store, List.of(ScaleRecords.spec(endpoint, 2 + change % 200)));
                    committed.add(new Committed(revision, System.nanoTime()));
                    atOnce.release();
                });
            }
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    /** From the writer's acknowledgement to the first image that has the change. */
    private static void quantiles(String what, List<Committed> changes, List<Published> seen) {
        long[] revisions = seen.stream().mapToLong(Published::revision).toArray();
        double[] millis = new double[changes.size()];
        for (int i = 0; i < millis.length; i++) {
            int at = Arrays.binarySearch(revisions, changes.get(i).revision());
            Published image = seen.get(at >= 0 ? at : -at - 1);
            millis[i] = Math.max(0, (image.atNanos() - changes.get(i).atNanos()) / 1e6);
        }
        Arrays.sort(millis);
        say(what + "_p50_ms", millis[millis.length / 2]);
        say(what + "_p99_ms", millis[(int) Math.ceil(millis.length * 0.99) - 1]);
        say(what + "_max_ms", millis[millis.length - 1]);
    }

    /** Of the heap, what is reachable. */
    private static long liveBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void say(String name, double value) {
        System.out.printf(Locale.ROOT, "%s %.4f%n", name, value);
    }
}
