package io.evenkeel.kernel.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener that keeps what it hears until a test takes it. */
public final class WatchRecorder implements WatchListener {
    private static final long PATIENCE_SECONDS = 20;

    private final LinkedBlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final CountDownLatch mayHear;

    public WatchRecorder() {
        this(new CountDownLatch(0));
    }

    /** A slow one: it blocks in its first batch until the latch is open. */
    public WatchRecorder(CountDownLatch mayHear) {
        this.mayHear = mayHear;
    }

    @Override
    public void onBatch(WatchBatch batch) {
        try {
            mayHear.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        heard.add(batch);
    }

    @Override
    public void onEnd(WatchEnd end) {
        heard.add(end);
    }

    /** The next batch or end, waiting for it. */
    public Object take() {
        try {
            Object next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("the watch was silent for " + PATIENCE_SECONDS + " s");
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public WatchBatch batch() {
        Object next = take();
        if (next instanceof WatchBatch batch) {
            return batch;
        }
        throw new AssertionError("expected a batch, heard " + next);
    }

    public WatchEnd end() {
        while (true) {
            if (take() instanceof WatchEnd end) {
                return end;
            }
        }
    }

    /** Keys of all changes up to and including {@code revision}, {@code -} before a deletion. */
    public List<String> keysUpTo(long revision) {
        List<String> keys = new ArrayList<>();
        WatchBatch batch;
        do {
            batch = batch();
            for (Change change : batch.changes()) {
                keys.add((change instanceof Change.Delete ? "-" : "") + change.key());
            }
        } while (batch.revision() < revision);
        return keys;
    }

    public boolean isEmpty() {
        return heard.isEmpty();
    }
}
