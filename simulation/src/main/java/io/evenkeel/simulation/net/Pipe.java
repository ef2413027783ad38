package io.evenkeel.simulation.net;

import io.evenkeel.gateway.net.NetFailure;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One direction of a connection: a bounded stretch of bytes, of which a part has arrived. Positions
 * count from the first byte ever sent: {@code read <= arrived <= written <= read + capacity}.
 */
final class Pipe {
    private final SimNetwork network;
    private final SimConnection from;
    private final SimConnection to;
    private final int capacity;
    private byte[] ring = new byte[512];
    private long read;
    private long arrived;
    private long written;
    private boolean finSent;
    private boolean finArrived;
    private long lineFreeNanos;
    private long lastArrivalNanos;

    /** What waits at a cut link. */
    private boolean stalled;

    private long stalledUpTo;
    private boolean stalledFin;

    Pipe(SimNetwork network, SimConnection from, SimConnection to) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.capacity = network.options().bufferBytes();
    }

    int available() {
        return (int) (arrived - read);
    }

    boolean isEndReached() {
        return finArrived && available() == 0;
    }

    boolean isReadable() {
        return available() > 0 || finArrived;
    }

    int space() {
        return finSent ? 0 : capacity - (int) (written - read);
    }

    /** Moves bytes that have arrived. */
    void read(ByteBuffer into, int count) {
        int index = (int) (read % ring.length);
        int first = Math.min(count, ring.length - index);
        into.put(ring, index, first);
        into.put(ring, 0, count - first);
        read += count;
    }

    /** Takes bytes and sends them on their way. */
    void write(ByteBuffer source, int count) {
        grow((int) (written - read) + count);
        int index = (int) (written % ring.length);
        int first = Math.min(count, ring.length - index);
        source.get(ring, index, first);
        source.get(ring, 0, count - first);
        long begin = written;
        written += count;
        if (count > 1 && network.chance(network.options().cutPermille())) {
            long at = begin;
            for (int pieces = 0; pieces < 3 && at < written - 1; pieces++) {
                at += 1 + network.random().nextInt((int) (written - at - 1) + 1);
                send(at, false);
            }
            if (at < written) {
                send(written, false);
            }
        } else {
            send(written, false);
        }
    }

    void end() {
        if (!finSent) {
            finSent = true;
            send(written, true);
        }
    }

    /** When something sent now arrives: after everything that was sent before. */
    long arrivalNanos(long bytes) {
        long now = network.queue().nowNanos();
        long onTheLine = bytes * 1_000_000_000L / network.options().bytesPerSecond();
        lineFreeNanos = Math.max(now, lineFreeNanos) + onTheLine;
        lastArrivalNanos = Math.max(lastArrivalNanos, lineFreeNanos + network.transitNanos());
        return lastArrivalNanos;
    }

    private long sent;

    private void send(long upTo, boolean fin) {
        long bytes = upTo - sent;
        sent = upTo;
        network.queue().at(arrivalNanos(bytes), () -> arrive(upTo, fin));
    }

    private void arrive(long upTo, boolean fin) {
        if (!network.joined(from.process(), to.process())) {
            stall(upTo, fin);
            return;
        }
        if (to.isGone()) {
            // The kernel answers data for a closed socket by a reset; an end needs no answer.
            if (upTo > arrived) {
                arrived = upTo;
                to.refuse();
            }
            return;
        }
        boolean news = upTo > arrived || (fin && !finArrived);
        arrived = Math.max(arrived, upTo);
        finArrived |= fin;
        if (news) {
            to.arrived();
        }
    }

    private void stall(long upTo, boolean fin) {
        stalledUpTo = Math.max(stalledUpTo, upTo);
        stalledFin |= fin;
        if (!stalled) {
            stalled = true;
            network.stall(this);
            network.queue()
                    .after(
                            network.options().giveUpNanos(),
                            () -> {
                                if (stalled) {
                                    from.fail(NetFailure.TIMED_OUT);
                                }
                            });
        }
    }

    /** Some link was healed: what waits is sent again. */
    void retry() {
        stalled = false;
        long upTo = stalledUpTo;
        boolean fin = stalledFin;
        network.queue().at(arrivalNanos(0), () -> arrive(upTo, fin));
    }

    private void grow(int needed) {
        if (needed <= ring.length) {
            return;
        }
        byte[] larger =
                new byte[Math.min(Math.max(capacity, needed), Integer.highestOneBit(needed) * 2)];
        for (long i = read; i < written; i++) {
            larger[(int) (i % larger.length)] = ring[(int) (i % ring.length)];
        }
        ring = larger;
    }

    @Override
    public String toString() {
        return from + " -> " + to + " " + Arrays.toString(new long[] {read, arrived, written});
    }
}
