package io.evenkeel.simulation.cluster;

import io.evenkeel.simulation.cast.SimClient;
import io.evenkeel.simulation.invariant.EveryRequestEndsOnce;
import io.evenkeel.simulation.net.SimProcess;
import io.evenkeel.simulation.registry.SimCopy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One gateway over all its runs: its address, its disk, its clients, and the clock by which it is
 * judged, which counts the time in which it ran and looked.
 */
final class GatewaySlot {
    /** From the moment its way to the store is whole until what was late on it has arrived. */
    private static final long SETTLED_NANOS = 8_000_000_000L;

    final int index;
    final String id;
    final SimCopy disk = new SimCopy();
    final List<SimClient> clients = new ArrayList<>();
    final EveryRequestEndsOnce endings;

    /** Of the machine, also while no gateway runs on it. */
    SimProcess process;

    /** Null while it is down. */
    @Nullable GatewayRun run;

    private long attendedBefore;

    /** When it began to hear all that the store says, or {@link Instance#NEVER}. */
    private long hearsSince = Instance.NEVER;

    /** Simulated time of the last moment at which it was in trouble. */
    private long troubleAt = -Instance.LONG_AGO;

    private long readings;
    private long readAt;
    private long deafAt = -Instance.LONG_AGO;

    GatewaySlot(Cluster cluster, int index, SimProcess process) {
        this.index = index;
        this.id = process.name();
        this.process = process;
        endings =
                new EveryRequestEndsOnce(
                        cluster.queue()::nowNanos,
                        () -> clients,
                        () -> up().proxy(),
                        () -> up().traffic());
    }

    /** The run there is now. */
    GatewayRun up() {
        GatewayRun now = run;
        if (now == null) {
            throw new IllegalStateException(id + " is down");
        }
        return now;
    }

    boolean isDown() {
        return run == null;
    }

    /** Time in which it ran and looked, over all runs. */
    long attended() {
        return attendedBefore + (run == null ? 0 : run.attendedNanos());
    }

    void down() {
        attendedBefore = attended();
        run = null;
        hearsSince = Instance.NEVER;
    }

    /** Looks how it stands; after every event. */
    void look(long nowNanos) {
        GatewayRun now = run;
        boolean hears = now != null && now.way().isWhole() && now.images().watching();
        hearsSince =
                !hears ? Instance.NEVER : hearsSince == Instance.NEVER ? attended() : hearsSince;
        if (now != null && now.images().readings() != readings) {
            readings = now.images().readings();
            readAt = attended();
        }
        if (now == null || !process.isRunning()) {
            troubleAt = nowNanos;
        }
        if (!hears || !process.isRunning()) {
            deafAt = nowNanos;
        }
    }

    /** For how long it ran although this had happened, by its attention then. */
    long since(long attendedThen) {
        return attended() - attendedThen;
    }

    /** The same, only while it heard what the store said; 0 while it does not. */
    long heardSince(long attendedThen) {
        return hearsSince == Instance.NEVER
                ? 0
                : attended() - Math.max(attendedThen, hearsSince + SETTLED_NANOS);
    }

    /** Whether it has read everything anew since then: it does not know what came in between. */
    boolean hasReadSince(long attendedThen) {
        return readAt >= attendedThen;
    }

    /** When it was down or stopped last. */
    long troubleAt() {
        return troubleAt;
    }

    /** When it could not hear the store, or tell it anything, last. */
    long deafAt() {
        return deafAt;
    }

    @Override
    public String toString() {
        return id;
    }
}
