package io.evenkeel.gateway.pool;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import org.jspecify.annotations.Nullable;

/**
 * A connection that belongs to an {@link EndpointPool}. Leased, its events go to the lessee, who
 * ends the lease by exactly one of {@link #giveBack} and {@link #discard}. Idle, it handles its own
 * events: any of them ends it.
 */
public final class PooledConnection implements ConnectionHandler {
    private final EndpointPool pool;
    private @Nullable Connection connection;
    private boolean reused;
    long idleSinceNanos;
    @Nullable PooledConnection younger;
    @Nullable PooledConnection older;

    PooledConnection(EndpointPool pool) {
        this.pool = pool;
    }

    void connection(Connection made) {
        connection = made;
    }

    void leasedAgain() {
        reused = true;
    }

    /** The connection itself. */
    public Connection connection() {
        Connection c = connection;
        if (c == null) {
            throw new IllegalStateException("a pooled connection without its connection");
        }
        return c;
    }

    /** The pool that it belongs to. */
    public EndpointPool pool() {
        return pool;
    }

    /**
     * Whether it has served before: if it breaks now, it may have been closed while it was idle.
     */
    public boolean reused() {
        return reused;
    }

    /** Ends the lease of a connection that is in order, with nothing left to read or write. */
    public void giveBack() {
        pool.giveBack(this);
    }

    /**
     * Ends the lease and the connection.
     *
     * @param abruptly whether by RST: the endpoint is to notice that its work isn't wanted any more
     */
    public void discard(boolean abruptly) {
        pool.discard(this, abruptly);
    }

    @Override
    public void onConnected() {}

    @Override
    public void onReadable() {
        pool.disturbed(this);
    }

    @Override
    public void onWritable() {}

    @Override
    public void onFailed() {
        pool.disturbed(this);
    }
}
