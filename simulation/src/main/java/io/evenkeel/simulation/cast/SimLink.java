package io.evenkeel.simulation.cast;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.Timer;
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
public final class SimLink implements ConnectionHandler, LinkSession.Events {
    private static final long MILLI = 1_000_000L;
    private static final long CONNECT_NANOS = 5_000 * MILLI;

    /** Told of what becomes of the link. */
    public interface Listener {
        /** The gateway has acknowledged the registration. */
        void registered(long epoch);

        /** The gateway says that it sends no more requests, and how many still run. */
        void drained(long outstanding);

        /** The gateway doesn't want this incarnation any more. */
        void rejected(Refusal refusal);
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
    private long retryAfterMillis;
    private boolean ended;

    /** Dials at once, from a loop of the backend's process. */
    public SimLink(
            SimBackend backend,
            InetSocketAddress gateway,
            Registration registration,
            RandomGenerator random,
            Listener listener) {
        this.backend = backend;
        this.loop = backend.process().loop();
        this.gateway = gateway;
        this.registration = registration;
        this.random = random;
        this.listener = listener;
        loop.execute(this::dial);
    }

    /** Whether the gateway has admitted it and the link stands, as far as this side knows. */
    public boolean isLinked() {
        LinkSession current = session;
        return current != null && current.state() == LinkSession.State.LINKED;
    }

    /** Asks for no more requests. */
    public void drain(long deadlineMillis) {
        loop.execute(() -> {
            LinkSession current = session;
            if (current != null) {
                current.drain(loop.nanos(), deadlineMillis, "simulated");
                settle();
            }
        });
    }

    /** Says goodbye and dials no more. */
    public void leave() {
        loop.execute(() -> {
            ended = true;
            LinkSession current = session;
            if (current != null) {
                current.leave(loop.nanos(), "simulated");
                settle();
            }
        });
    }

    private void dial() {
        if (!ended && connection == null) {
            outgoing.clear();
            connection = loop.connect(gateway, this);
            loop.schedule(timer, loop.nanos() + CONNECT_NANOS);
        }
    }

    @Override
    public void onConnected() {
        String authority = gateway.getAddress().getHostAddress() + ":" + gateway.getPort();
        session = new LinkSession(registration, authority, this, loop.nanos());
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
            current.ended("broken");
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
                current.ended("broken");
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
        connection = null;
        session = null;
        if (open != null) {
            open.close();
        }
        if (ended) {
            loop.cancel(timer);
        } else {
            long wait = 100 + random.nextInt(900) + retryAfterMillis;
            retryAfterMillis = 0;
            loop.schedule(timer, loop.nanos() + wait * MILLI);
        }
    }

    @Override
    public void registered(LinkMessage.Registered registered) {
        listener.registered(registered.epoch());
    }

    @Override
    public void peers(List<String> peers) {}

    @Override
    public void refused(Refusal refusal) {
        if (refusal.permanent()) {
            ended = true;
            listener.rejected(refusal);
        }
        retryAfterMillis = Math.max(0, refusal.retryAfterMillis());
    }

    @Override
    public void lost(String why) {}

    @Override
    public void drain(LinkMessage.Drain drain) {}

    @Override
    public void drained(long outstanding) {
        listener.drained(outstanding);
    }

    @Override
    public void operatorDrained(long outstanding) {}

    @Override
    public LinkMessage.@Nullable Report load() {
        return new LinkMessage.Report(backend.inFlight(), -1, -1, -1);
    }
}
