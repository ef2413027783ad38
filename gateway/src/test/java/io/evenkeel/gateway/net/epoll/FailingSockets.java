package io.evenkeel.gateway.net.epoll;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Real calls, of which one fails: the system says no where nobody looks. */
final class FailingSockets extends Sockets {
    private final int failing;
    private final int errno;
    private int calls;
    private String failed = "none";

    /**
     * @param failing number of the call that fails, from 0; negative: none does
     * @param errno what it fails with
     */
    FailingSockets(int failing, int errno) {
        this.failing = failing;
        this.errno = errno;
    }

    /** Calls made so far. */
    synchronized int calls() {
        return calls;
    }

    /** Name of the call that failed. */
    synchronized String failed() {
        return failed;
    }

    private synchronized boolean fails(String call) {
        if (calls++ == failing) {
            failed = call;
            return true;
        }
        return false;
    }

    @Override
    int socket(int family) {
        return fails("socket") ? -errno : super.socket(family);
    }

    @Override
    int connect(int fd, InetSocketAddress to) {
        return fails("connect") ? -errno : super.connect(fd, to);
    }

    @Override
    int listen(int fd, InetSocketAddress at, int backlog, boolean shared) {
        return fails("listen") ? -errno : super.listen(fd, at, backlog, shared);
    }

    @Override
    int accept(int fd) {
        return fails("accept") ? -errno : super.accept(fd);
    }

    @Override
    int receive(int fd, ByteBuffer into) {
        return fails("receive") ? -errno : super.receive(fd, into);
    }

    @Override
    int send(int fd, ByteBuffer from) {
        return fails("send") ? -errno : super.send(fd, from);
    }

    @Override
    long send(int fd, ByteBuffer[] from, int offset, int count) {
        return fails("sendmsg") ? -errno : super.send(fd, from, offset, count);
    }

    @Override
    int shutdownOutput(int fd) {
        return fails("shutdown") ? -errno : super.shutdownOutput(fd);
    }

    @Override
    int error(int fd) {
        return fails("error") ? errno : super.error(fd);
    }

    @Override
    int local(int fd) {
        return fails("getsockname") ? -errno : super.local(fd);
    }

    @Override
    int epoll() {
        return fails("epoll_create") ? -errno : super.epoll();
    }

    @Override
    int wakeable() {
        return fails("eventfd") ? -errno : super.wakeable();
    }

    @Override
    int control(int epoll, int operation, int fd, int wanted, long data) {
        return fails("epoll_ctl " + operation)
                ? -errno
                : super.control(epoll, operation, fd, wanted, data);
    }
}
