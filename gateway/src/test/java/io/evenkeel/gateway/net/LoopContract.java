package io.evenkeel.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What transports with a thread and real sockets have to keep besides. */
public abstract class LoopContract extends NetContract {
    /** A loop that isn't started. */
    protected abstract EventLoop loop(String name);

    @Override
    protected Net open() {
        return new Running(loop("contract"));
    }

    @Nested
    final class HandOver extends HandOverContract {
        @Override
        EventLoop loop(String name) {
            return LoopContract.this.loop(name);
        }
    }

    private static final class Running implements Net {
        private final EventLoop loop;

        Running(EventLoop loop) {
            this.loop = loop;
            loop.start();
        }

        @Override
        public NetLoop loop() {
            return loop;
        }

        @Override
        public InetSocketAddress anyAddress() {
            return loopback();
        }

        @Override
        public <T> T on(Supplier<T> work) {
            CompletableFuture<T> result = new CompletableFuture<>();
            assertThat(
                            loop.execute(() -> {
                                try {
                                    result.complete(work.get());
                                } catch (RuntimeException | AssertionError e) {
                                    result.completeExceptionally(e);
                                }
                            }))
                    .isTrue();
            return result.orTimeout(10, TimeUnit.SECONDS).join();
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!on(condition::getAsBoolean)) {
                assertThat(System.nanoTime()).as(what).isLessThan(deadline);
                LockSupport.parkNanos(1_000_000);
            }
        }

        @Override
        public void settle() {
            // A timer's length: what loopback was about to deliver is there by then.
            CountDownLatch fired = new CountDownLatch(1);
            Timer timer = new Timer(now -> fired.countDown());
            on(() -> {
                loop.schedule(timer, loop.nanos() + 50_000_000L);
                return true;
            });
            try {
                assertThat(fired.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            loop.close();
        }
    }

    @Test
    void aFullQueueOfTasksRefusesInsteadOfGrowing() throws Exception {
        try (EventLoop loop = loop("full")) {
            loop.start();
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            loop.execute(() -> {
                busy.countDown();
                awaitQuietly(release);
            });
            busy.await();
            int taken = 0;
            while (taken <= EventLoop.TASK_LIMIT && loop.execute(() -> {})) {
                taken++;
            }
            release.countDown();
            assertThat(taken).isEqualTo(EventLoop.TASK_LIMIT);
        }
    }

    @Test
    void aLoopThatHasEndedRefusesTasks() {
        EventLoop loop = loop("ended");
        loop.start();
        loop.close();
        assertThat(loop.execute(() -> {})).isFalse();
    }

    @Test
    void aStalledTurnIsMeasuredAndNotCountedAsAttended() throws Exception {
        try (EventLoop loop = loop("stalled")) {
            loop.start();
            CompletableFuture<Long> attended = new CompletableFuture<>();
            CompletableFuture<Long> real = new CompletableFuture<>();
            loop.execute(() -> {
                long began = loop.attendedNanos();
                long beganReal = loop.nanos();
                LockSupport.parkNanos(400_000_000L);
                Timer next =
                        new Timer(now -> {
                            attended.complete(loop.attendedNanos() - began);
                            real.complete(loop.nanos() - beganReal);
                        });
                loop.schedule(next, loop.nanos() + 500_000_000L);
            });
            assertThat(real.get(10, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(400_000_000L);
            // The stall counts as a punctual turn; another wait of a busy machine may add as much.
            assertThat(attended.get()).isLessThan(real.get() - 200_000_000L);
            assertThat(loop.stats().longestStallNanos()).isGreaterThanOrEqualTo(400_000_000L);
            assertThat(loop.stats().lostNanos())
                    .isGreaterThanOrEqualTo(400_000_000L - LoopStats.PUNCTUAL_NANOS);
        }
    }

    @Test
    void aHandlerThatThrowsLosesItsConnectionAndNotTheLoop() throws Exception {
        try (EventLoop loop = loop("throwing")) {
            ListenResult result =
                    loop.listen(loopback(), ListenOptions.DEFAULT, c -> new Throwing());
            InetSocketAddress address = ((ListenResult.Listening) result).listener().local();
            loop.start();
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.getOutputStream().write('x');
                socket.setSoTimeout(10_000);
                assertThat(readQuietly(socket)).isNegative();
            }
            CompletableFuture<Boolean> alive = new CompletableFuture<>();
            loop.execute(() -> alive.complete(true));
            assertThat(alive.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static int readQuietly(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException reset) {
            return -1;
        }
    }

    @Test
    void severalLoopsShareAPort() throws Exception {
        try (EventLoop one = loop("one");
                EventLoop two = loop("two")) {
            ListenOptions shared = new ListenOptions(16, true);
            ListenResult first = one.listen(loopback(), shared, c -> new Throwing());
            InetSocketAddress address = ((ListenResult.Listening) first).listener().local();
            ListenResult second = two.listen(address, shared, c -> new Throwing());
            assertThat(second).isInstanceOf(ListenResult.Listening.class);
            ListenResult alone =
                    loop("three").listen(address, ListenOptions.DEFAULT, c -> new Throwing());
            assertThat(alone).asString().contains("in use");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Throwing implements ConnectionHandler {
        @Override
        public void onConnected() {}

        @Override
        public void onReadable() {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void onWritable() {}

        @Override
        public void onFailed() {}
    }
}
