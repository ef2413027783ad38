package io.evenkeel.simulation.net;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetFailure;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One end of a simulated connection, with the edge semantics of the port. */
final class SimConnection implements Connection {
    private enum State {
        CONNECTING,
        OPEN,
        FAILED,
        CLOSED
    }

    private final SimNetwork network;
    private final SimLoop loop;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final long begunNanos;
    private @Nullable ConnectionHandler handler;
    private @Nullable SimConnection peer;
    private @Nullable Pipe in;
    private @Nullable Pipe out;
    private State state;
    private @Nullable NetFailure failure;

    /** The last read found the bottom (or none was made): news is told. */
    private boolean readArmed = true;

    private boolean readEdgePending;

    /** The last write took less than it was given: room is told. */
    private boolean writeArmed;

    private boolean writeEdgePending;
    private boolean outputEnded;

    /** A call was answered with FAILED: the handler knows and is not called again. */
    private boolean failureTold;

    private SimConnection(
            SimNetwork network,
            SimLoop loop,
            InetSocketAddress local,
            InetSocketAddress remote,
            @Nullable ConnectionHandler handler,
            State state) {
        this.network = network;
        this.loop = loop;
        this.local = local;
        this.remote = remote;
        this.handler = handler;
        this.state = state;
        this.begunNanos = network.queue().nowNanos();
        loop.process().add(this);
    }

    static SimConnection connecting(
            SimNetwork network, SimLoop loop, InetSocketAddress to, ConnectionHandler handler) {
        InetSocketAddress from =
                new InetSocketAddress(loop.process().address(), network.ephemeralPort());
        return new SimConnection(network, loop, from, to, handler, State.CONNECTING);
    }

    /** The request has arrived: the other end begins to exist, in the kernel of the listener. */
    SimConnection meet(SimListener listener) {
        SimConnection server =
                new SimConnection(
                        network,
                        listener.loop(),
                        /* local= */ remote,
                        /* remote= */ local,
                        null,
                        State.OPEN);
        Pipe there = new Pipe(network, this, server);
        Pipe back = new Pipe(network, server, this);
        peer = server;
        out = there;
        in = back;
        server.peer = this;
        server.out = back;
        server.in = there;
        return server;
    }

    // The port.

    @Override
    public int read(ByteBuffer into) {
        Pipe from = in;
        if (state == State.CONNECTING) {
            return AGAIN;
        }
        if (state == State.CLOSED || from == null) {
            return failed();
        }
        int available = from.available();
        if (available == 0) {
            if (state == State.FAILED) {
                return failed();
            }
            if (from.isEndReached()) {
                return EOF;
            }
            readArmed = true;
            return AGAIN;
        }
        int count = Math.min(available, into.remaining());
        if (count > 1 && network.chance(network.options().shortPermille())) {
            count = 1 + network.random().nextInt(count - 1);
        }
        from.read(into, count);
        if (into.hasRemaining()) {
            readArmed = true;
            if (from.isReadable() || state == State.FAILED) {
                tellReadable();
            }
        }
        SimConnection writer = peer;
        if (writer != null) {
            writer.roomAfterTransit();
        }
        return count;
    }

    @Override
    public int write(ByteBuffer from) {
        if (state == State.CONNECTING) {
            return AGAIN;
        }
        Pipe into = out;
        if (state != State.OPEN || into == null || outputEnded) {
            return failed();
        }
        int count = Math.min(from.remaining(), into.space());
        if (count > 0 && network.chance(network.options().shortPermille())) {
            count = network.random().nextInt(count + 1);
        }
        if (count > 0) {
            into.write(from, count);
        }
        if (from.hasRemaining()) {
            writeArmed = true;
            if (into.space() > 0) {
                // A short write by chance: the room is there and is told like any other.
                roomAfterTransit();
            }
        }
        return count;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int count) {
        long taken = 0;
        for (int i = offset; i < offset + count; i++) {
            if (from[i].hasRemaining()) {
                int n = write(from[i]);
                if (n < 0) {
                    return taken > 0 ? taken : n;
                }
                taken += n;
                if (from[i].hasRemaining()) {
                    return taken;
                }
            }
        }
        return taken;
    }

    @Override
    public void shutdownOutput() {
        if (state == State.OPEN && !outputEnded && out != null) {
            outputEnded = true;
            out.end();
        }
    }

    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        boolean unread = in != null && in.available() > 0;
        if (unread) {
            // As Linux does: an end would tell the peer that all it sent was read.
            reset();
            return;
        }
        if (state == State.OPEN && out != null && !outputEnded) {
            outputEnded = true;
            out.end();
        }
        leave();
    }

    @Override
    public void reset() {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.OPEN) {
            sendReset();
        }
        leave();
    }

    @Override
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    @Override
    public void handler(ConnectionHandler handler) {
        this.handler = handler;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public InetSocketAddress local() {
        return state == State.CONNECTING ? new InetSocketAddress(local.getAddress(), 0) : local;
    }

    @Override
    public @Nullable NetFailure failure() {
        return failure;
    }

    // What the network and the loop tell.

    SimProcess process() {
        return loop.process();
    }

    long begunNanos() {
        return begunNanos;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    /** Whether nobody will ever read again. */
    boolean isGone() {
        return state == State.CLOSED || state == State.FAILED;
    }

    /** The handshake is complete at the side that asked. */
    void connected() {
        if (state != State.CONNECTING) {
            return;
        }
        state = State.OPEN;
        loop.edge(() -> {
            if (isCallable() && handler != null) {
                handler.onConnected();
            }
        });
        if (in != null && in.isReadable()) {
            tellReadable();
        }
    }

    /** The listener's loop takes it. */
    void accepted(Acceptor acceptor) {
        ConnectionHandler claimed = acceptor.accepted(this);
        if (handler == null) {
            handler = claimed;
        }
        if (state != State.CLOSED && ((in != null && in.isReadable()) || state == State.FAILED)) {
            tellReadable();
        }
    }

    /** Bytes or the end have arrived. */
    void arrived() {
        if (state == State.OPEN && readArmed) {
            tellReadable();
        }
    }

    /** The connection breaks. */
    void fail(NetFailure why) {
        if (state == State.CLOSED || state == State.FAILED) {
            return;
        }
        boolean wasConnecting = state == State.CONNECTING;
        state = State.FAILED;
        failure = why;
        boolean unread = in != null && in.available() > 0;
        if (wasConnecting) {
            loop.edge(this::callFailed);
        } else if (readArmed && !unread && network.random().nextBoolean()) {
            // Both ways of telling are in the contract; a handler has to bear either.
            readArmed = false;
            writeArmed = false;
            loop.edge(this::callFailed);
        } else if (readArmed) {
            tellReadable();
        } else if (writeArmed) {
            tellWritable();
        }
    }

    /** The kernel refuses bytes that came after the end: the sender learns by a reset. */
    void refuse() {
        sendReset();
    }

    private void sendReset() {
        SimConnection other = peer;
        Pipe path = out;
        if (other == null || path == null) {
            return;
        }
        network.queue()
                .at(
                        path.arrivalNanos(0),
                        () -> {
                            if (network.joined(process(), other.process())) {
                                other.fail(NetFailure.RESET);
                            }
                        });
    }

    private int failed() {
        failureTold = true;
        return FAILED;
    }

    private boolean isCallable() {
        return state != State.CLOSED && !failureTold;
    }

    private void roomAfterTransit() {
        if (writeArmed && !writeEdgePending && state == State.OPEN) {
            writeEdgePending = true;
            network.queue()
                    .after(
                            network.transitNanos(),
                            () -> {
                                writeEdgePending = false;
                                if (writeArmed && state == State.OPEN) {
                                    tellWritable();
                                }
                            });
        }
    }

    private void tellReadable() {
        readArmed = false;
        if (!readEdgePending) {
            readEdgePending = true;
            loop.edge(this::callReadable);
        }
    }

    private void callReadable() {
        readEdgePending = false;
        if (isCallable() && handler != null) {
            handler.onReadable();
        }
    }

    private void tellWritable() {
        writeArmed = false;
        loop.edge(() -> {
            if (isCallable() && handler != null) {
                handler.onWritable();
            }
        });
    }

    private void callFailed() {
        if (isCallable() && handler != null) {
            handler.onFailed();
        }
    }

    private void leave() {
        state = State.CLOSED;
        loop.process().remove(this);
    }

    @Override
    public String toString() {
        return process() + ":" + local.getPort() + "/" + remote.getPort();
    }
}
