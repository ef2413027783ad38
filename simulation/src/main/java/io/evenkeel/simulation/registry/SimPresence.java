package io.evenkeel.simulation.registry;

import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.registry.Presence;
import io.evenkeel.kernel.registry.PresenceAction;
import io.evenkeel.kernel.registry.PresenceLoop;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.EventQueue;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The kernel's presence of one gateway, driven by events. */
public final class SimPresence implements Presence, ImagePublisher {
    private static final Unknown LOST = new Unknown("nothing was heard in time");

    private final EventQueue queue;
    private final StoreWay way;
    private final Txns txns;
    private final Executor turns;
    private final double pace;
    private final LongSupplier wallMillis;
    private final PresenceLoop loop;
    private EventQueue.@Nullable Event wake;
    private boolean calling;
    private boolean ended;

    /**
     * A presence of nobody yet.
     *
     * @param turns runs what it does: in turns of a process, or never when that is dead
     * @param pace of the process's clock, 1 for a right one
     */
    public SimPresence(
            EventQueue queue,
            StoreWay way,
            Executor turns,
            String gateway,
            Duration ttl,
            double pace,
            LongSupplier wallMillis) {
        this.queue = queue;
        this.way = way;
        this.txns = Txns.by(way);
        this.turns = turns;
        this.pace = pace;
        this.wallMillis = wallMillis;
        this.loop = new PresenceLoop(gateway, ttl, clock());
    }

    /** Has the others know of this gateway, from now on. */
    public void announce(GatewayRecord record) {
        loop.announce(record);
        turn();
    }

    /** The process is gone, or stops: nothing more is asked of the store. */
    public void end() {
        ended = true;
    }

    /** Whether the others know of this gateway. */
    public boolean isKnown() {
        return loop.isKnown();
    }

    @Override
    public void present(EndpointKey endpoint, long epoch) {
        if (loop.present(endpoint, epoch, wallMillis.getAsLong())) {
            turn();
        }
    }

    @Override
    public void absent(EndpointKey endpoint, long epoch) {
        if (loop.absent(endpoint, epoch)) {
            turn();
        }
    }

    @Override
    public void released(EndpointKey endpoint, long epoch) {
        if (loop.released(endpoint, epoch, clock())) {
            turn();
        }
    }

    @Override
    public void publish(ImageDelta delta) {
        if (loop.observe(delta)) {
            turn();
        }
    }

    /** Its own clock. */
    private long clock() {
        return (long) (queue.nowNanos() * pace);
    }

    private void happens(Runnable what) {
        turns.execute(() -> {
            if (!ended) {
                what.run();
            }
        });
    }

    private void turn() {
        if (calling || ended) {
            return;
        }
        long sent = clock();
        switch (loop.next(sent)) {
            case PresenceAction.Grant(Duration ttl) ->
                    lease(sent, store -> store.grant(queue.nowNanos(), ttl));
            case PresenceAction.KeepAlive(long lease) ->
                    lease(sent, store -> store.keepAlive(queue.nowNanos(), lease));
            case PresenceAction.Commit(var txn) -> {
                calling = true;
                txns.commit(
                        txn,
                        outcome ->
                                happens(() -> {
                                    calling = false;
                                    loop.committed(clock(), outcome);
                                    turn();
                                }));
            }
            case PresenceAction.Await(long until) -> wakeAt(until);
        }
    }

    private void lease(long sent, Function<StoreState, LeaseOutcome> call) {
        calling = true;
        way.<LeaseOutcome>call(
                call,
                LOST,
                outcome ->
                        happens(() -> {
                            calling = false;
                            loop.leased(sent, clock(), outcome);
                            turn();
                        }));
    }

    private void wakeAt(long untilOwn) {
        if (wake != null) {
            wake.cancel();
        }
        long left = Math.max(1_000_000L, (long) ((untilOwn - clock()) / pace));
        wake = queue.after(left, () -> happens(this::turn));
    }
}
