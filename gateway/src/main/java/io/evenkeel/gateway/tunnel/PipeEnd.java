package io.evenkeel.gateway.tunnel;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.net.Timer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection inside this process; each end belongs to a loop, maybe to two different
 * ones, and keeps the contract of {@link Connection} on it. Octets cross by two rings; the other
 * end's loop is woken by a task, of which at most one is under way for each end.
 */
final class PipeEnd implements Connection {
    private static final InetSocketAddress NOWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final long RETRY_NANOS = 1_000_000L;

    private final NetLoop loop;
    private final OctetRing in;
    private final OctetRing out;
    private final AtomicBoolean told = new AtomicBoolean();
    private final Runnable turn = this::turn;
    private final Timer again = new Timer(now -> wakePeer());
    private @Nullable PipeEnd peer;
    private ConnectionHandler handler;
    private boolean connected;
    private boolean reading = true;

    /** Whether a write was cut short; the peer looks at it behind each read. */
    private volatile boolean writing;

    private volatile boolean outputEnded;
    private volatile boolean retired;
    private volatile boolean open = true;

    /** Why this end broke the connection. */
    private volatile @Nullable NetFailure broken;

    private PipeEnd(
            NetLoop loop,
            ConnectionHandler handler,
            boolean connected,
            OctetRing in,
            OctetRing out) {
        this.loop = loop;
        this.handler = handler;
        this.connected = connected;
        this.in = in;
        this.out = out;
    }

    /**
     * Both ends of a new connection, of which the first has not been told yet that it stands.
     *
     * @return the near end; {@link #peer} is the far one
     */
    static PipeEnd pair(NetLoop near, ConnectionHandler to, NetLoop far, ConnectionHandler at) {
        OctetRing there = new OctetRing();
        OctetRing back = new OctetRing();
        PipeEnd one = new PipeEnd(near, to, false, back, there);
        PipeEnd other = new PipeEnd(far, at, true, there, back);
        one.peer = other;
        other.peer = one;
        return one;
    }

    /** The other end. */
    PipeEnd peer() {
        PipeEnd other = peer;
        if (other == null) {
            throw new IllegalStateException("a pipe with one end");
        }
        return other;
    }

    /** Whether its ends belong to two loops. */
    boolean crosses() {
        return !loop.equals(peer().loop);
    }

    /** Whether the other end has taken all, and this one too. */
    boolean isDrained() {
        return in.isEmpty() && out.isEmpty();
    }

    /** It is not to be kept for another request; any thread. */
    void retire() {
        retired = true;
    }

    boolean isRetired() {
        return retired;
    }

    /** Has this end look around on its loop, soon; false: its loop is flooded. Any thread. */
    boolean wake() {
        if (told.compareAndSet(false, true) && !loop.execute(turn)) {
            told.set(false);
            return false;
        }
        return true;
    }

    private void wakePeer() {
        if (!peer().wake()) {
            loop.schedule(again, loop.nanos() + RETRY_NANOS);
        }
    }

    private void turn() {
        told.set(false);
        if (open && !connected) {
            connected = true;
            if (peer().broken == null) {
                handler.onConnected();
            } else {
                handler.onFailed();
                return;
            }
        }
        if (open && reading && (!in.isEmpty() || peer().outputEnded || peer().broken != null)) {
            reading = false;
            handler.onReadable();
        }
        if (open && writing && !out.isFull()) {
            writing = false;
            handler.onWritable();
        }
    }

    @Override
    public int read(ByteBuffer into) {
        if (!open || peer().broken != null) {
            return FAILED;
        }
        // Asked for before the ring is looked at: what came before the end is read before it.
        boolean last = peer().outputEnded;
        int count = in.take(into);
        if (count == 0) {
            reading = !last;
            return last ? EOF : AGAIN;
        }
        reading |= into.hasRemaining();
        if (peer().writing) {
            wakePeer();
        }
        return count;
    }

    @Override
    public int write(ByteBuffer from) {
        if (!open || outputEnded || !peer().open) {
            return FAILED;
        }
        int count = out.put(from);
        if (from.hasRemaining()) {
            writing = true;
            if (!out.isFull()) {
                // The peer made room before it could see that some was wanted.
                count += out.put(from);
                boolean ignored = from.hasRemaining() && !out.isFull() && wake();
            }
        }
        wakePeer();
        return count;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int count) {
        long sum = 0;
        for (int i = offset; i < offset + count; i++) {
            if (from[i].hasRemaining()) {
                int taken = write(from[i]);
                if (taken < 0) {
                    return sum == 0 ? taken : sum;
                }
                sum += taken;
                if (from[i].hasRemaining()) {
                    return sum;
                }
            }
        }
        return sum;
    }

    @Override
    public void shutdownOutput() {
        outputEnded = true;
        wakePeer();
    }

    @Override
    public void close() {
        if (open) {
            outputEnded = true;
            open = false;
            wakePeer();
        }
    }

    @Override
    public void reset() {
        reset(NetFailure.RESET);
    }

    /** Breaks it with a reason that the other end finds in its {@link #failure}. */
    void reset(NetFailure why) {
        if (open) {
            broken = why;
            close();
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void handler(ConnectionHandler next) {
        handler = next;
    }

    @Override
    public InetSocketAddress remote() {
        return NOWHERE;
    }

    @Override
    public InetSocketAddress local() {
        return NOWHERE;
    }

    @Override
    public @Nullable NetFailure failure() {
        return peer().broken;
    }
}
