package io.evenkeel.link;

import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Keeps one connection to one gateway: dials, waits, dials again. Lives on the driver's thread. */
final class GatewayLink extends LinkDriver.Task implements LinkSession.Events {
    private static final long MILLI = 1_000_000L;
    private static final long CONNECT_NANOS = 5_000 * MILLI;

    private final LinkDriver driver;
    private final LinkOwner owner;
    private final String gateway;
    private final boolean further;
    private final Backoff backoff = new Backoff(100 * MILLI, 10_000 * MILLI);
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private @Nullable LinkSession session;
    private @Nullable Carrier carrier;
    private boolean ended;

    /** Whether the connection was admitted. */
    private boolean stood;

    private boolean dialled;

    /** Waits for {@link #dialIfParked}. */
    private boolean parked;

    private long retryAfterMillis;

    /**
     * One that has not dialled.
     *
     * @param further whether it is a further tunnel of another one's registration
     */
    GatewayLink(LinkDriver driver, LinkOwner owner, String gateway, boolean further) {
        this.driver = driver;
        this.owner = owner;
        this.gateway = gateway;
        this.further = further;
        this.parked = further;
    }

    boolean linked() {
        LinkSession current = session;
        return current != null && current.state() == LinkSession.State.LINKED;
    }

    /** Whether the connection that there is, or was last, was admitted. */
    boolean stood() {
        return stood;
    }

    /** Whether a gateway has been told of the endpoint: it may send requests, or is about to. */
    boolean told() {
        LinkSession current = session;
        return current != null
                && (current.state() == LinkSession.State.LINKED
                        || current.state() == LinkSession.State.HANDSHAKE);
    }

    /** Whether nothing more will come of it. */
    boolean over() {
        return ended && channel == null;
    }

    /** Dials after this time; sooner, if it was to be later. */
    void dialIn(long nanos) {
        driver.wake(this, Math.min(wakeAt, System.nanoTime() + nanos));
    }

    /** Whether it waits for its first dial. */
    boolean neverDialled() {
        return !dialled;
    }

    private void dial() {
        dialled = true;
        if (ended) {
            return;
        } else if (!owner.mayDial(this)) {
            parked = true;
            return;
        }
        int colon = gateway.lastIndexOf(':');
        String host = gateway.substring(0, colon).replaceAll("^\\[|\\]$", "");
        driver.resolve(host, Integer.parseInt(gateway.substring(colon + 1)), this::connect);
    }

    /** It is of use now, maybe again. */
    void dialIfParked() {
        if (parked) {
            parked = false;
            dial();
        }
    }

    private void connect(@Nullable InetSocketAddress address) {
        if (ended || channel != null) {
            return;
        }
        stood = false;
        if (address == null) {
            lost("unknown host");
            again();
            return;
        }
        try {
            SocketChannel opened = SocketChannel.open();
            channel = opened;
            opened.configureBlocking(false);
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            boolean connected = opened.connect(address);
            key = opened.register(driver.selector(), SelectionKey.OP_CONNECT, this);
            driver.wake(this, System.nanoTime() + CONNECT_NANOS);
            if (connected) {
                connected();
            }
        } catch (IOException failed) {
            broken(failed);
        }
    }

    @Override
    void ready(SelectionKey selected) {
        SocketChannel open = channel;
        if (open == null || !selected.isValid()) {
            return;
        }
        try {
            if (selected.isConnectable() && open.finishConnect()) {
                connected();
            } else if (selected.isReadable()) {
                read(open);
            }
            settle();
        } catch (IOException failed) {
            broken(failed);
        }
    }

    private void connected() throws IOException {
        SocketChannel open = channel;
        if (open == null) {
            return;
        }
        LinkSession begun =
                new LinkSession(owner.registration(this), gateway, this, System.nanoTime());
        session = begun;
        carrier = new Carrier(driver, open, begun, owner.forwards(), this::settleNow);
        settle();
    }

    private void read(SocketChannel open) throws IOException {
        LinkSession current = session;
        Carrier through = carrier;
        if (current == null || through == null) {
            return;
        }
        ByteBuffer buffer = driver.buffer();
        buffer.clear();
        int count = open.read(buffer);
        if (count < 0) {
            current.ended("connection closed by the gateway");
        } else if (count > 0) {
            buffer.flip();
            through.received(buffer);
        }
    }

    @Override
    void time(long now) {
        LinkSession current = session;
        SocketChannel open = channel;
        try {
            if (open == null) {
                dial();
            } else if (current == null) {
                throw new IOException("no connection within " + CONNECT_NANOS / MILLI + " ms");
            } else {
                // A process that was stopped must not call the gateway silent before it has
                // listened.
                read(open);
                current.time(now);
                settle();
            }
        } catch (IOException failed) {
            broken(failed);
        }
    }

    /** Sends what there is to send, closes what is over, and sets the alarm. */
    private void settle() throws IOException {
        LinkSession current = session;
        SocketChannel open = channel;
        SelectionKey registered = key;
        Carrier through = carrier;
        if (current == null || open == null || registered == null || through == null) {
            return;
        }
        boolean over = current.state() == LinkSession.State.CLOSED;
        if (over) {
            through.stop();
        }
        through.send();
        if (over) {
            close();
            tellIfInDoubt(current);
            again();
        } else {
            registered.interestOps(
                    through.waits()
                            ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                            : SelectionKey.OP_READ);
            driver.wake(this, current.deadline());
        }
    }

    private void broken(IOException why) {
        LinkSession current = session;
        String text = why.getMessage() == null ? why.toString() : why.getMessage();
        if (current == null) {
            lost(text);
        } else {
            current.broken(text);
        }
        close();
        if (current != null) {
            tellIfInDoubt(current);
        }
        again();
    }

    private void tellIfInDoubt(LinkSession over) {
        if (over.isInDoubt()) {
            owner.inDoubt(this);
        }
    }

    private void close() {
        SocketChannel open = channel;
        channel = null;
        key = null;
        session = null;
        Carrier through = carrier;
        carrier = null;
        if (through != null) {
            through.lost();
        }
        if (open != null) {
            try {
                open.close();
            } catch (IOException ignored) {
                // It is closed as far as anybody here can tell.
            }
        }
        owner.changed(this);
    }

    private void again() {
        if (ended || parked) {
            driver.wake(this, Long.MAX_VALUE);
            return;
        }
        long now = System.nanoTime();
        long wait = backoff.next(now, ThreadLocalRandom.current());
        if (retryAfterMillis > 0) {
            // On top of it, so that those who were told the same time don't come back as one.
            wait += retryAfterMillis * MILLI;
            retryAfterMillis = 0;
        }
        driver.wake(this, now + wait);
    }

    /** Ends the link; says goodbye if it stands. */
    void leave(String reason) {
        ended = true;
        LinkSession current = session;
        if (current == null) {
            close();
            return;
        }
        current.leave(System.nanoTime(), reason);
        settleNow();
    }

    /** Ends it, as the goodbye is said on another connection: the gateway closes this one. */
    void quit() {
        ended = true;
        LinkSession current = session;
        if (current == null || !linked()) {
            close();
        } else {
            current.awaitEnd(System.nanoTime());
            settleNow();
        }
    }

    /**
     * Ends it, as enough others stand: requests of its tunnel are carried to their end, the
     * endpoint stays registered elsewhere.
     */
    void release() {
        ended = true;
        LinkSession current = session;
        Carrier through = carrier;
        if (current == null || through == null || !linked()) {
            close();
        } else if (owner.forwards() != null) {
            // The gateway ends it when it carries nothing any more.
            through.stop();
            settleNow();
        } else {
            current.release(System.nanoTime());
            settleNow();
        }
    }

    /** What stood has ended, and it ends here. */
    void endHere() {
        ended = true;
    }

    void drain(long deadlineMillis, String reason) {
        LinkSession current = session;
        if (current != null) {
            current.drain(System.nanoTime(), deadlineMillis, reason);
            settleNow();
        }
    }

    void renew(Registration registration) {
        LinkSession current = session;
        if (current != null) {
            current.renew(System.nanoTime(), registration);
            settleNow();
        }
    }

    private void settleNow() {
        try {
            settle();
        } catch (IOException failed) {
            broken(failed);
        }
    }

    @Override
    public void registered(LinkMessage.Registered registered) {
        stood = true;
        backoff.linked(System.nanoTime());
        owner.registered(this, registered);
    }

    @Override
    public void peers(List<String> told) {
        owner.peersTold(this, told);
    }

    @Override
    public void refused(Refusal refusal) {
        if (refusal.permanent()) {
            // A further tunnel may be of use again once its endpoint is registered anew.
            ended |= !further;
            parked = further;
        }
        retryAfterMillis = refusal.retryAfterMillis();
        owner.refused(this, refusal);
    }

    @Override
    public void lost(String why) {
        owner.lost(this, why);
    }

    @Override
    public void drain(LinkMessage.Drain drain) {
        owner.drain(this, drain);
    }

    @Override
    public void drained(long outstanding) {
        owner.drained(this, outstanding);
    }

    @Override
    public void operatorDrained(long outstanding) {
        owner.operatorDrained(this, outstanding);
    }

    @Override
    public LinkMessage.@Nullable Report load() {
        return owner.load(this);
    }
}
