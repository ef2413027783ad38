package io.evenkeel.it.chaos;

import io.evenkeel.it.lab.Machine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that know all gateways: each request has ten seconds, and goes to another gateway when
 * one has failed it or has said nothing for three. Connections are kept; one that turns out closed
 * before a byte came is opened again, as clients do.
 */
final class Customers implements AutoCloseable {
    static final long REQUEST_MILLIS = 10_000;
    private static final long TRY_MILLIS = 3_000;
    private static final long CONNECT_MILLIS = 1_500;
    private static final long PAUSE_MILLIS = 80;
    private static final int THREADS = 10;

    private final Map<String, InetSocketAddress> gateways;
    private final Troubles troubles;
    private final Lateness lateness;
    private final Verdict verdict;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong elsewhere = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean stopping;

    Customers(
            Machine on,
            Map<String, InetSocketAddress> gateways,
            Troubles troubles,
            Lateness lateness,
            Verdict verdict) {
        this.gateways = gateways;
        this.troubles = troubles;
        this.lateness = lateness;
        this.verdict = verdict;
        for (int i = 0; i < THREADS; i++) {
            Customer customer = new Customer(i);
            threads.add(on.thread(customer::run));
        }
        threads.forEach(Thread::start);
    }

    long answered() {
        return answered.get();
    }

    @Override
    public void close() {
        stopping = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return answered
                + " requests answered, "
                + elsewhere
                + " of them by another gateway than the first; "
                + failed
                + " not answered, as no path lasted";
    }

    /** One of them: one thread. */
    private final class Customer {
        private final Random random;
        private final List<String> order = new ArrayList<>(gateways.keySet());
        private final Map<String, KeptConnection> kept = new HashMap<>();

        Customer(int number) {
            random = new Random(number);
        }

        void run() {
            try {
                while (!stopping) {
                    request(random.nextInt(4) == 0 ? "/delay/40" : "/");
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                kept.values().forEach(KeptConnection::close);
            }
        }

        private void request(String path) throws InterruptedException {
            long begin = System.currentTimeMillis();
            List<String> tries = new ArrayList<>();
            int first = random.nextInt(order.size());
            while (System.currentTimeMillis() - begin < REQUEST_MILLIS) {
                String gateway = order.get((first + tries.size()) % order.size());
                long tried = System.currentTimeMillis();
                long left = begin + REQUEST_MILLIS - tried;
                String failure = tryAt(gateway, path, (int) Math.min(left, TRY_MILLIS));
                if (failure.isEmpty()) {
                    answered.incrementAndGet();
                    elsewhere.addAndGet(tries.isEmpty() ? 0 : 1);
                    return;
                }
                long now = System.currentTimeMillis();
                tries.add(gateway + " " + failure + " after " + (now - tried) + " ms");
                if (tries.size() % order.size() == 0) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            }
            fail(begin, System.currentTimeMillis(), tries);
        }

        private void fail(long begin, long end, List<String> tries) {
            failed.incrementAndGet();
            String path = troubles.path(begin - RequestJudge.AFTER_MILLIS, end);
            if (!path.isEmpty() && lateness.millis(begin, end) < 1_000) {
                verdict.broken(
                        "a request fails only if no path lasted from 5 s before to its end",
                        path + " were there all the time: " + tries);
            }
        }

        /** Returns what went wrong; nothing if it was answered. */
        private String tryAt(String gateway, String path, int millis) {
            KeptConnection connection = kept.remove(gateway);
            if (connection != null && connection.get(path, millis)) {
                return keep(gateway, connection);
            }
            // Only one that was closed while it was not used.
            if (connection != null && !connection.stale()) {
                return connection.failure();
            }
            long begin = System.currentTimeMillis();
            try {
                connection =
                        new KeptConnection(
                                Objects.requireNonNull(gateways.get(gateway)),
                                (int) Math.min(millis, CONNECT_MILLIS));
            } catch (IOException refused) {
                long end = System.currentTimeMillis();
                if (troubles.serves(gateway, begin - RequestJudge.AFTER_MILLIS, end)
                        && lateness.millis(begin, end) < 1_000) {
                    verdict.broken(
                            "a gateway that nothing was done to takes connections",
                            gateway + " " + refused + " after " + (end - begin) + " ms");
                }
                return refused.toString();
            }
            return connection.get(path, millis) ? keep(gateway, connection) : connection.failure();
        }

        private String keep(String gateway, KeptConnection connection) {
            kept.put(gateway, connection);
            return "";
        }
    }
}
