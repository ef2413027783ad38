package io.evenkeel.gateway.net.epoll;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Real calls that do less than they could: writes are cut short or put off, reads put off. As the
 * kernel would, it then tells of the room or the bytes by another edge.
 */
final class CutSockets extends Sockets {
    private record Wanted(int epoll, int events, long data) {}

    private final SplittableRandom random;
    private final Map<Integer, Wanted> wanted = new HashMap<>();

    CutSockets(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    int control(int epoll, int operation, int fd, int events, long data) {
        wanted.put(fd, new Wanted(epoll, events, data));
        return super.control(epoll, operation, fd, events, data);
    }

    private int again(int fd) {
        Wanted known = wanted.get(fd);
        if (known != null) {
            super.control(known.epoll(), MODIFY, fd, known.events(), known.data());
        }
        return -Errno.EAGAIN;
    }

    @Override
    int receive(int fd, ByteBuffer into) {
        return random.nextInt(4) == 0 ? again(fd) : super.receive(fd, into);
    }

    @Override
    int send(int fd, ByteBuffer from) {
        int kind = random.nextInt(4);
        if (kind == 0) {
            return again(fd);
        }
        if (kind == 1 && from.remaining() > 1) {
            int limit = from.limit();
            from.limit(from.position() + 1 + random.nextInt(from.remaining() - 1));
            int n = super.send(fd, from);
            from.limit(limit);
            again(fd);
            return n;
        }
        return super.send(fd, from);
    }

    @Override
    long send(int fd, ByteBuffer[] from, int offset, int count) {
        return random.nextInt(3) == 0
                ? send(fd, from[offset])
                : super.send(fd, from, offset, count);
    }
}
