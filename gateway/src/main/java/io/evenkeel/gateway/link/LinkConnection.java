package io.evenkeel.gateway.link;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.tunnel.Tunnels;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes and time between one connection and its session. Used on its loop, except {@link
 * #post}.
 */
final class LinkConnection
        implements ConnectionHandler, LinkServerSession.Actions, LinkTable.Handle {
    /** What one link may read in a turn before the others have theirs. */
    private static final int TURN_BYTES = 64 * 1024;

    private final NetLoop loop;
    private final Connection connection;
    private final LinkPorts ports;
    private final LinkCounters counters;
    private final LinkTable table;
    private final Tunnels tunnels;
    private final ByteBuffer buffer;
    private final LinkServerSession session;
    private final LinkTunnel tunnel;
    private final Timer timer = new Timer(this::fired);
    private boolean handshaking = true;
    private boolean outputEnded;
    private boolean closed;

    /** Why others want it cut, null: they don't. */
    private volatile @Nullable Cut cut;

    /** What the operator wants of the endpoint now, null: no drain. */
    private volatile LinkMessage.@Nullable Drain wanted;

    private record Cut(LinkError error, String detail) {}

    LinkConnection(
            NetLoop loop,
            Connection connection,
            LinkSettings settings,
            LinkPorts ports,
            LinkCounters counters,
            LinkTable table,
            Tunnels tunnels,
            ByteBuffer buffer) {
        this.loop = loop;
        this.connection = connection;
        this.ports = ports;
        this.counters = counters;
        this.table = table;
        this.tunnels = tunnels;
        this.buffer = buffer;
        this.session = new LinkServerSession(settings, this, loop.attendedNanos());
        this.tunnel = new LinkTunnel(loop, connection, session, this::turnEnd);
        counters.handshakeBegan();
    }

    /** To be called once after construction; refuses at once if there are too many. */
    void begin(boolean refuse) {
        if (refuse) {
            session.fail(
                    loop.attendedNanos(),
                    LinkError.BUSY,
                    "too many links or registrations at a time",
                    1_000);
        }
        turnEnd();
    }

    @Override
    public void onConnected() {}

    @Override
    public void onReadable() {
        read();
        turnEnd();
    }

    @Override
    public void onWritable() {
        turnEnd();
    }

    @Override
    public void onFailed() {
        session.ended(loop.attendedNanos());
        turnEnd();
    }

    private void fired(long nowNanos) {
        // What arrived while the loop was busy or stopped counts first.
        read();
        session.time(loop.attendedNanos());
        turnEnd();
    }

    private void read() {
        int left = TURN_BYTES;
        while (!closed && session.wantsBytes()) {
            if (left <= 0) {
                if (!loop.execute(this::onReadable)) {
                    // The loop is flooded; the timer reads on.
                    loop.schedule(timer, loop.nanos());
                }
                return;
            }
            buffer.clear();
            int count = connection.read(buffer);
            if (count == Connection.AGAIN) {
                return;
            } else if (count < 0) {
                session.ended(loop.attendedNanos());
                return;
            }
            left -= count;
            buffer.flip();
            if (!session.tunnelled()) {
                session.received(loop.attendedNanos(), buffer);
            } else if (!tunnel.received(buffer)) {
                session.ended(loop.attendedNanos());
                return;
            }
        }
    }

    /** Sends what there is to send, closes if it is over, and arms the timer. */
    private void turnEnd() {
        if (closed) {
            return;
        }
        follow();
        if (handshaking && session.state() == LinkState.LINKED) {
            handshaking = false;
            counters.handshakeEnded();
            counters.linked();
        }
        boolean broken = !flush();
        if (broken) {
            session.ended(loop.attendedNanos());
        }
        if (session.state() == LinkState.CLOSING
                && session.output().isEmpty()
                && (!session.tunnelled() || tunnel.linesSent())
                && !outputEnded
                && !broken) {
            outputEnded = true;
            connection.shutdownOutput();
        }
        if (session.state() == LinkState.CLOSED) {
            close();
            return;
        }
        long deadline = session.deadline();
        if (deadline == Long.MAX_VALUE) {
            loop.cancel(timer);
        } else {
            loop.schedule(timer, loop.nanos() + Math.max(0, deadline - loop.attendedNanos()));
        }
    }

    private boolean flush() {
        LinkOutput output = session.output();
        while (!output.isEmpty()) {
            buffer.clear();
            output.copyTo(buffer);
            buffer.flip();
            int count = connection.write(buffer);
            if (count == Connection.FAILED) {
                return false;
            }
            output.sent(count);
            if (buffer.hasRemaining()) {
                return true;
            }
        }
        return !session.tunnelled() || tunnel.flush(buffer);
    }

    private void close() {
        closed = true;
        tunnel.close();
        loop.cancel(timer);
        connection.close();
        if (handshaking) {
            counters.handshakeEnded();
        } else {
            counters.unlinked();
        }
    }

    private void post(Consumer<LinkServerSession> command) {
        boolean ignored =
                loop.execute(() -> {
                    command.accept(session);
                    turnEnd();
                });
    }

    @Override
    public void cut(LinkError error, String detail) {
        cut = new Cut(error, detail);
        post(session -> {});
    }

    @Override
    public void left() {
        post(session -> session.left(loop.attendedNanos()));
    }

    @Override
    public void drain(LinkMessage.@Nullable Drain drain) {
        wanted = drain;
        post(session -> {});
    }

    /**
     * Does what others want of this link. Levels, not edges: what a flooded loop is not told now,
     * the end of the next turn finds, which is a beat away at most.
     */
    private void follow() {
        long now = loop.attendedNanos();
        Cut pending = cut;
        if (pending != null) {
            session.fail(now, pending.error, pending.detail, retry(pending.error));
        }
        if (session.operator(now, wanted)) {
            counters.operatorDrains();
        }
    }

    @Override
    public void sendPeers() {
        post(session -> session.peers(loop.attendedNanos()));
    }

    private static long retry(LinkError error) {
        return error.retry() ? 1_000 : -1;
    }

    @Override
    public void admit(Registration registration) {
        Admission admission = ports.admission();
        // A reply that the flooded loop does not take is covered by the handshake's deadline.
        admission.admit(
                kernelForm(registration),
                reply -> {
                    boolean ignored =
                            loop.execute(() -> {
                                session.admitted(loop.attendedNanos(), reply);
                                read();
                                turnEnd();
                            });
                });
    }

    private io.evenkeel.kernel.registry.Registration kernelForm(Registration r) {
        String address = r.address();
        if (r.mode() == Registration.Mode.TUNNELLED) {
            address = r.endpointId() + Tunnels.SUFFIX + ":" + Math.max(1, r.port());
        } else if (address.startsWith(":")) {
            InetAddress remote = connection.remote().getAddress();
            String host = remote.getHostAddress();
            int scope = host.indexOf('%');
            host = scope < 0 ? host : host.substring(0, scope);
            address = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + address;
        }
        return new io.evenkeel.kernel.registry.Registration(
                r.tenant(),
                r.service(),
                r.workload(),
                r.mode() == Registration.Mode.TUNNELLED ? r.endpointId() : r.endpoint(),
                r.kind().text(),
                address,
                r.incarnation(),
                r.zone(),
                r.host(),
                r.labels(),
                r.weight(),
                r.capacity(),
                r.version(),
                r.checkPath(),
                r.credential(),
                r.capabilities());
    }

    @Override
    public boolean linked(EndpointKey endpoint, long epoch) {
        if (!session.carriesRequests()) {
            return table.add(endpoint, epoch, this);
        }
        // Before it can be picked.
        tunnel.standsFor(tunnels, endpoint, epoch);
        boolean added = table.add(endpoint, epoch, this);
        if (!added) {
            tunnel.leaves(tunnels, endpoint, epoch);
        }
        return added;
    }

    @Override
    public void refused(LinkError error) {
        counters.refused(error);
    }

    @Override
    public void unlinked(EndpointKey endpoint, long epoch, LinkLoss loss, String reason) {
        counters.lost(loss);
        tunnel.leaves(tunnels, endpoint, epoch);
        table.remove(endpoint, epoch, this, loss, reason);
    }

    @Override
    public void draining(EndpointKey endpoint, long epoch, boolean draining) {
        if (draining) {
            counters.backendDrains();
        }
        ports.observer().draining(endpoint, epoch, draining);
    }

    @Override
    public void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {
        ports.observer().reported(endpoint, epoch, report);
    }

    @Override
    public int outstanding(EndpointKey endpoint, long epoch) {
        return ports.observer().outstanding(endpoint, epoch);
    }

    @Override
    public List<String> peers() {
        return ports.peers().get();
    }
}
