package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes keys that nobody wrote before, from several threads, as fast as they are answered, while a
 * watch listens; then says whether answers, watch and store agree.
 */
final class NumberedWrites implements AutoCloseable, WatchListener {
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final int THREADS = 4;

    private final Store store;
    private final String under;
    private final ConcurrentMap<String, TxnOutcome> answers = new ConcurrentHashMap<>();
    private final AtomicInteger committed = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Change> heard = new ArrayList<>();
    private final List<WatchEnd> ends = new ArrayList<>();
    private volatile boolean stopped;

    /** Begins; {@code under} is the prefix of its keys and nobody else's. */
    NumberedWrites(Store store, String under) {
        this.store = store;
        this.under = under;
        RangeResult now = store.range(RangeQuery.prefix(under), Duration.ofSeconds(10));
        store.watch(under, ((RangeResult.Range) now).revision() + 1, this);
        for (int thread = 0; thread < THREADS; thread++) {
            String prefix = under + thread + "-";
            threads.add(Thread.ofVirtual().start(() -> write(prefix)));
        }
    }

    private void write(String prefix) {
        for (int i = 0; !stopped; i++) {
            String key = prefix + i;
            TxnOutcome answer = store.txn(Txn.of(Op.put(key, "v")), DEADLINE);
            answers.put(key, answer);
            noteAnswered(answer);
        }
    }

    private synchronized void noteAnswered(TxnOutcome answer) {
        if (answer instanceof TxnOutcome.Committed) {
            committed.incrementAndGet();
        }
        notifyAll();
    }

    @Override
    public synchronized void onBatch(WatchBatch batch) {
        heard.addAll(batch.changes());
        notifyAll();
    }

    @Override
    public synchronized void onEnd(WatchEnd end) {
        ends.add(end);
        notifyAll();
    }

    /** Waits for so many more writes to be acknowledged, and says how long that took. */
    Duration awaitMore(int writes, Duration within) {
        long begun = System.nanoTime();
        int target = committed.get() + writes;
        await(() -> committed.get() >= target, within, writes + " more writes");
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Waits for so many more writes to be turned away. */
    void awaitRejected(int writes, Duration within) {
        int target = rejected().size() + writes;
        await(() -> rejected().size() >= target, within, writes + " more rejections");
    }

    /** Waits until the watch has heard so many more changes. */
    Duration awaitHeard(int changes, Duration within) {
        long begun = System.nanoTime();
        int target = heardSoFar() + changes;
        await(() -> heard.size() >= target, within, changes + " more changes in the watch");
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private synchronized int heardSoFar() {
        return heard.size();
    }

    private interface Condition {
        boolean holds();
    }

    private synchronized void await(Condition condition, Duration within, String what) {
        long endNanos = System.nanoTime() + within.toNanos();
        try {
            while (!condition.holds()) {
                long millis = (endNanos - System.nanoTime()) / 1_000_000;
                assertThat(millis).as("%s within %s; %s", what, within, this).isPositive();
                wait(millis);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    long unknown() {
        return answers.values().stream().filter(a -> a instanceof Unknown).count();
    }

    List<Rejected> rejected() {
        return answers.values().stream()
                .filter(a -> a instanceof Rejected)
                .map(a -> (Rejected) a)
                .toList();
    }

    /**
     * Ends the writes, then: what was acknowledged is there, what was turned away is not, and the
     * watch heard exactly what is there, once, in order.
     */
    void agree() {
        close();
        RangeResult.Range now =
                (RangeResult.Range) store.range(RangeQuery.prefix(under), Duration.ofSeconds(10));
        List<String> there =
                now.entries().stream()
                        .sorted(Comparator.comparingLong(Entry::modRevision))
                        .map(Entry::key)
                        .toList();
        answers.forEach((key, answer) -> {
            switch (answer) {
                case TxnOutcome.Committed c -> assertThat(there).contains(key);
                case Rejected r -> assertThat(there).as("%s", r).doesNotContain(key);
                case Unknown u -> {}
                case TxnOutcome.Refused r -> throw new AssertionError(r);
            }
        });
        await(() -> heard.size() >= there.size(), Duration.ofSeconds(20), "the rest of the watch");
        synchronized (this) {
            assertThat(heard.stream().map(Change::key).toList()).isEqualTo(there);
            assertThat(ends).isEmpty();
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return committed
                + " committed, "
                + unknown()
                + " unknown, "
                + rejected().size()
                + " rejected, "
                + heard.size()
                + " heard, ends "
                + ends;
    }
}
