package io.evenkeel.gateway.net.epoll;

import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.Arrival;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.NetFailure;
import io.evenkeel.gateway.net.Unclaimed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A socket. epoll is edge-triggered like the port, with three differences that are evened out here.
 * It tells of every arrival, also to who hasn't read to the bottom yet. It tells of the peer's end
 * once, perhaps together with bytes before it: a read that leaves room then is not the last one.
 * And it tells of room to write as long as nobody wants to know, so that is asked for only after a
 * write that was cut short.
 */
final class EpollConnection implements Connection, Watched, Runnable {
    private static final InetSocketAddress NOWHERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int ALWAYS = Sockets.READABLE | Sockets.PEER_ENDED | Sockets.EDGE;
    private static final int TROUBLE = Sockets.ERROR | Sockets.HANG_UP;

    private enum State {
        CONNECTING,
        OPEN,
        FAILED,
        CLOSED
    }

    private final EpollLoop loop;
    private final Sockets sockets;
    private final int fd;
    private final InetSocketAddress remote;
    private ConnectionHandler handler;
    private State state;
    private @Nullable NetFailure failure;
    private @Nullable InetSocketAddress local;

    /** The handler knows that there is something to read, and has not found the bottom. */
    private boolean told;

    /** The peer has ended or broken it: behind the bytes there is something to read in any case. */
    private boolean hungUp;

    /** The end has been read. */
    private boolean ended;

    /** Whether epoll is asked for room to write. */
    private boolean asksForRoom;

    /** A write was cut short. */
    private boolean blocked;

    /** Writing has failed; what came before the break can still be read. */
    private boolean writeBroken;

    private EpollConnection(
            EpollLoop loop,
            int fd,
            InetSocketAddress remote,
            ConnectionHandler handler,
            State state) {
        this.loop = loop;
        this.sockets = loop.sockets();
        this.fd = fd;
        this.remote = remote;
        this.handler = handler;
        this.state = state;
    }

    static EpollConnection connect(
            EpollLoop loop, InetSocketAddress address, ConnectionHandler handler) {
        Sockets sockets = loop.sockets();
        int fd = sockets.socket(SocketAddresses.family(address));
        EpollConnection made = new EpollConnection(loop, fd, address, handler, State.CONNECTING);
        int result = fd < 0 ? fd : sockets.connect(fd, address);
        if (result == 0 || result == -Errno.EINPROGRESS || result == -Errno.EINTR) {
            made.asksForRoom = true;
            int watched = loop.watch(fd, ALWAYS | Sockets.WRITABLE, made);
            result = watched < 0 ? watched : 0;
        }
        if (result < 0) {
            made.state = State.FAILED;
            made.failure = Errno.failure(-result);
            made.release();
            loop.defer(made);
        }
        return made;
    }

    /**
     * One that was accepted and is watched from now on; null if it can't be.
     *
     * @param local its own address, null where only the system knows (a listener on all addresses)
     */
    static @Nullable EpollConnection accepted(
            EpollLoop loop, int fd, InetSocketAddress remote, @Nullable InetSocketAddress local) {
        EpollConnection made =
                new EpollConnection(loop, fd, remote, Unclaimed.INSTANCE, State.OPEN);
        made.local = local;
        if (loop.watch(fd, ALWAYS, made) < 0) {
            made.release();
            return null;
        }
        return made;
    }

    /** Hands it to another loop; false: it stays here. */
    boolean moveTo(EpollLoop to, Acceptor acceptor) {
        if (state != State.OPEN || !to.execute(new Moved(to, fd, remote, local, acceptor))) {
            return false;
        }
        state = State.CLOSED;
        loop.giveAway(fd);
        return true;
    }

    /** A connection of another loop, on its way to this one. */
    private record Moved(
            EpollLoop loop,
            int fd,
            InetSocketAddress remote,
            @Nullable InetSocketAddress local,
            Acceptor acceptor)
            implements Arrival {
        @Override
        public void run() {
            EpollConnection made =
                    new EpollConnection(loop, fd, remote, Unclaimed.INSTANCE, State.OPEN);
            made.local = local;
            int watched = loop.watch(fd, ALWAYS, made);
            if (watched < 0) {
                int ignored = made.fail(-watched);
                loop.defer(made);
            }
            made.offer(acceptor);
        }

        @Override
        public void turnedAway() {
            loop.sockets().close(fd);
        }
    }

    /** Later in this turn: what could not be said within the call that found it. */
    @Override
    public void run() {
        if (state == State.FAILED) {
            handler.onFailed();
        } else if (state == State.OPEN && !told && !ended) {
            told = true;
            handler.onReadable();
        }
    }

    @Override
    public int read(ByteBuffer into) {
        if (state != State.OPEN) {
            return state == State.CONNECTING ? AGAIN : FAILED;
        }
        if (ended) {
            return EOF;
        }
        int room = into.remaining();
        int n = sockets.receive(fd, into);
        if (n == room) {
            return n;
        }
        if (n > 0) {
            told = false;
            if (hungUp) {
                loop.defer(this);
            }
            return n;
        }
        if (n == 0) {
            ended = true;
            return EOF;
        }
        if (n == -Errno.EAGAIN) {
            told = false;
            return AGAIN;
        }
        return fail(-n);
    }

    @Override
    public int write(ByteBuffer from) {
        if (state != State.OPEN || writeBroken) {
            return state == State.CONNECTING ? AGAIN : FAILED;
        }
        int n = sockets.send(fd, from);
        if (n < 0 && n != -Errno.EAGAIN) {
            return failWriting(-n);
        }
        if (from.hasRemaining()) {
            block();
        }
        return Math.max(n, 0);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int count) {
        if (state != State.OPEN || writeBroken) {
            return state == State.CONNECTING ? AGAIN : FAILED;
        }
        long written = 0;
        int next = offset;
        int end = offset + count;
        while (true) {
            while (next < end && !from[next].hasRemaining()) {
                next++;
            }
            if (next == end) {
                return written;
            }
            long n = gather(from, next, end);
            if (n < 0 && n != -Errno.EAGAIN) {
                return failWriting((int) -n);
            }
            written += Math.max(n, 0);
            if (n <= 0 || (from[next].hasRemaining() && n > 0)) {
                block();
                return written;
            }
        }
    }

    /** Writes a run of buffers as one call, if they can be; else the first. */
    private long gather(ByteBuffer[] from, int first, int end) {
        int last = first;
        while (last < end
                && last - first < Sockets.MOST_BUFFERS
                && from[last].isDirect()
                && from[last].hasRemaining()) {
            last++;
        }
        return last - first > 1
                ? sockets.send(fd, from, first, last - first)
                : sockets.send(fd, from[first]);
    }

    private void block() {
        blocked = true;
        if (!asksForRoom) {
            asksForRoom = true;
            int asked = loop.change(fd, ALWAYS | Sockets.WRITABLE);
            if (asked < 0) {
                failWriting(-asked);
            }
        }
    }

    @Override
    public void shutdownOutput() {
        if (state == State.OPEN) {
            int result = sockets.shutdownOutput(fd);
            if (result < 0) {
                fail(-result);
            }
        }
    }

    @Override
    public void close() {
        if (state != State.CLOSED) {
            boolean held = state != State.FAILED;
            state = State.CLOSED;
            if (held) {
                release();
            }
        }
    }

    @Override
    public void reset() {
        if (state == State.OPEN || state == State.CONNECTING) {
            // What fails here was broken already.
            sockets.abortOnClose(fd);
        }
        close();
    }

    @Override
    public void drop() {
        close();
    }

    @Override
    public void broken() {
        reset();
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
        InetSocketAddress known = local;
        if (known == null && state == State.OPEN && sockets.local(fd) == 0) {
            known = sockets.named();
            local = known;
        }
        return known == null ? NOWHERE : known;
    }

    @Override
    public @Nullable NetFailure failure() {
        return failure;
    }

    /** Has the acceptor decide who handles it, unless it sets a handler itself. */
    void offer(Acceptor acceptor) {
        try {
            ConnectionHandler decided = acceptor.accepted(this);
            if (handler == Unclaimed.INSTANCE) {
                handler = decided;
            }
        } finally {
            // It threw: nobody would ever close it.
            if (handler == Unclaimed.INSTANCE) {
                reset();
            }
        }
    }

    @Override
    public void ready(int events) {
        if (state == State.CONNECTING && !finishConnect(events)) {
            return;
        }
        hungUp |= (events & (Sockets.PEER_ENDED | TROUBLE)) != 0;
        if (blocked && state == State.OPEN && (events & (Sockets.WRITABLE | TROUBLE)) != 0) {
            blocked = false;
            handler.onWritable();
        }
        boolean readable = (events & (Sockets.READABLE | Sockets.PEER_ENDED | TROUBLE)) != 0;
        if (readable && !told && !ended && state == State.OPEN) {
            told = true;
            handler.onReadable();
        }
    }

    /** Whether it stands now. */
    private boolean finishConnect(int events) {
        if ((events & (Sockets.WRITABLE | TROUBLE)) == 0) {
            return false;
        }
        int error = sockets.error(fd);
        if (error != 0) {
            fail(error);
            handler.onFailed();
            return false;
        }
        state = State.OPEN;
        handler.onConnected();
        return true;
    }

    private int failWriting(int errno) {
        writeBroken = true;
        blocked = false;
        failure = Errno.failure(errno);
        return FAILED;
    }

    /** Its descriptor is of no more use; what is owed by the owner is only to forget it. */
    private int fail(int errno) {
        state = State.FAILED;
        failure = Errno.failure(errno);
        release();
        return FAILED;
    }

    private void release() {
        if (fd >= 0) {
            loop.forget(fd);
            sockets.close(fd);
        }
    }
}
