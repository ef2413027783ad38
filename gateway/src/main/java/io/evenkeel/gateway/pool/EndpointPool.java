package io.evenkeel.gateway.pool;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.net.Timer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop to one endpoint. Idle ones form a list ordered by age; the youngest
 * is leased first. An idle connection on which anything happens (the endpoint closed it, or spoke
 * unasked) is closed at once.
 *
 * <p>On its loop's thread only. A lease allocates nothing unless a connection has to be made.
 */
public final class EndpointPool {
    private final NetLoop loop;
    private final Dialer dialer;
    private final boolean direct;
    private final ConnectionCount count;
    private final Timer expiry = new Timer(this::expire);

    /** One byte to see whether an idle connection still stands. */
    private final ByteBuffer probe = ByteBuffer.allocateDirect(1);

    private long idleTimeoutNanos;
    private int maxIdle;
    private @Nullable PooledConnection youngest;
    private @Nullable PooledConnection oldest;
    private int idle;
    private int leased;
    private boolean closed;

    /**
     * A pool without connections.
     *
     * @param count connections to the endpoint, those of other loops included
     * @param maxIdle connections kept at most, 0 or more
     * @param idleTimeoutNanos how long an unused connection is kept
     */
    public EndpointPool(
            NetLoop loop,
            InetSocketAddress address,
            ConnectionCount count,
            int maxIdle,
            long idleTimeoutNanos) {
        this(
                loop,
                handler -> loop.connect(address, handler),
                true,
                count,
                maxIdle,
                idleTimeoutNanos);
    }

    /**
     * The same with connections of another kind.
     *
     * @param direct whether the connections are the endpoint's own, which may change their protocol
     */
    public EndpointPool(
            NetLoop loop,
            Dialer dialer,
            boolean direct,
            ConnectionCount count,
            int maxIdle,
            long idleTimeoutNanos) {
        this.loop = loop;
        this.count = count;
        this.dialer = dialer;
        this.direct = direct;
        this.maxIdle = maxIdle;
        this.idleTimeoutNanos = idleTimeoutNanos;
        count.joined(this);
    }

    /** Whether connections are the endpoint's own, and not pipes to its tunnel. */
    public boolean direct() {
        return direct;
    }

    /** Connections that wait. */
    public int idle() {
        return idle;
    }

    /** Connections in use, those being made included. */
    public int leased() {
        return leased;
    }

    /** Changes the limits; connections beyond them go when they are next looked at. */
    public void limits(int maxIdle, long idleTimeoutNanos) {
        this.maxIdle = maxIdle;
        this.idleTimeoutNanos = idleTimeoutNanos;
    }

    /**
     * The youngest idle connection, now called by {@code handler}; null if there is none.
     *
     * @param sure whether to look first that the endpoint has not closed it: costs a system call
     *     and leaves only the smallest window for a request that must not be sent twice
     */
    public @Nullable PooledConnection lease(ConnectionHandler handler, boolean sure) {
        while (true) {
            PooledConnection youngest = this.youngest;
            if (youngest == null) {
                return null;
            }
            unlink(youngest);
            if (!kept(youngest) || (sure && !stands(youngest.connection()))) {
                shut(youngest);
                continue;
            }
            leased++;
            youngest.leasedAgain();
            youngest.connection().handler(handler);
            return youngest;
        }
    }

    /** Connections to the endpoint, those of other loops included. */
    public ConnectionCount count() {
        return count;
    }

    /**
     * A connection being made; {@code handler} learns how that went. Null if the endpoint has as
     * many as it may have.
     */
    public @Nullable PooledConnection connect(ConnectionHandler handler) {
        if (!count.tryOpen()) {
            return null;
        }
        leased++;
        PooledConnection made = new PooledConnection(this);
        made.connection(dialer.dial(handler));
        return made;
    }

    /** Closes what is idle; what is leased is closed when it comes back. */
    public void close() {
        closed = true;
        closeIdle();
    }

    /** Closes what is idle, for instance after one of them proved stale. */
    public void closeIdle() {
        for (PooledConnection c = youngest; c != null; c = youngest) {
            unlink(c);
            shut(c);
        }
        loop.cancel(expiry);
    }

    /** Another loop wants to open a connection and may not; on any thread. */
    void asked() {
        // A loop that is flooded is asked again.
        var _ = loop.execute(this::giveUpSurplus);
    }

    private void giveUpSurplus() {
        for (PooledConnection c = oldest; c != null && count.surplus(); c = oldest) {
            unlink(c);
            shut(c);
        }
    }

    private void shut(PooledConnection c) {
        c.connection().close();
        count.closed();
    }

    void giveBack(PooledConnection connection) {
        leased--;
        if (closed
                || maxIdle == 0
                || !connection.connection().isOpen()
                || !kept(connection)
                || count.surplus()) {
            shut(connection);
            return;
        }
        connection.connection().handler(connection);
        connection.idleSinceNanos = loop.nanos();
        PooledConnection next = youngest;
        connection.older = next;
        if (next == null) {
            oldest = connection;
            loop.schedule(expiry, connection.idleSinceNanos + idleTimeoutNanos);
        } else {
            next.younger = connection;
        }
        youngest = connection;
        if (++idle > maxIdle && oldest != null) {
            PooledConnection surplus = oldest;
            unlink(surplus);
            shut(surplus);
        }
    }

    void discard(PooledConnection connection, boolean abruptly) {
        leased--;
        if (abruptly) {
            connection.connection().reset();
        } else {
            connection.connection().close();
        }
        count.closed();
    }

    void disturbed(PooledConnection connection) {
        unlink(connection);
        shut(connection);
    }

    private boolean kept(PooledConnection c) {
        return direct || dialer.keeps(c.connection());
    }

    private boolean stands(Connection connection) {
        probe.clear();
        return connection.read(probe) == Connection.AGAIN;
    }

    private void expire(long nowNanos) {
        PooledConnection eldest = oldest;
        while (eldest != null && eldest.idleSinceNanos + idleTimeoutNanos - nowNanos <= 0) {
            unlink(eldest);
            shut(eldest);
            eldest = oldest;
        }
        if (eldest != null) {
            loop.schedule(expiry, eldest.idleSinceNanos + idleTimeoutNanos);
        }
    }

    private void unlink(PooledConnection c) {
        PooledConnection younger = c.younger;
        PooledConnection older = c.older;
        if (younger == null) {
            youngest = older;
        } else {
            younger.older = older;
        }
        if (older == null) {
            oldest = younger;
        } else {
            older.younger = younger;
        }
        c.younger = null;
        c.older = null;
        idle--;
    }
}
