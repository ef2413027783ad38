package io.evenkeel.simulation.cluster;

import io.evenkeel.simulation.cast.SimBackend;
import io.evenkeel.simulation.cast.SimLink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * One incarnation of an endpoint, and what the world itself knows of it. Times are of the gateway's
 * attention: a gateway that stands still is not blamed for what it can't see.
 */
final class Instance {
    static final long NEVER = -1;

    final String endpoint;
    final String incarnation;
    final SimBackend backend;
    final List<SimLink> links = new ArrayList<>();
    private final LongSupplier attended;

    /** The epoch last acknowledged to it, or {@link #NEVER}. */
    long epoch = NEVER;

    /** It has asked to leave, and nothing new is to come. */
    boolean leaving;

    /** A gateway told it for good that it is not wanted: a newer incarnation is there. */
    boolean rejected;

    /** Opens one link more. */
    Runnable dialler = () -> {};

    /** Good checks when the present gateway started: those don't count there. */
    long checksBefore;

    private boolean dead;
    private boolean paused;
    private boolean cut;
    private long muteSince = NEVER;
    private long brokenSince = NEVER;
    private long sickSince = NEVER;

    Instance(String endpoint, String incarnation, SimBackend backend, LongSupplier attended) {
        this.endpoint = endpoint;
        this.incarnation = incarnation;
        this.backend = backend;
        this.attended = attended;
    }

    boolean isDead() {
        return dead;
    }

    /** Whether it is to be found in the queue once everything is mended. */
    boolean wantsToServe() {
        return !dead && !leaving && !rejected;
    }

    /** Since when no word of it reaches the gateway, or {@link #NEVER}. */
    long muteSince() {
        return muteSince;
    }

    /** Since when the gateway can see that its connections are broken, or {@link #NEVER}. */
    long brokenSince() {
        return brokenSince;
    }

    /** Since when it fails every active check, or {@link #NEVER}. */
    long sickSince() {
        return sickSince;
    }

    void kill() {
        if (!dead) {
            backend.process().kill();
            dead = true;
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

    void cut(boolean value) {
        cut = value;
        judge();
    }

    void sick(boolean value) {
        backend.sick(value);
        sickSince = value ? attended.getAsLong() : NEVER;
    }

    private void judge() {
        boolean mute = dead || paused || cut;
        muteSince = !mute ? NEVER : muteSince == NEVER ? attended.getAsLong() : muteSince;
        boolean broken = dead && !cut;
        brokenSince = !broken ? NEVER : brokenSince == NEVER ? attended.getAsLong() : brokenSince;
    }

    @Override
    public String toString() {
        return endpoint + " " + incarnation + " epoch " + epoch;
    }
}
