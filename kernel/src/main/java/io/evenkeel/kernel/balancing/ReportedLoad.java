package io.evenkeel.kernel.balancing;

import java.util.Arrays;

/**
 * What endpoints report, evened out, and what all of them together say: how much is a usual load by
 * others, and which part of all load is ours. A surplus is counted in whole requests, as the order
 * of a queue is; what is left over counts with the next report, so that a load that stays is
 * answered for in full, by each gateway at its own moment. Values are in 256ths of a request; the
 * eight last reports of an endpoint weigh most. Guarded by the queue's lock.
 */
final class ReportedLoad {
    private static final int SMOOTHING = 8;
    private static final int UNIT = LoadScore.REPORT_UNIT;

    private int[] own = new int[0];
    private int[] others = new int[0];

    /** What was left of a surplus when it was counted in whole requests; counts with the next. */
    private int[] rest = new int[0];

    private boolean[] known = new boolean[0];
    private long ownSum;
    private long othersSum;

    /**
     * An endpoint has reported.
     *
     * @param inFlight requests that it works on, everybody's
     * @param outstanding ours among them
     * @param endpoints how many share the load
     * @return its surplus in requests
     */
    int reported(int slot, int inFlight, int outstanding, int endpoints) {
        reserve(slot);
        int ours = outstanding * UNIT;
        int theirs = Math.max(0, inFlight - outstanding) * UNIT;
        int weight = known[slot] ? SMOOTHING : 1;
        known[slot] = true;
        int ownStep = (ours - own[slot]) / weight;
        int othersStep = (theirs - others[slot]) / weight;
        own[slot] += ownStep;
        ownSum += ownStep;
        others[slot] += othersStep;
        othersSum += othersStep;
        long usual = othersSum / Math.max(1, endpoints);
        long part = LoadScore.surplus(others[slot], usual, ownSum, othersSum);
        if (LoadScore.coarse(ownSum, endpoints)) {
            int least = LoadScore.farBeyond(others[slot], usual) ? 1 : 0;
            return (int) Math.min(LoadScore.MAX_LOAD, Math.max(part / UNIT, least));
        }
        part += rest[slot];
        rest[slot] = (int) (part % UNIT);
        return (int) Math.min(LoadScore.MAX_LOAD, part / UNIT);
    }

    /** It reports no more, or is another's slot from now on. */
    void forget(int slot) {
        if (slot < known.length && known[slot]) {
            ownSum -= own[slot];
            othersSum -= others[slot];
            own[slot] = 0;
            others[slot] = 0;
            rest[slot] = 0;
            known[slot] = false;
        }
    }

    private void reserve(int slot) {
        if (slot >= known.length) {
            int capacity = Math.max(slot + 1, 2 * known.length);
            own = Arrays.copyOf(own, capacity);
            others = Arrays.copyOf(others, capacity);
            rest = Arrays.copyOf(rest, capacity);
            known = Arrays.copyOf(known, capacity);
        }
    }
}
