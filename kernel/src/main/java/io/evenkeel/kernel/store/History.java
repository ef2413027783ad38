package io.evenkeel.kernel.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One batch per revision since the last compaction, without gaps: revision r is at r - first. */
final class History {
    private final StoreLimits limits;
    private List<WatchBatch> batches = new ArrayList<>();

    /** Batches before this index are forgotten; cut off when they are half of the list. */
    private int head;

    private long compactRevision;
    private long bytes;

    History(StoreLimits limits, long compactRevision) {
        this.limits = limits;
        this.compactRevision = compactRevision;
    }

    long compactRevision() {
        return compactRevision;
    }

    void append(WatchBatch batch) {
        batches.add(batch);
        bytes += bytesOf(batch);
    }

    WatchBatch batch(long revision) {
        return batches.get(head + Math.toIntExact(revision - compactRevision - 1));
    }

    @Nullable HistoryPart part(String prefix, long fromRevision, long toRevision, int most) {
        if (fromRevision <= compactRevision) {
            return null;
        }
        List<WatchBatch> found = new ArrayList<>();
        long next = fromRevision;
        for (int i = 0; i < most && next <= toRevision; i++, next++) {
            WatchBatch batch = batch(next);
            List<Change> matching = new ArrayList<>(batch.changes().size());
            for (Change change : batch.changes()) {
                if (change.key().startsWith(prefix)) {
                    matching.add(change);
                }
            }
            if (!matching.isEmpty()) {
                found.add(new WatchBatch(next, matching));
            }
        }
        return new HistoryPart(next, found);
    }

    void compact(long upTo) {
        while (compactRevision < upTo) {
            forgetOldest();
        }
        cutHead();
    }

    void trim(long upTo) {
        while (compactRevision < upTo
                && (batches.size() - head > limits.historyRevisions()
                        || bytes > limits.historyBytes())) {
            forgetOldest();
        }
        cutHead();
    }

    private void forgetOldest() {
        bytes -= bytesOf(batches.get(head));
        head++;
        compactRevision++;
    }

    private void cutHead() {
        if (head > 1024 && head > batches.size() / 2) {
            batches = new ArrayList<>(batches.subList(head, batches.size()));
            head = 0;
        }
    }

    /** What the batch holds in memory that the present does not: the entries replaced. */
    private static long bytesOf(WatchBatch batch) {
        long sum = 0;
        for (Change change : batch.changes()) {
            sum += 100L + change.key().length();
            Entry previous = change.previous();
            if (previous != null) {
                sum += previous.value().size();
            }
        }
        return sum;
    }
}
