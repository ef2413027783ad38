package io.evenkeel.store.etcd;

import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchResponse;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.WatchBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * What the responses on one stream of a watch mean, and from where to go on when it breaks. Holds
 * back a response that came in fragments until it is whole: etcd cuts at any event, also within a
 * revision. Pure; not thread-safe; one for each stream.
 */
final class WatchReader {
    /** {@code WatchResponse.fragment}: more of this response follows. Not in the message class. */
    private static final int RESPONSE_FRAGMENT = 7;

    /** What to do about a response. */
    sealed interface Step {
        /** Nothing. */
        record Wait() implements Step {}

        /**
         * The stream stands.
         *
         * @param revision the member's revision, which may lie behind that of the cluster
         * @param clusterId which cluster it belongs to
         */
        record Created(long revision, long clusterId) implements Step {}

        /** Changes to hand on. */
        record Deliver(WatchBatch batch) implements Step {}

        /** What comes next is gone from history, up to and including {@code revision}. */
        record Resync(long revision, String message) implements Step {}

        /** What this revision replaced is gone from history, and listeners rely on it. */
        record Forgotten(long revision) implements Step {}

        /** The member ended the watch; another may serve it. */
        record Broken(String reason) implements Step {}
    }

    private static final Step WAIT = new Step.Wait();

    private final EtcdMapping mapping;
    private final List<Event> fragments = new ArrayList<>();
    private long next;

    /**
     * @param next the first revision to hand on; earlier ones have been already
     */
    WatchReader(EtcdMapping mapping, long next) {
        this.mapping = mapping;
        this.next = next;
    }

    /** The revision to go on from; counts what {@link #read} told to deliver as delivered. */
    long next() {
        return next;
    }

    Step read(WatchResponse response) {
        long revision = response.getHeader().getRevision();
        if (response.getCompactRevision() > 0) {
            long gone = response.getCompactRevision();
            return new Step.Resync(gone, "etcd has forgotten history up to revision " + gone);
        }
        if (response.getCanceled()) {
            return new Step.Broken("etcd ended the watch: " + response.getCancelReason());
        }
        if (response.getCreated()) {
            return new Step.Created(revision, response.getHeader().getClusterId());
        }
        fragments.addAll(response.getEventsList());
        if (!response.getUnknownFields().getField(RESPONSE_FRAGMENT).getVarintList().isEmpty()) {
            return WAIT;
        }
        if (fragments.isEmpty()) {
            // Progress: nothing of the prefix up to here, so a later start may skip it.
            next = Math.max(next, revision + 1);
            return WAIT;
        }
        Step step = deliver();
        fragments.clear();
        return step;
    }

    private Step deliver() {
        List<Change> changes = new ArrayList<>(fragments.size());
        for (Event event : fragments) {
            long of = event.getKv().getModRevision();
            if (of < next) {
                continue; // some versions repeat events after a member caught up from a snapshot
            }
            Change change = mapping.change(event);
            if (change == null) {
                return new Step.Forgotten(of);
            }
            changes.add(change);
        }
        if (changes.isEmpty()) {
            return WAIT;
        }
        next = changes.getLast().revision() + 1;
        return new Step.Deliver(new WatchBatch(next - 1, changes));
    }
}
