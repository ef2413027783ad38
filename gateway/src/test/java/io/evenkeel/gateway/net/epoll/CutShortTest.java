package io.evenkeel.gateway.net.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where reads and writes do less than they could, bytes still arrive, whole and in order. */
final class CutShortTest {
    private static final int BYTES = 1 << 20;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingIsLostOrForgotten(long seed) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        byte[] sent = new byte[BYTES];
        new SplittableRandom(seed).nextBytes(sent);
        try (EpollLoop loop = new EpollLoop("cut", new CutSockets(seed))) {
            ListenResult result = loop.listen(any, ListenOptions.DEFAULT, Echo::new);
            loop.start();
            InetSocketAddress address = ((ListenResult.Listening) result).listener().local();
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.setSoTimeout(10_000);
                OutputStream out = socket.getOutputStream();
                Thread writer = Thread.ofVirtual().start(() -> write(out, sent));
                InputStream in = socket.getInputStream();
                assertThat(in.readNBytes(BYTES)).as("seed %s", seed).isEqualTo(sent);
                writer.join();
                socket.shutdownOutput();
                assertThat(in.read()).as("the end, seed %s", seed).isNegative();
            }
        }
    }

    private static void write(OutputStream out, byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends back what comes; reads on only when all of it is on its way. */
    private static final class Echo implements ConnectionHandler {
        private final Connection connection;
        private final ByteBuffer head = ByteBuffer.allocateDirect(100);
        private final ByteBuffer tail = ByteBuffer.allocateDirect(9_000);
        private final ByteBuffer[] both = {head.flip(), tail.flip()};

        Echo(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void onConnected() {}

        @Override
        public void onReadable() {
            pass();
        }

        @Override
        public void onWritable() {
            pass();
        }

        private void pass() {
            while (true) {
                if (head.hasRemaining() || tail.hasRemaining()) {
                    connection.write(both, 0, 2);
                    if (head.hasRemaining() || tail.hasRemaining()) {
                        return;
                    }
                }
                int first = fill(head);
                int second = first == head.capacity() ? fill(tail) : 0;
                if (first == Connection.EOF || second == Connection.EOF) {
                    connection.shutdownOutput();
                }
                if (first <= 0) {
                    return;
                }
            }
        }

        private int fill(ByteBuffer part) {
            part.clear();
            int n = connection.read(part);
            part.flip();
            return n;
        }

        @Override
        public void onFailed() {
            connection.close();
        }
    }
}
