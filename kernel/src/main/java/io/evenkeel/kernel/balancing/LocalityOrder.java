package io.evenkeel.kernel.balancing;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The same host first, then the same zone, then elsewhere. A nearer tier keeps all the traffic
 * while enough of it may be picked; below that, a part spills to the next, by Envoy's rule: a tier
 * takes its available share times {@link #OVERPROVISIONING_PERCENT}. Tiers take turns smoothly by
 * those shares, nodes within a tier by weight.
 */
final class LocalityOrder extends Order {
    /** A tier with 72 % of its nodes left still takes all that comes to it. */
    static final int OVERPROVISIONING_PERCENT = 140;

    private static final int TIERS = 3;

    private final Locality here;
    private final WeightedOrder[] tiers = new WeightedOrder[TIERS];
    private final int[] members = new int[TIERS];
    private final int[] available = new int[TIERS];
    private final int[] shares = new int[TIERS];
    private final int[] credits = new int[TIERS];

    LocalityOrder(NodeTable table, Locality here) {
        super(table);
        this.here = here;
        for (int i = 0; i < TIERS; i++) {
            tiers[i] = new WeightedOrder(table);
        }
    }

    @Override
    int head(PickContext context) {
        int best = -1;
        for (int i = 0; i < TIERS; i++) {
            if (!tiers[i].isEmpty()
                    && (best < 0 || credits[i] + shares[i] > credits[best] + shares[best])) {
                best = i;
            }
        }
        return best < 0 ? -1 : tiers[best].head(context);
    }

    @Override
    void picked(int slot, int loadBefore) {
        int taken = tier(slot);
        for (int i = 0; i < TIERS; i++) {
            credits[i] += shares[i];
        }
        credits[taken] -= 100;
        tiers[taken].picked(slot, loadBefore);
    }

    /** No tier's turn is used up. */
    @Override
    void pickedPastHead(int slot, int loadBefore) {
        tiers[tier(slot)].pickedPastHead(slot, loadBefore);
    }

    @Override
    void enter(int slot, boolean first) {
        int tier = tier(slot);
        tiers[tier].enter(slot, first);
        available[tier]++;
        share();
    }

    @Override
    void restore(int slot) {
        int tier = tier(slot);
        tiers[tier].restore(slot);
        available[tier]++;
        share();
    }

    @Override
    void exit(int slot) {
        int tier = tier(slot);
        tiers[tier].exit(slot);
        available[tier]--;
        share();
    }

    @Override
    void joined(int slot) {
        members[tier(slot)]++;
        share();
    }

    @Override
    void departed(int slot) {
        int tier = tier(slot);
        members[tier]--;
        tiers[tier].departed(slot);
        share();
    }

    @Override
    int[] ranking(int most) {
        // By the tiers as they are, not by where a node lies: one that moves is in its old tier
        // yet.
        return Stream.of(tiers)
                .flatMapToInt(tier -> IntStream.of(tier.ranking(most)))
                .limit(most)
                .toArray();
    }

    private int tier(int slot) {
        return here.distanceTo(table.node(slot).settings().locality());
    }

    /** Shares in percent that sum to 100 if anybody is available at all. */
    private void share() {
        int left = 100;
        int last = -1;
        for (int i = 0; i < TIERS; i++) {
            int wanted =
                    members[i] == 0
                            ? 0
                            : (int) ((long) OVERPROVISIONING_PERCENT * available[i] / members[i]);
            shares[i] = Math.min(left, wanted);
            left -= shares[i];
            if (available[i] > 0) {
                last = i;
            }
        }
        if (last >= 0 && left > 0) {
            // All tiers together are short: they carry it in proportion.
            int sum = 100 - left;
            int rest = 100;
            for (int i = 0; i < TIERS; i++) {
                shares[i] = sum == 0 ? 0 : shares[i] * 100 / sum;
                rest -= shares[i];
            }
            shares[last] += rest;
        }
        for (int i = 0; i < TIERS; i++) {
            // A tier without a share has no claim left from earlier.
            credits[i] = shares[i] == 0 ? 0 : credits[i];
        }
    }
}
