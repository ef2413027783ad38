package io.evenkeel.simulation.cast;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.link.Backoff;
import io.evenkeel.link.GatewayChoice;
import io.evenkeel.link.LinkSession;
import io.evenkeel.link.Refusal;
import io.evenkeel.simulation.net.SimLoop;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A backend's link to a gateway: the link library's session on a simulated connection. It dials
 * again after a loss, until it has left or is told to stay away.
 */
final class SimLink implements ConnectionHandler, LinkSession.Events {
    private static final long MILLI = 1_000_000L;
    private static final long CONNECT_NANOS = 5_000 * MILLI;

    /** Told of what becomes of the link. */
    interface Listener {
        /** The gateway has acknowledged the registration. */
        void registered(SimLink link, long epoch);

        /** The gateway names all gateways, itself first. */
        void peers(SimLink link, List<String> peers);

        /** The gateway says that it sends no more requests, and how many still run. */
        void drained(SimLink link, long outstanding);

        /** The gateway doesn't want this incarnation any more. */
        void rejected(SimLink link, Refusal refusal);

        /** A dial came to nothing, or a link has ended. */
        void over(SimLink link);
    }

    private final SimLoop loop;
    private final InetSocketAddress gateway;
    private final Registration registration;
    private final RandomGenerator random;
    private final SimBackend backend;
    private final Listener listener;
    private final Timer timer = new Timer(this::fired);
    private final ByteBuffer scratch = ByteBuffer.allocate(4096);
    private final ArrayDeque<ByteBuffer> outgoing = new ArrayDeque<>();
    private @Nullable Connection connection;
    private @Nullable LinkSession session;
    private final Backoff backoff = new Backoff(100 * MILLI, 10_000 * MILLI);
    private long retryAfterMillis;
    private boolean ended;
    private boolean stood;
    private boolean dialled;
    private boolean inDoubt;

    /** One that has not dialled, on a loop of the backend's process. */
    SimLink(
            SimBackend backend,
            SimLoop loop,
            InetSocketAddress gateway,
            Registration registration,
            RandomGenerator random,
            Listener listener) {
        this.backend = backend;
        this.loop = loop;
        this.gateway = gateway;
        this.registration = registration;
        this.random = random;
        this.listener = listener;
    }

    /** The gateway's address, as dialled. */
    String gateway() {
        return gateway.getAddress().getHostAddress() + ":" + gateway.getPort();
    }

    /** Dials after this time. */
    void dialIn(long nanos) {
        loop.schedule(timer, loop.nanos() + nanos);
    }

    /** Whether it waits for its first dial. */
    boolean neverDialled() {
        return !dialled;
    }

    /** Whether the connection that there is, or was last, was admitted. */
    boolean stood() {
        return stood;
    }

    /** Whether the gateway may have lost what this side released, or never saw stand. */
    boolean inDoubt() {
        return inDoubt;
    }

    /** Where it stands, for the choice of gateways. */
    GatewayChoice.Standing standing() {
        LinkSession current = session;
        if (ended) {
            return GatewayChoice.Standing.ENDED;
        } else if (current != null && current.state() == LinkSession.State.LINKED) {
            return GatewayChoice.Standing.LINKED;
        }
        return current != null && current.state() == LinkSession.State.HANDSHAKE
                ? GatewayChoice.Standing.DIALLED
                : GatewayChoice.Standing.WAITING;
    }

    /** Whether a gateway has been told of the endpoint and not lost it. */
    boolean told() {
        LinkSession current = session;
        return current != null
                && (current.state() == LinkSession.State.LINKED
                        || current.state() == LinkSession.State.HANDSHAKE);
    }

    /** Asks for no more requests. */
    void drain(long deadlineMillis) {
        LinkSession current = session;
        if (current != null) {
            current.drain(loop.nanos(), deadlineMillis, "simulated");
            settle();
        }
    }

    /** Says goodbye if it stands, and dials no more. */
    void leave() {
        ended = true;
        LinkSession current = session;
        if (current == null) {
            close();
        } else {
            current.leave(loop.nanos(), "simulated");
            settle();
        }
    }

    /** Ends this link alone: the endpoint stays registered with other gateways. */
    void release() {
        ended = true;
        LinkSession current = session;
        if (current == null || current.state() != LinkSession.State.LINKED) {
            close();
        } else {
            current.release(loop.nanos());
            settle();
        }
    }

    /** Ends what no gateway was told of. */
    void quit() {
        ended = true;
        close();
    }

    private void dial() {
        if (!ended && connection == null) {
            stood = false;
            dialled = true;
            outgoing.clear();
            connection = loop.connect(gateway, this);
            loop.schedule(timer, loop.nanos() + CONNECT_NANOS);
        }
    }

    @Override
    public void onConnected() {
        session = new LinkSession(registration, gateway(), this, loop.nanos());
        settle();
    }

    @Override
    public void onReadable() {
        read();
        settle();
    }

    @Override
    public void onWritable() {
        settle();
    }

    @Override
    public void onFailed() {
        LinkSession current = session;
        if (current != null) {
            current.broken("broken");
        }
        close();
    }

    private void fired(long nowNanos) {
        LinkSession current = session;
        if (connection == null) {
            dial();
        } else if (current == null) {
            close();
        } else {
            // What arrived while this process stood still counts first.
            read();
            current.time(nowNanos);
            settle();
        }
    }

    private void read() {
        Connection from = connection;
        LinkSession current = session;
        while (from != null && current != null && from.isOpen()) {
            int n = from.read(scratch.clear());
            if (n == Connection.AGAIN) {
                return;
            }
            if (n < 0) {
                current.ended("closed");
                return;
            }
            current.received(loop.nanos(), scratch.flip());
        }
    }

    private void settle() {
        LinkSession current = session;
        Connection to = connection;
        if (current == null || to == null) {
            return;
        }
        byte[] more = current.takeOutput();
        if (more.length > 0) {
            outgoing.add(ByteBuffer.wrap(more));
        }
        while (!outgoing.isEmpty()) {
            if (to.write(outgoing.peek()) == Connection.FAILED) {
                current.broken("broken");
                break;
            }
            if (outgoing.peek().hasRemaining()) {
                break;
            }
            outgoing.remove();
        }
        if (current.state() == LinkSession.State.CLOSED) {
            close();
        } else {
            loop.schedule(timer, current.deadline());
        }
    }

    private void close() {
        Connection open = connection;
        LinkSession over = session;
        inDoubt = over != null && over.isInDoubt();
        connection = null;
        session = null;
        if (open != null) {
            open.close();
        }
        if (ended) {
            loop.cancel(timer);
        } else {
            long wait = backoff.next(loop.nanos(), random) + retryAfterMillis * MILLI;
            retryAfterMillis = 0;
            loop.schedule(timer, loop.nanos() + wait);
        }
        listener.over(this);
    }

    @Override
    public void registered(LinkMessage.Registered registered) {
        stood = true;
        backoff.linked(loop.nanos());
        listener.registered(this, registered.epoch());
    }

    @Override
    public void peers(List<String> peers) {
        listener.peers(this, peers);
    }

    @Override
    public void refused(Refusal refusal) {
        if (refusal.permanent()) {
            ended = true;
            listener.rejected(this, refusal);
        }
        retryAfterMillis = Math.max(0, refusal.retryAfterMillis());
    }

    @Override
    public void lost(String why) {}

    @Override
    public void drain(LinkMessage.Drain drain) {}

    @Override
    public void drained(long outstanding) {
        listener.drained(this, outstanding);
    }

    @Override
    public void operatorDrained(long outstanding) {}

    @Override
    public LinkMessage.@Nullable Report load() {
        return new LinkMessage.Report(backend.inFlight(), -1, -1, -1);
    }
}
