package io.evenkeel.kernel.balancing;

import java.util.Arrays;

/**
 * The parts of a node's score that change with time alone: surplus, penalty, slow start. Only nodes
 * that have such a part are listed, so a tick costs nothing for the others. Guarded by the queue's
 * lock; values move in steps of {@link LoadScore#STEP_NANOS}, however often ticks come.
 */
final class Fading {
    private final NodeTable table;
    private final ReportedLoad reports = new ReportedLoad();

    private int[] listed = new int[16];
    private int count;

    /** By slot: its index in the list plus one, or 0. */
    private int[] position = new int[0];

    private int[] penalty = new int[0];
    private int[] surplus = new int[0];
    private long[] surplusAt = new long[0];
    private long[] reportInterval = new long[0];
    private long[] slowSince = new long[0];
    private boolean[] slow = new boolean[0];

    /** The step up to which a node's penalty has faded. */
    private long[] step = new long[0];

    Fading(NodeTable table) {
        this.table = table;
    }

    int count() {
        return count;
    }

    int at(int index) {
        return listed[index];
    }

    /** A slot is used by a new node. */
    void reset(int slot) {
        if (position.length < table.capacity()) {
            int capacity = table.capacity();
            position = Arrays.copyOf(position, capacity);
            penalty = Arrays.copyOf(penalty, capacity);
            surplus = Arrays.copyOf(surplus, capacity);
            surplusAt = Arrays.copyOf(surplusAt, capacity);
            reportInterval = Arrays.copyOf(reportInterval, capacity);
            slowSince = Arrays.copyOf(slowSince, capacity);
            slow = Arrays.copyOf(slow, capacity);
            step = Arrays.copyOf(step, capacity);
        }
        penalty[slot] = 0;
        surplus[slot] = 0;
        slow[slot] = false;
        reports.forget(slot);
    }

    /** It is gone. */
    void forget(int slot) {
        unlist(slot);
        reports.forget(slot);
    }

    /** A request to it has failed. */
    void failed(int slot, long now) {
        if (penalty[slot] == 0) {
            step[slot] = stepOf(now);
        }
        penalty[slot] = LoadScore.failed(penalty[slot]);
        list(slot);
        table.extra(slot, surplusLoad(slot, now) + LoadScore.penalty(penalty[slot]));
    }

    /** It has reported, as one of so many endpoints. */
    void reported(int slot, int inFlight, int endpoints, long intervalNanos, long now) {
        surplus[slot] = reports.reported(slot, inFlight, table.outstanding(slot), endpoints);
        surplusAt[slot] = now;
        reportInterval[slot] = intervalNanos;
        table.extra(slot, surplus[slot] + LoadScore.penalty(penalty[slot]));
        if (surplus[slot] > 0) {
            list(slot);
        }
    }

    /** Its slow start begins. */
    void startSlowly(int slot, long now) {
        slow[slot] = true;
        slowSince[slot] = now;
        list(slot);
    }

    /**
     * Brings the node's extra load and rate up to now, and unlists it if nothing is left to fade.
     */
    void advance(int slot, int weight, BalancingSettings settings, long now) {
        if (penalty[slot] > 0) {
            long to = stepOf(now);
            penalty[slot] = LoadScore.faded(penalty[slot], to - step[slot]);
            step[slot] = to;
        }
        int others = surplusLoad(slot, now);
        if (others == 0) {
            surplus[slot] = 0;
        }
        table.extra(slot, others + LoadScore.penalty(penalty[slot]));
        int factor = factorPermille(slot, settings, now);
        if (factor == LoadScore.FULL_PERMILLE) {
            slow[slot] = false;
        }
        table.rate(slot, LoadScore.rate(weight, factor));
        if (penalty[slot] == 0 && surplus[slot] == 0 && !slow[slot]) {
            unlist(slot);
        }
    }

    /** Load for failures, as it stands. */
    int penalty(int slot) {
        return LoadScore.penalty(penalty[slot]);
    }

    int surplusLoad(int slot, long now) {
        return surplus[slot] == 0
                ? 0
                : LoadScore.fadedSurplus(
                        surplus[slot], now - surplusAt[slot], reportInterval[slot]);
    }

    int factorPermille(int slot, BalancingSettings settings, long now) {
        return slow[slot]
                ? LoadScore.factorPermille(
                        now - slowSince[slot],
                        settings.slowStart().toNanos(),
                        settings.slowStartFloorPercent())
                : LoadScore.FULL_PERMILLE;
    }

    private void unlist(int slot) {
        if (position[slot] > 0) {
            int last = listed[--count];
            listed[position[slot] - 1] = last;
            position[last] = position[slot];
            position[slot] = 0;
        }
    }

    private void list(int slot) {
        if (position[slot] == 0) {
            if (count == listed.length) {
                listed = Arrays.copyOf(listed, count * 2);
            }
            listed[count++] = slot;
            position[slot] = count;
        }
    }

    private static long stepOf(long now) {
        return Math.floorDiv(now, LoadScore.STEP_NANOS);
    }
}
