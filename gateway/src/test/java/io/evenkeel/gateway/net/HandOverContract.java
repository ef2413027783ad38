package io.evenkeel.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a connection goes from the loop that accepted it to another one. */
abstract class HandOverContract {
    private EventLoop from;
    private EventLoop to;
    private Socket client;
    private final LinkedBlockingQueue<Reader> accepted = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Reader> arrived = new LinkedBlockingQueue<>();

    /** A loop that isn't started. */
    abstract EventLoop loop(String name);

    @BeforeEach
    void connect() throws IOException {
        from = loop("from");
        to = loop("to");
        ListenResult result =
                from.listen(
                        NetContract.loopback(),
                        ListenOptions.DEFAULT,
                        connection -> known(connection, accepted));
        InetSocketAddress address = ((ListenResult.Listening) result).listener().local();
        from.start();
        to.start();
        client = new Socket(address.getAddress(), address.getPort());
        client.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        from.close();
        to.close();
    }

    private static Reader known(Connection connection, LinkedBlockingQueue<Reader> by) {
        Reader reader = new Reader(connection);
        by.add(reader);
        return reader;
    }

    /** Notes what it reads, in so large pieces at most, and where. */
    private static final class Reader implements ConnectionHandler {
        final Connection connection;
        private final StringBuilder read = new StringBuilder();
        private String thread = "";
        private int most = 64;
        private int edges;

        Reader(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void onConnected() {}

        @Override
        public synchronized void onReadable() {
            edges++;
            thread = Thread.currentThread().getName();
            int count = 1;
            while (count > 0 && read.length() < most) {
                ByteBuffer into = ByteBuffer.allocateDirect(Math.min(64, most - read.length()));
                count = connection.read(into);
                read.append(StandardCharsets.US_ASCII.decode(into.flip()));
            }
            read.append(
                    switch (count) {
                        case Connection.EOF -> " end";
                        case Connection.FAILED -> " failed";
                        default -> "";
                    });
            notifyAll();
        }

        @Override
        public void onWritable() {}

        @Override
        public synchronized void onFailed() {
            read.append(" failed");
            notifyAll();
        }

        synchronized Reader most(int octets) {
            most = octets;
            return this;
        }

        synchronized void awaitRead(String text) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!read.toString().equals(text)) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                assertThat(left).as("read %s, expected %s", read, text).isPositive();
                wait(left);
            }
        }

        synchronized int edges() {
            return edges;
        }

        synchronized String thread() {
            return thread;
        }
    }

    private static <T> T taken(LinkedBlockingQueue<T> queue) throws InterruptedException {
        T found = queue.poll(10, TimeUnit.SECONDS);
        assertThat(found).isNotNull();
        return found;
    }

    private Reader accepted() throws InterruptedException {
        return taken(accepted);
    }

    private void say(String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private boolean move(Reader reader) {
        CompletableFuture<Boolean> moved = new CompletableFuture<>();
        assertThat(
                        from.execute(() ->
                                moved.complete(
                                        from.move(
                                                reader.connection,
                                                to,
                                                connection -> known(connection, arrived)))))
                .isTrue();
        return moved.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Keeps a loop from running until the latch is opened; it is held when this returns. */
    private static CountDownLatch hold(EventLoop loop) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        assertThat(
                        loop.execute(() -> {
                            held.countDown();
                            try {
                                release.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }))
                .isTrue();
        assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
        return release;
    }

    @Test
    void whatWasNotReadIsReadAndAnsweredByTheOtherLoop() throws Exception {
        Reader first = accepted().most(2);
        say("abcdef");
        first.awaitRead("ab");
        assertThat(move(first)).isTrue();
        Reader second = taken(arrived);
        second.awaitRead("cdef");
        assertThat(second.thread()).isEqualTo("to");
        say("ghi");
        second.awaitRead("cdefghi");
        assertThat(second.connection.remote().getPort()).isEqualTo(client.getLocalPort());
        CompletableFuture<Integer> written = new CompletableFuture<>();
        to.execute(() -> written.complete(second.connection.write(ByteBuffer.wrap(new byte[3]))));
        assertThat(written.get(10, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(client.getInputStream().readNBytes(3)).hasSize(3);
        assertThat(first.edges()).isEqualTo(1);
    }

    @Test
    void theLoopThatGaveItAwayKnowsItAsClosed() throws Exception {
        Reader first = accepted();
        assertThat(move(first)).isTrue();
        CompletableFuture<Integer> read = new CompletableFuture<>();
        from.execute(() -> {
            read.complete(first.connection.read(ByteBuffer.allocateDirect(1)));
            // As an owner that doesn't know might: the other loop's is not touched by it.
            first.connection.reset();
        });
        assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(Connection.FAILED);
        assertThat(first.connection.isOpen()).isFalse();
        say("still here");
        taken(arrived).awaitRead("still here");
    }

    @Test
    void whatArrivesOnTheWayIsReadInOrder() throws Exception {
        Reader first = accepted();
        CountDownLatch release = hold(to);
        say("a");
        first.awaitRead("a");
        assertThat(move(first)).isTrue();
        say("b");
        say("c");
        release.countDown();
        taken(arrived).awaitRead("bc");
    }

    @Test
    void anEndOnTheWayIsReadBehindWhatCameBeforeIt() throws Exception {
        Reader first = accepted();
        CountDownLatch release = hold(to);
        assertThat(move(first)).isTrue();
        say("last words");
        client.shutdownOutput();
        release.countDown();
        taken(arrived).awaitRead("last words end");
    }

    @Test
    void aResetOnTheWayIsAFailureThere() throws Exception {
        Reader first = accepted();
        CountDownLatch release = hold(to);
        assertThat(move(first)).isTrue();
        client.setSoLinger(true, 0);
        client.close();
        release.countDown();
        taken(arrived).awaitRead(" failed");
    }

    @Test
    void aLoopThatTakesNoTasksLeavesItWhereItIs() throws Exception {
        Reader first = accepted();
        CountDownLatch release = hold(to);
        while (to.execute(() -> {})) {
            // Until its queue is full.
        }
        assertThat(move(first)).isFalse();
        say("a");
        first.awaitRead("a");
        assertThat(first.thread()).isEqualTo("from");
        release.countDown();
    }

    @Test
    void aLoopThatEndsFirstClosesIt() throws Exception {
        Reader first = accepted();
        CountDownLatch release = hold(to);
        assertThat(move(first)).isTrue();
        Thread closing = Thread.ofVirtual().start(to::close);
        while (to.execute(() -> {})) {
            LockSupport.parkNanos(1_000_000);
        }
        release.countDown();
        closing.join();
        assertThat(client.getInputStream().read()).isNegative();
        assertThat(arrived).isEmpty();
    }

    @Test
    void thereIsNoWayToTheSameLoopOrBackFromAClosedConnection() throws Exception {
        Reader first = accepted();
        CompletableFuture<Boolean> same = new CompletableFuture<>();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        from.execute(() -> {
            same.complete(from.move(first.connection, from, c -> first));
            first.connection.close();
            closed.complete(from.move(first.connection, to, c -> first));
        });
        assertThat(same.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(closed.get(10, TimeUnit.SECONDS)).isFalse();
    }
}
