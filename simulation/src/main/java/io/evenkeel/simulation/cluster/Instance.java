package io.evenkeel.simulation.cluster;

import io.evenkeel.simulation.cast.SimBackend;
import io.evenkeel.simulation.cast.SimLinks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One incarnation of an endpoint, and what the world itself knows of it. Times are of each
 * gateway's attention: a gateway that stands still is not blamed for what it can't see.
 */
final class Instance {
    static final long NEVER = -1;

    /** Before any run, in nanoseconds. */
    static final long LONG_AGO = 3_600_000_000_000L;

    final String endpoint;
    final String incarnation;
    final SimBackend backend;
    final List<SimLinks> links = new ArrayList<>();
    private final Cluster cluster;

    /** The epoch last acknowledged to it, or {@link #NEVER}. */
    long epoch = NEVER;

    /** It has asked to leave, and nothing new is to come. */
    boolean leaving;

    /** A gateway told it for good that it is not wanted: a newer incarnation is there. */
    boolean rejected;

    /** Opens links once more. */
    Runnable dialler = () -> {};

    /** Good checks when each gateway started: those don't count there. */
    final long[] checksBefore;

    private final boolean[] cut;
    private final long[] muteSince;
    private final long[] brokenSince;
    private final long[] troubleAt;
    private boolean dead;
    private boolean paused;
    private long[] deadSince = {};
    private long[] sickSince = {};

    Instance(String endpoint, String incarnation, SimBackend backend, Cluster cluster) {
        this.endpoint = endpoint;
        this.incarnation = incarnation;
        this.backend = backend;
        this.cluster = cluster;
        int gateways = cluster.slots().size();
        checksBefore = new long[gateways];
        cut = new boolean[gateways];
        muteSince = new long[gateways];
        brokenSince = new long[gateways];
        troubleAt = new long[gateways];
        Arrays.fill(muteSince, NEVER);
        Arrays.fill(brokenSince, NEVER);
        Arrays.fill(troubleAt, cluster.queue().nowNanos());
    }

    boolean isDead() {
        return dead;
    }

    /** Whether it is to be found in the queue once everything is mended. */
    boolean wantsToServe() {
        return !dead && !leaving && !rejected;
    }

    boolean isCutFrom(GatewaySlot gateway) {
        return cut[gateway.index];
    }

    /** Since when no word of it reaches the gateway, or {@link #NEVER}. */
    long muteSince(GatewaySlot gateway) {
        return muteSince[gateway.index];
    }

    /** Since when the gateway can see that its connections are broken, or {@link #NEVER}. */
    long brokenSince(GatewaySlot gateway) {
        return brokenSince[gateway.index];
    }

    /** Since when it is dead, or {@link #NEVER}. */
    long deadSince(GatewaySlot gateway) {
        return deadSince.length == 0 ? NEVER : deadSince[gateway.index];
    }

    /** Since when it fails every active check, or {@link #NEVER}. */
    long sickSince(GatewaySlot gateway) {
        return sickSince.length == 0 ? NEVER : sickSince[gateway.index];
    }

    /** Simulated time at which something was last wrong with it, or between it and the gateway. */
    long troubleAt(GatewaySlot gateway) {
        return muteSince[gateway.index] == NEVER
                ? troubleAt[gateway.index]
                : cluster.queue().nowNanos();
    }

    void kill() {
        if (!dead) {
            backend.process().kill();
            dead = true;
            deadSince = cluster.attention();
            judge();
        }
    }

    void pause(boolean value) {
        if (!dead && value != paused) {
            paused = value;
            if (value) {
                backend.process().pause();
            } else {
                backend.process().resume();
            }
            judge();
        }
    }

    void cut(GatewaySlot gateway, boolean value) {
        cut[gateway.index] = value;
        judge();
    }

    void sick(boolean value) {
        backend.sick(value);
        sickSince = value ? cluster.attention() : new long[0];
    }

    private void judge() {
        for (GatewaySlot gateway : cluster.slots()) {
            int i = gateway.index;
            boolean mute = dead || paused || cut[i];
            if (muteSince[i] != NEVER && !mute) {
                troubleAt[i] = cluster.queue().nowNanos();
            }
            muteSince[i] = since(mute, muteSince[i], gateway);
            brokenSince[i] = since(dead && !cut[i], brokenSince[i], gateway);
        }
    }

    private static long since(boolean is, long before, GatewaySlot gateway) {
        return !is ? NEVER : before == NEVER ? gateway.attended() : before;
    }

    @Override
    public String toString() {
        return endpoint + " " + incarnation + " epoch " + epoch;
    }
}
