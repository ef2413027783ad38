package io.evenkeel.gateway.net.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A descriptor may be closed and given out again while events of its first owner still wait. */
final class StaleEventsTest {
    @Test
    void eventsOfAnEarlierOwnerDontReachTheNextOneOfItsDescriptor() throws Exception {
        List<String> told = new ArrayList<>();
        CountDownLatch over = new CountDownLatch(1);
        Sockets sockets = new Sockets();
        try (EpollLoop loop = new EpollLoop("stale", sockets)) {
            int[] fds = {sockets.wakeable(), sockets.wakeable()};
            loop.execute(() -> {
                for (int i = 0; i < 2; i++) {
                    loop.watch(
                            fds[i],
                            Sockets.READABLE,
                            new Replacing(loop, fds[i], fds[1 - i], told));
                    sockets.signal(fds[i]);
                }
                // Both are found by the next wait; the turn after it is the end.
                loop.defer(() -> loop.defer(() -> loop.defer(over::countDown)));
            });
            loop.start();
            assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(told).as("whoever came first has replaced the other").hasSize(1);
    }

    /** Closes the other descriptor and gives its number to somebody new. */
    private record Replacing(EpollLoop loop, int mine, int other, List<String> told)
            implements Watched {
        @Override
        public void ready(int events) {
            told.add("owner");
            close(mine);
            close(other);
            // The lowest free number is given out each time: only a few are lower.
            List<Integer> lower = new ArrayList<>();
            int again = loop.sockets().wakeable();
            while (again != other && lower.size() < 64) {
                lower.add(again);
                again = loop.sockets().wakeable();
            }
            lower.forEach(loop.sockets()::close);
            if (again == other) {
                loop.watch(again, Sockets.READABLE, new Next(told));
            } else {
                told.add("the number was not given out again");
            }
        }

        private void close(int fd) {
            loop.forget(fd);
            loop.sockets().close(fd);
        }

        @Override
        public void broken() {}

        @Override
        public void drop() {}
    }

    /** Has nothing to be told of. */
    private record Next(List<String> told) implements Watched {
        @Override
        public void ready(int events) {
            told.add("next");
        }

        @Override
        public void broken() {}

        @Override
        public void drop() {}
    }
}
