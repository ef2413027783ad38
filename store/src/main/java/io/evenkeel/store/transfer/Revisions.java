package io.evenkeel.store.transfer;

import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Raises a store's revision, which only writes can do: one small txn a revision, many at once, so
 * that they share the store's syncs. What they leave behind in its history is compacted on the way.
 */
final class Revisions {
    private static final int AT_ONCE = 128;
    private static final long COMPACT_EVERY = 50_000;
    private static final long TELL_EVERY = 1_000;

    private Revisions() {}

    /** Returns when the store's revision is at least {@code wanted}. */
    static void raise(GuardedWrites writes, Store store, long wanted, Progress progress) {
        long begun = StoreExport.read(store, RangeQuery.key(ImportMarker.KEY)).revision();
        if (begun >= wanted) {
            return;
        }
        AtomicLong reached = new AtomicLong(begun);
        AtomicLong given = new AtomicLong(begun);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> raising = new ArrayList<>();
            for (int i = 0; i < Math.min(AT_ONCE, wanted - begun); i++) {
                raising.add(
                        threads.submit(() -> {
                            while (given.incrementAndGet() <= wanted) {
                                long now = writes.touch();
                                reached.accumulateAndGet(now, Math::max);
                                if (now % COMPACT_EVERY == 0) {
                                    store.compact(now, StoreExport.DEADLINE);
                                }
                                if (now % TELL_EVERY == 0) {
                                    tell(progress, now - begun, wanted - begun);
                                }
                            }
                        }));
            }
            for (Future<?> one : raising) {
                one.get();
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TransferException transfer) {
                throw transfer;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransferException(
                    TransferException.Code.STORE, "interrupted; run the same import again");
        }
        // A write whose outcome was unknown may have taken no revision.
        while (reached.get() < wanted) {
            reached.set(writes.touch());
        }
    }

    private static void tell(Progress progress, long done, long total) {
        synchronized (Revisions.class) {
            progress.at("raising revisions", Math.min(done, total), total);
        }
    }
}
