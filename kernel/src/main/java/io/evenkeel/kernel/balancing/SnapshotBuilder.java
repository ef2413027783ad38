package io.evenkeel.kernel.balancing;

import io.evenkeel.kernel.balancing.QueueSnapshot.Entry;
import io.evenkeel.kernel.balancing.QueueSnapshot.Standing;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a snapshot of a queue: the order, and every number that decides it, at one instant by
 * copying arrays; what lies apart (settings, opinions) afterwards in pieces, so that picks don't
 * wait for it.
 */
final class SnapshotBuilder {
    private final QueueState state;
    private final NodeTable table;
    private final int[] penalties;
    private final Algorithm algorithm;
    private final boolean panic;
    private final int eligible;
    private final long passedOver;

    /**
     * Slots with a node: the order head first, then those at their cap, then those that are out.
     */
    private final int[] slots;

    private final List<Entry> entries;
    private int next;

    /** With the lock held: this is the instant. */
    SnapshotBuilder(QueueState state) {
        this.state = state;
        table = state.table.copy();
        penalties = state.fading.penalties();
        algorithm = state.settings.algorithm();
        panic = state.panic;
        eligible = state.eligible;
        passedOver = state.passedOver;
        int[] ranking = state.order.ranking();
        slots = new int[table.limit()];
        System.arraycopy(ranking, 0, slots, 0, ranking.length);
        int count = add(NodeTable.PARKED, ranking.length);
        count = add(NodeTable.OFF, count);
        entries = new ArrayList<>(count);
        next = count;
    }

    private int add(int standing, int from) {
        int count = from;
        for (int slot = 0; slot < table.limit(); slot++) {
            if (table.nodeOrNull(slot) != null
                    && !table.isGone(slot)
                    && table.standing(slot) == standing) {
                slots[count++] = slot;
            }
        }
        return count;
    }

    /** With the lock held: takes some nodes more; whether there are any left. */
    boolean copy(int batch) {
        int end = Math.min(next, entries.size() + batch);
        while (entries.size() < end) {
            entries.add(entry(slots[entries.size()]));
        }
        return end < next;
    }

    private Entry entry(int slot) {
        Node node = table.node(slot);
        Standing standing =
                switch (table.standing(slot)) {
                    case NodeTable.OFF -> Standing.OUT;
                    case NodeTable.PARKED -> Standing.PARKED;
                    default -> Standing.QUEUED;
                };
        EligibilityInputs inputs = node.details().inputs.withAtCapacity(table.isFull(slot));
        // The slot may be another node's by now.
        int ejections = state.table.nodeOrNull(slot) == node ? state.outliers.ejections(slot) : 0;
        int penalty = LoadScore.penalty(penalties[slot]);
        int weight = node.details().settings.weight();
        return new Entry(
                node.id(),
                node.epoch(),
                standing,
                table.score(slot),
                table.outstanding(slot),
                table.extra(slot) - penalty,
                penalty,
                weight,
                table.rate(slot) / weight / 10,
                table.cap(slot),
                Eligibility.of(inputs),
                ejections,
                Integer.toUnsignedLong(table.completed(slot)) + table.outstanding(slot),
                table.latencyMicros(slot));
    }

    QueueSnapshot build() {
        return new QueueSnapshot(state.service, algorithm, panic, eligible, passedOver, entries);
    }
}
