package io.evenkeel.gateway.link;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes and time between one connection and its session. Used on its loop, except {@link
 * #post}.
 */
final class LinkConnection
        implements ConnectionHandler, LinkActions, LinkAdmission.Owner, LinkTable.Handle {
    /** What one link may read in a turn before the others have theirs. */
    private static final int TURN_BYTES = 64 * 1024;

    private final NetLoop loop;
    private final Connection connection;
    private final LinkContext context;
    private final LinkCounters counters;
    private final ByteBuffer buffer;
    private final LinkServerSession session;
    private final LinkTunnel tunnel;
    private final LinkAdmission admission;
    private final Timer timer = new Timer(this::fired);

    private boolean handshaking = true;
    private boolean outputEnded;
    private boolean closed;

    /** Why others want it cut, null: they don't. */
    private volatile @Nullable Cut cut;

    /** What the operator wants of the endpoint now, null: no drain. */
    private volatile LinkMessage.@Nullable Drain wanted;

    private record Cut(LinkError error, String detail) {}

    /** One that has just been accepted. */
    LinkConnection(LinkLoop home, Connection connection, LinkContext context) {
        this(home, connection, context, null);
    }

    /**
     * One that another loop has accepted and read the registration of.
     *
     * @param registration null: still to be read
     */
    LinkConnection(
            LinkLoop home,
            Connection connection,
            LinkContext context,
            @Nullable Registration registration) {
        this.loop = home.net;
        this.connection = connection;
        this.context = context;
        this.counters = context.counters();
        this.buffer = home.buffer;
        long now = loop.attendedNanos();
        this.session = new LinkServerSession(context.settings(), this, registration, now);
        this.tunnel = new LinkTunnel(loop, connection, session, this::turnEnd);
        this.admission = new LinkAdmission(home, connection, context, session, this);
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
    public long lastHeard() {
        return session.lastHeard();
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
            } else if (tunnel.backendGoesAway()) {
                session.goesAway(loop.attendedNanos());
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
            counters.linked(session.isFurther());
        }
        if (session.state() == LinkState.FINISHING) {
            tunnel.finish();
        }
        boolean broken = !flush();
        if (broken) {
            session.ended(loop.attendedNanos());
        }
        if (session.state() == LinkState.CLOSING
                && session.output().isEmpty()
                && !outputEnded
                && !broken
                && (!session.tunnelled() || tunnel.parted(buffer))) {
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
        admission.leave();
        if (handshaking) {
            counters.handshakeEnded();
        } else {
            counters.unlinked(session.isFurther());
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
            session.cut(now, pending.error, pending.detail, retry(pending.error));
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
        admission.asked(registration);
    }

    /** Goes on where another loop has left off: admitted, and not yet answered. */
    void arrived(TunnelPlaces.Place place, AdmissionReply.Admitted admitted) {
        admission.at(place);
        session.admitted(loop.attendedNanos(), admitted);
        turnEnd();
    }

    @Override
    public void decided() {
        read();
        turnEnd();
    }

    @Override
    public void gone() {
        closed = true;
        loop.cancel(timer);
        counters.handshakeEnded();
    }

    @Override
    public int tunnels() {
        return session.carriesRequests() ? context.places().wanted() : 1;
    }

    @Override
    public boolean linked(EndpointKey endpoint, long epoch, Registration registration) {
        if (!session.carriesRequests()) {
            return context.table().add(endpoint, epoch, registration, this);
        }
        // Before it can be picked.
        tunnel.standsFor(context.tunnels(), endpoint, epoch);
        boolean added =
                registration.isFurther()
                        ? context.table().join(endpoint, registration, this)
                        : context.table().add(endpoint, epoch, registration, this);
        if (!added) {
            tunnel.leaves(context.tunnels(), endpoint, epoch);
        }
        return added;
    }

    @Override
    public void renewed(EndpointKey endpoint, long epoch, Registration registration) {
        context.table().renewed(endpoint, epoch, registration);
    }

    @Override
    public void refused(LinkError error) {
        counters.refused(error);
    }

    @Override
    public void unlinked(EndpointKey endpoint, long epoch, LinkLoss loss, String reason) {
        if (!session.isFurther()) {
            counters.lost(loss);
        }
        tunnel.leaves(context.tunnels(), endpoint, epoch);
        // It may carry on for a while, but what is dialled in its place may have its place.
        admission.leave();
        context.table().remove(endpoint, epoch, this, loss, reason);
    }

    @Override
    public void draining(EndpointKey endpoint, long epoch, boolean draining) {
        if (draining) {
            counters.backendDrains();
        }
        context.ports().observer().draining(endpoint, epoch, draining);
    }

    @Override
    public void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {
        context.ports().observer().reported(endpoint, epoch, report);
    }

    @Override
    public int outstanding(EndpointKey endpoint, long epoch) {
        return context.ports().observer().outstanding(endpoint, epoch);
    }

    @Override
    public boolean carrying() {
        return tunnel.carrying();
    }

    @Override
    public List<String> peers() {
        return context.ports().peers().get();
    }
}
