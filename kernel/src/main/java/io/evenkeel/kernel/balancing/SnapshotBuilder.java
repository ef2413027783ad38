package io.evenkeel.kernel.balancing;

import io.evenkeel.kernel.balancing.QueueSnapshot.Entry;
import io.evenkeel.kernel.balancing.QueueSnapshot.Standing;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Copies a queue in pieces with the lock held, and sorts them without it. */
final class SnapshotBuilder {
    private record Ranked(Entry entry, int rank) {}

    private final QueueState state;

    private final List<Ranked> ranked = new ArrayList<>();

    /** By slot: position in the order, when the copying began. */
    private int[] rank = new int[0];

    private int next;
    private Algorithm algorithm = Algorithm.LEAST_LOAD;
    private boolean panic;
    private int eligible;
    private long passedOver;

    SnapshotBuilder(QueueState state) {
        this.state = state;
    }

    /** With the lock held: copies some slots more; whether there are any left. */
    boolean copy(int batch) {
        if (next == 0) {
            int[] ranking = state.order.ranking();
            rank = new int[state.table.limit()];
            for (int i = 0; i < ranking.length; i++) {
                rank[ranking[i]] = i;
            }
        }
        algorithm = state.settings.algorithm();
        panic = state.panic;
        eligible = state.eligible;
        passedOver = state.passedOver;
        int end = Math.min(next + batch, state.table.limit());
        for (; next < end; next++) {
            Node node = state.table.nodeOrNull(next);
            if (node != null && !node.details().left) {
                ranked.add(rank(node));
            }
        }
        return next < state.table.limit();
    }

    private Ranked rank(Node node) {
        int slot = node.slot;
        NodeTable table = state.table;
        Standing standing =
                switch (table.standing(slot)) {
                    case NodeTable.OFF -> Standing.OUT;
                    case NodeTable.PARKED -> Standing.PARKED;
                    default -> Standing.QUEUED;
                };
        EligibilityInputs inputs = node.details().inputs.withAtCapacity(table.isFull(slot));
        Entry entry =
                new Entry(
                        node.id(),
                        node.epoch(),
                        standing,
                        table.score(slot),
                        table.outstanding(slot),
                        table.extra(slot) - state.fading.penaltyLoad(slot),
                        state.fading.penaltyLoad(slot),
                        node.details().settings.weight(),
                        table.rate(slot) / node.details().settings.weight() / 10,
                        table.cap(slot),
                        Eligibility.of(inputs),
                        state.outliers.ejections(slot),
                        Integer.toUnsignedLong(table.completed(slot)) + table.outstanding(slot),
                        table.latencyMicros(slot));
        return new Ranked(entry, slot < rank.length ? rank[slot] : rank.length);
    }

    QueueSnapshot build() {
        ranked.sort(
                Comparator.comparing((Ranked r) -> r.entry().standing())
                        .thenComparingInt(Ranked::rank));
        return new QueueSnapshot(
                state.service,
                algorithm,
                panic,
                eligible,
                passedOver,
                ranked.stream().map(Ranked::entry).toList());
    }
}
