package io.evenkeel.kernel.balancing;

import io.evenkeel.kernel.balancing.QueueSnapshot.Entry;
import io.evenkeel.kernel.balancing.QueueSnapshot.Standing;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Takes a snapshot of a queue so that picks don't wait for it: the first {@link #EXACT} places, and
 * every number that decides them, at one instant; what comes behind them in pieces, each node at an
 * instant of its own, sorted by score. What lies apart (settings, opinions) is read in pieces too.
 */
final class SnapshotBuilder {
    /** Places taken at one instant: some tenths of a millisecond under the lock. */
    static final int EXACT = 2_048;

    /** What decides a node's place. */
    private record Numbers(
            Node node,
            Standing standing,
            boolean full,
            long score,
            int outstanding,
            int extra,
            int penalty,
            int rate,
            int cap,
            int completed,
            int latencyMicros) {}

    private final QueueState state;
    private final Algorithm algorithm;
    private final boolean panic;
    private final int eligible;
    private final long passedOver;
    private final List<Numbers> first = new ArrayList<>();
    private final IdentityHashMap<Node, Boolean> seen = new IdentityHashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Entry> rest = new ArrayList<>();
    private int slot;

    /** With the lock held: this is the instant. */
    SnapshotBuilder(QueueState state) {
        this.state = state;
        algorithm = state.settings.algorithm();
        panic = state.panic;
        eligible = state.eligible;
        passedOver = state.passedOver;
        for (int place : state.order.ranking(EXACT)) {
            take(place);
        }
        if (state.table.limit() <= EXACT) {
            // A small queue is of one instant as a whole.
            take(NodeTable.PARKED, state.table.limit());
            take(NodeTable.OFF, state.table.limit());
            slot = state.table.limit();
        }
    }

    private void take(int standing, int limit) {
        for (int i = 0; i < limit; i++) {
            if (isNode(i) && state.table.standing(i) == standing) {
                take(i);
            }
        }
    }

    private void take(int at) {
        Numbers numbers = numbers(at);
        first.add(numbers);
        seen.put(numbers.node(), true);
    }

    private boolean isNode(int at) {
        return state.table.nodeOrNull(at) != null && !state.table.isGone(at);
    }

    /** With the lock held: takes some nodes more; whether there are any left. */
    boolean copy(int batch) {
        int left = batch;
        for (; left > 0 && entries.size() < first.size(); left--) {
            entries.add(entry(first.get(entries.size())));
        }
        for (; left > 0 && slot < state.table.limit(); left--, slot++) {
            if (isNode(slot) && !seen.containsKey(state.table.node(slot))) {
                rest.add(entry(numbers(slot)));
            }
        }
        return entries.size() < first.size() || slot < state.table.limit();
    }

    private Numbers numbers(int at) {
        NodeTable table = state.table;
        Standing standing =
                switch (table.standing(at)) {
                    case NodeTable.OFF -> Standing.OUT;
                    case NodeTable.PARKED -> Standing.PARKED;
                    default -> Standing.QUEUED;
                };
        return new Numbers(
                table.node(at),
                standing,
                table.isFull(at),
                table.score(at),
                table.outstanding(at),
                table.extra(at),
                state.fading.penalty(at),
                table.rate(at),
                table.cap(at),
                table.completed(at),
                table.latencyMicros(at));
    }

    private Entry entry(Numbers of) {
        Node node = of.node();
        EligibilityInputs inputs = node.details().inputs.withAtCapacity(of.full());
        // The slot may be another node's by now.
        boolean there = state.table.nodeOrNull(node.slot) == node;
        int weight = node.details().settings.weight();
        return new Entry(
                node.id(),
                node.epoch(),
                of.standing(),
                of.score(),
                of.outstanding(),
                of.extra() - of.penalty(),
                of.penalty(),
                weight,
                of.rate() / weight / 10,
                of.cap(),
                Eligibility.of(inputs),
                there ? state.outliers.ejections(node.slot) : 0,
                Integer.toUnsignedLong(of.completed()) + of.outstanding(),
                of.latencyMicros(),
                node.report());
    }

    QueueSnapshot build() {
        rest.sort(Comparator.comparing(Entry::standing).thenComparingLong(SnapshotBuilder::place));
        entries.addAll(rest);
        return new QueueSnapshot(state.service, algorithm, panic, eligible, passedOver, entries);
    }

    /** Among those of one standing; what is parked or out has no order. */
    private static long place(Entry entry) {
        return entry.standing() == Standing.QUEUED ? entry.score() : 0;
    }
}
