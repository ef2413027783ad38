package io.evenkeel.gateway.net.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * The system calls of one loop. Every method answers with the call's result, or with the negative
 * of its {@link Errno}; a call that a signal interrupted is made again. Descriptors are made
 * non-blocking and are not inherited by child processes.
 *
 * <p>Not thread-safe, except {@link #signal}. Open for tests, which make calls fail here.
 */
class Sockets {
    static final int READABLE = 0x1;
    static final int WRITABLE = 0x4;
    static final int ERROR = 0x8;
    static final int HANG_UP = 0x10;
    static final int PEER_ENDED = 0x2000;
    static final int EDGE = 1 << 31;

    static final int ADD = 1;
    static final int DELETE = 2;
    static final int MODIFY = 3;

    /** Events that one wait can return. */
    static final int MOST_EVENTS = 512;

    /** What fits into one gathering write. */
    static final int MOST_BUFFERS = 64;

    private static final int STREAM = 1;
    private static final int NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int CLOEXEC = 0x80000;
    private static final int NO_SIGNAL = 0x4000;
    private static final int SHUT_WRITE = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ERROR = 4;
    private static final int SO_LINGER = 13;
    private static final int SO_REUSEPORT = 15;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;

    /** Bytes that go through memory of our own when a caller's buffer is on the heap. */
    private static final int COPY_BYTES = 64 << 10;

    /** Packed on x86_64 only: 4 bytes of events and 8 of data, else 4 of padding between them. */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int DATA_AT = PACKED ? 4 : 8;
    private static final int IOVEC_BYTES = 16;
    private static final int MSGHDR_BYTES = 56;
    private static final int MSGHDR_IOV = 16;
    private static final int MSGHDR_IOVLEN = 24;

    private final BufferAddresses addresses = new BufferAddresses();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = arena.allocate(Libc.STATE);
    private final MemorySegment signalState = arena.allocate(Libc.STATE);
    private final MemorySegment events = arena.allocate((long) EVENT_BYTES * MOST_EVENTS, 8);
    private final MemorySegment control = arena.allocate(16, 8);
    private final MemorySegment address = arena.allocate(SocketAddresses.BYTES, 8);
    private final MemorySegment option = arena.allocate(8, 8);
    private final MemorySegment length = arena.allocate(JAVA_INT);
    private final MemorySegment one = arena.allocateFrom(JAVA_LONG, 1);
    private final MemorySegment vectors = arena.allocate((long) IOVEC_BYTES * MOST_BUFFERS, 8);
    private final MemorySegment message = arena.allocate(MSGHDR_BYTES, 8);
    private final ByteBuffer copy = arena.allocate(COPY_BYTES, 64).asByteBuffer();

    Sockets() {
        message.set(JAVA_LONG, MSGHDR_IOV, vectors.address());
    }

    /** Gives the memory back; no call may follow. */
    void free() {
        arena.close();
    }

    private int failed() {
        return -state.get(JAVA_INT, Libc.ERRNO_AT);
    }

    private static IllegalStateException unlinked(Throwable e) {
        return new IllegalStateException("a system call could not be made", e);
    }

    /** A TCP socket that sends without delay. */
    int socket(int family) {
        try {
            int fd = (int) Libc.SOCKET.invokeExact(state, family, STREAM | NONBLOCK_CLOEXEC, 0);
            if (fd < 0) {
                return failed();
            }
            int set = option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
            if (set < 0) {
                close(fd);
                return set;
            }
            return fd;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    int connect(int fd, InetSocketAddress to) {
        try {
            int bytes = SocketAddresses.write(to, address);
            int result = (int) Libc.CONNECT.invokeExact(state, fd, address.address(), bytes);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    /** Binds and listens; with {@code shared}, beside other sockets of this process. */
    int listen(int fd, InetSocketAddress at, int backlog, boolean shared) {
        int set = option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
        if (set == 0 && shared) {
            set = option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
        }
        if (set < 0) {
            return set;
        }
        try {
            int bytes = SocketAddresses.write(at, address);
            int bound = (int) Libc.BIND.invokeExact(state, fd, address.address(), bytes);
            if (bound < 0) {
                return failed();
            }
            int result = (int) Libc.LISTEN.invokeExact(state, fd, backlog);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    /** The next connection; {@link #accepted} is its peer. It inherits the listener's no-delay. */
    int accept(int fd) {
        try {
            int result;
            do {
                length.set(JAVA_INT, 0, SocketAddresses.BYTES);
                result =
                        (int)
                                Libc.ACCEPT.invokeExact(
                                        state,
                                        fd,
                                        address.address(),
                                        length.address(),
                                        NONBLOCK_CLOEXEC);
                result = result < 0 ? failed() : result;
            } while (result == -Errno.EINTR);
            return result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    /** The peer of the connection accepted last. */
    InetSocketAddress accepted() {
        return SocketAddresses.read(address);
    }

    /** Reads into a buffer and moves its position. 0 is the peer's end. */
    int receive(int fd, ByteBuffer into) {
        int room = into.remaining();
        ByteBuffer to = into.isDirect() ? into : copy.limit(Math.min(room, COPY_BYTES)).position(0);
        int bytes = to.remaining();
        long result;
        try {
            long memory = addresses.of(to);
            do {
                result = (long) Libc.RECEIVE.invokeExact(state, fd, memory, (long) bytes, 0);
                result = result < 0 ? failed() : result;
            } while (result == -Errno.EINTR);
        } catch (Throwable e) {
            throw unlinked(e);
        } finally {
            Reference.reachabilityFence(to);
        }
        if (result > 0) {
            if (into.isDirect()) {
                into.position(into.position() + (int) result);
            } else {
                into.put(copy.limit((int) result));
            }
        }
        return (int) result;
    }

    /** Writes from a buffer and moves its position by what was taken. */
    int send(int fd, ByteBuffer from) {
        ByteBuffer bytes = from;
        if (!from.isDirect()) {
            int part = Math.min(from.remaining(), COPY_BYTES);
            bytes = copy.clear().put(0, from, from.position(), part).limit(part);
        }
        long result;
        try {
            long memory = addresses.of(bytes);
            long count = bytes.remaining();
            do {
                result = (long) Libc.SEND.invokeExact(state, fd, memory, count, NO_SIGNAL);
                result = result < 0 ? failed() : result;
            } while (result == -Errno.EINTR);
        } catch (Throwable e) {
            throw unlinked(e);
        } finally {
            Reference.reachabilityFence(bytes);
        }
        if (result > 0) {
            from.position(from.position() + (int) result);
        }
        return (int) result;
    }

    /** The same from several direct buffers, {@link #MOST_BUFFERS} at most, none of them empty. */
    long send(int fd, ByteBuffer[] from, int offset, int count) {
        for (int i = 0; i < count; i++) {
            ByteBuffer buffer = from[offset + i];
            vectors.set(JAVA_LONG, (long) i * IOVEC_BYTES, addresses.of(buffer));
            vectors.set(JAVA_LONG, (long) i * IOVEC_BYTES + 8, buffer.remaining());
        }
        message.set(JAVA_LONG, MSGHDR_IOVLEN, count);
        long result;
        try {
            do {
                result =
                        (long)
                                Libc.SEND_MESSAGE.invokeExact(
                                        state, fd, message.address(), NO_SIGNAL);
                result = result < 0 ? failed() : result;
            } while (result == -Errno.EINTR);
        } catch (Throwable e) {
            throw unlinked(e);
        } finally {
            Reference.reachabilityFence(from);
        }
        long left = result;
        for (int i = 0; left > 0; i++) {
            ByteBuffer buffer = from[offset + i];
            int taken = (int) Math.min(left, buffer.remaining());
            buffer.position(buffer.position() + taken);
            left -= taken;
        }
        return result;
    }

    int shutdownOutput(int fd) {
        try {
            int result = (int) Libc.SHUTDOWN.invokeExact(state, fd, SHUT_WRITE);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    /** Has the close that follows send a reset. */
    int abortOnClose(int fd) {
        // struct linger: on, for no time.
        option.set(JAVA_INT, 4, 0);
        return option(fd, SOL_SOCKET, SO_LINGER, 1, 8);
    }

    int close(int fd) {
        try {
            int result = (int) Libc.CLOSE.invokeExact(state, fd);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    /** Why connecting or the connection failed: a positive {@link Errno}, or 0. */
    int error(int fd) {
        try {
            length.set(JAVA_INT, 0, 4);
            int result =
                    (int)
                            Libc.GET_OPTION.invokeExact(
                                    state,
                                    fd,
                                    SOL_SOCKET,
                                    SO_ERROR,
                                    option.address(),
                                    length.address());
            return result < 0 ? -failed() : option.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    /** The socket's own address goes to {@link #accepted}'s place. */
    int local(int fd) {
        try {
            length.set(JAVA_INT, 0, SocketAddresses.BYTES);
            int result =
                    (int)
                            Libc.LOCAL_NAME.invokeExact(
                                    state, fd, address.address(), length.address());
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    /** What {@link #local} found. */
    InetSocketAddress named() {
        return SocketAddresses.read(address);
    }

    private int option(int fd, int level, int name, int value) {
        return option(fd, level, name, value, 4);
    }

    private int option(int fd, int level, int name, int value, int bytes) {
        try {
            option.set(JAVA_INT, 0, value);
            int result =
                    (int)
                            Libc.SET_OPTION.invokeExact(
                                    state, fd, level, name, option.address(), bytes);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    int epoll() {
        try {
            int result = (int) Libc.EPOLL_CREATE.invokeExact(state, CLOEXEC);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    /** {@link #ADD}, {@link #MODIFY} or {@link #DELETE} what is waited for. */
    int control(int epoll, int operation, int fd, int wanted, long data) {
        control.set(JAVA_INT, 0, wanted);
        control.set(JAVA_LONG_UNALIGNED, DATA_AT, data);
        try {
            int result =
                    (int)
                            Libc.EPOLL_CONTROL.invokeExact(
                                    state, epoll, operation, fd, control.address());
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    /** Waits so many milliseconds; the events are then at {@link #events} and {@link #data}. */
    int await(int epoll, int millis) {
        try {
            int result =
                    (int)
                            Libc.EPOLL_WAIT.invokeExact(
                                    state, epoll, events.address(), MOST_EVENTS, millis);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    int events(int index) {
        return events.get(JAVA_INT_UNALIGNED, (long) index * EVENT_BYTES);
    }

    long data(int index) {
        return events.get(JAVA_LONG_UNALIGNED, (long) index * EVENT_BYTES + DATA_AT);
    }

    /** A descriptor to wake a waiting loop by. */
    int wakeable() {
        try {
            int result = (int) Libc.EVENT_FD.invokeExact(state, 0, NONBLOCK_CLOEXEC);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }

    /** Wakes who waits for it. One caller at a time, of any thread. */
    void signal(int wakeable) {
        try {
            // A full counter means that the loop is to wake already.
            long _ = (long) Libc.WRITE.invokeExact(signalState, wakeable, one.address(), 8L);
        } catch (Throwable e) {
            throw unlinked(e);
        }
    }
}
