package io.evenkeel.gateway.net.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Condition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every call that a loop makes fails once, with each of the errors that matter: whom it hit hears
 * of it, the next one is served, and no descriptor is left behind.
 */
final class FailingCallsTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @ParameterizedTest
    @ValueSource(ints = {Errno.EMFILE, Errno.ENOMEM, Errno.ECONNRESET, Errno.EPIPE})
    void oneFailureHitsOneConnectionAndLeavesNothingBehind(int errno) throws Exception {
        FailingSockets none = new FailingSockets(-1, errno);
        play(none);
        int calls = none.calls();
        assertThat(calls).isGreaterThan(20);
        for (int call = 0; call < calls; call++) {
            int before = descriptors();
            FailingSockets sockets = new FailingSockets(call, errno);
            play(sockets);
            assertThat(descriptors())
                    .as("descriptors after call %s (%s) failed", call, sockets.failed())
                    .isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EMFILE, Errno.ENOMEM})
    void aHandOverInWhichACallFailsServesOrCloses(int errno) throws Exception {
        for (boolean giving : new boolean[] {true, false}) {
            FailingSockets none = new FailingSockets(-1, errno);
            assertThat(handOver(giving, none)).isTrue();
            int calls = none.calls();
            assertThat(calls).isGreaterThan(4);
            for (int call = 0; call < calls; call++) {
                int before = descriptors();
                FailingSockets sockets = new FailingSockets(call, errno);
                boolean ignored = handOver(giving, sockets);
                assertThat(descriptors())
                        .as("descriptors after call %s (%s) failed", call, sockets.failed())
                        .isEqualTo(before);
            }
        }
    }

    /**
     * Accepts on one loop, serves on another.
     *
     * @param giving whether the calls that fail are those of the loop that accepts
     * @return whether the client was served; false if it saw the connection closed
     */
    private static boolean handOver(boolean giving, FailingSockets sockets) throws Exception {
        try (EpollLoop from = new EpollLoop("from", giving ? sockets : new Sockets());
                EpollLoop to = new EpollLoop("to", giving ? new Sockets() : sockets)) {
            ListenResult result =
                    from.listen(
                            ANY,
                            ListenOptions.DEFAULT,
                            connection -> {
                                assertThat(from.move(connection, to, Echo::new)).isTrue();
                                return new Echo(connection);
                            });
            from.start();
            to.start();
            return result instanceof ListenResult.Listening(var listener) && echo(listener.local());
        } catch (UncheckedIOException refused) {
            assertThat(refused).hasMessageContaining("cannot open an epoll");
            return false;
        }
    }

    private static void play(FailingSockets sockets) throws Exception {
        EpollLoop loop;
        try {
            loop = new EpollLoop("failing", sockets);
        } catch (UncheckedIOException refused) {
            assertThat(refused).hasMessageContaining("cannot open an epoll");
            return;
        }
        try (loop;
                ServerSocket backend = new ServerSocket(0, 8, ANY.getAddress())) {
            ListenResult result = loop.listen(ANY, ListenOptions.DEFAULT, Echo::new);
            loop.start();
            if (result instanceof ListenResult.Listening(var listener)) {
                boolean first = echo(listener.local());
                boolean second = echo(listener.local());
                boolean third = echo(listener.local());
                assertThat(List.of(first, second, third))
                        .as("served but once, when %s fails", sockets.failed())
                        .areAtLeast(2, new Condition<>(served -> served, "served"));
            } else {
                assertThat(sockets.failed()).isNotEqualTo("none");
            }
            CompletableFuture<Boolean> told = new CompletableFuture<>();
            assertThat(
                            loop.execute(() -> {
                                Told handler = new Told(told);
                                handler.connection =
                                        loop.connect(
                                                (InetSocketAddress) backend.getLocalSocketAddress(),
                                                handler);
                            }))
                    .isTrue();
            boolean connected = told.get(5, TimeUnit.SECONDS);
            assertThat(connected || !sockets.failed().equals("none")).isTrue();
        }
    }

    /** Whether what is sent comes back; false if the connection is closed or reset instead. */
    private static boolean echo(InetSocketAddress address) throws InterruptedException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(5_000);
            byte[] sent = "there and back".getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(sent);
            byte[] came = socket.getInputStream().readNBytes(sent.length);
            if (came.length < sent.length) {
                return false;
            }
            socket.shutdownOutput();
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("neither answered nor closed", silent);
        } catch (IOException broken) {
            return false;
        }
    }

    private static int descriptors() throws IOException {
        int count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path fd : open) {
                count += isSocketOrEvents(fd) ? 1 : 0;
            }
        }
        return count;
    }

    private static boolean isSocketOrEvents(Path fd) {
        try {
            String what = Files.readSymbolicLink(fd).toString();
            return what.startsWith("socket:") || what.startsWith("anon_inode:");
        } catch (IOException gone) {
            return false;
        }
    }

    /** Sends back what comes, then ends. */
    private static final class Echo implements ConnectionHandler {
        private final Connection connection;
        private final ByteBuffer[] parts = {
            ByteBuffer.allocateDirect(8), ByteBuffer.allocateDirect(64)
        };

        Echo(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void onConnected() {}

        @Override
        public void onReadable() {
            while (true) {
                parts[0].clear();
                parts[1].clear();
                int n = connection.read(parts[0]);
                int more = n == 8 ? connection.read(parts[1]) : 0;
                if (n == Connection.EOF || n == Connection.FAILED || more == Connection.FAILED) {
                    connection.shutdownOutput();
                    connection.close();
                    return;
                }
                if (n == Connection.AGAIN) {
                    return;
                }
                parts[0].flip();
                parts[1].flip();
                if (connection.write(parts, 0, 2) == Connection.FAILED) {
                    connection.close();
                    return;
                }
                if (more < 64 && n < 8) {
                    return;
                }
            }
        }

        @Override
        public void onWritable() {
            onFailed();
        }

        @Override
        public void onFailed() {
            connection.close();
        }
    }

    private static final class Told implements ConnectionHandler {
        private final CompletableFuture<Boolean> connected;
        private @Nullable Connection connection;

        Told(CompletableFuture<Boolean> connected) {
            this.connected = connected;
        }

        @Override
        public void onConnected() {
            end(true);
        }

        private void end(boolean stands) {
            if (connection != null) {
                connection.close();
            }
            connected.complete(stands);
        }

        @Override
        public void onReadable() {}

        @Override
        public void onWritable() {}

        @Override
        public void onFailed() {
            end(false);
        }
    }
}
