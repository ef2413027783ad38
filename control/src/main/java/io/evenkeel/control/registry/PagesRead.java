package io.evenkeel.control.registry;

import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.ReadRecord;
import io.evenkeel.kernel.store.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;

/**
 * Reads the records of pages while the next pages are on their way from the store: with a hundred
 * thousand endpoints either is seconds of work. One thread calls; others help.
 */
final class PagesRead {
    private final Executor helpers = ForkJoinPool.commonPool();
    private final List<FutureTask<List<ReadRecord>>> pages = new ArrayList<>();

    /** Forgets what was begun. */
    void clear() {
        pages.forEach(page -> page.cancel(false));
        pages.clear();
    }

    void page(List<Entry> entries) {
        FutureTask<List<ReadRecord>> page = new FutureTask<>(() -> ImageBuilder.read(entries));
        pages.add(page);
        helpers.execute(page);
    }

    /** Everything that was read, in the order of the pages; forgotten here. */
    List<ReadRecord> take() {
        List<ReadRecord> all = new ArrayList<>();
        try {
            // Those that no helper has begun, from the other end.
            pages.reversed().forEach(FutureTask::run);
            for (FutureTask<List<ReadRecord>> page : pages) {
                all.addAll(page.get());
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("ended while a page was read", e);
        } finally {
            clear();
        }
        return all;
    }
}
