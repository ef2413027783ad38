package io.evenkeel.kernel.balancing;

import java.util.Arrays;

/**
 * What endpoints report, evened out, and what all of them together say: how much is a usual load by
 * others, and which part of all load is ours. Values are in 256ths of a request; the eight last
 * reports of an endpoint weigh most. Guarded by the queue's lock.
 */
final class ReportedLoad {
    private static final int SMOOTHING = 8;

    private int[] own = new int[0];
    private int[] others = new int[0];
    private boolean[] known = new boolean[0];
    private long ownSum;
    private long othersSum;

    /**
     * An endpoint has reported.
     *
     * @param inFlight requests that it works on, everybody's
     * @param outstanding ours among them
     * @param endpoints how many share the load
     * @return its surplus, as {@link LoadScore#surplus} weighs it
     */
    int reported(int slot, int inFlight, int outstanding, int endpoints) {
        reserve(slot);
        int ours = outstanding * LoadScore.REPORT_UNIT;
        int theirs = Math.max(0, inFlight - outstanding) * LoadScore.REPORT_UNIT;
        int weight = known[slot] ? SMOOTHING : 1;
        known[slot] = true;
        int ownStep = (ours - own[slot]) / weight;
        int othersStep = (theirs - others[slot]) / weight;
        own[slot] += ownStep;
        ownSum += ownStep;
        others[slot] += othersStep;
        othersSum += othersStep;
        return LoadScore.surplus(
                others[slot], othersSum / Math.max(1, endpoints), ownSum, othersSum);
    }

    /** It reports no more, or is another's slot from now on. */
    void forget(int slot) {
        if (slot < known.length && known[slot]) {
            ownSum -= own[slot];
            othersSum -= others[slot];
            own[slot] = 0;
            others[slot] = 0;
            known[slot] = false;
        }
    }

    private void reserve(int slot) {
        if (slot >= known.length) {
            int capacity = Math.max(slot + 1, 2 * known.length);
            own = Arrays.copyOf(own, capacity);
            others = Arrays.copyOf(others, capacity);
            known = Arrays.copyOf(known, capacity);
        }
    }
}
