package io.evenkeel.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.hpack.FieldList;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both roles against an HTTP/2 that others wrote: Node's, which is nghttp2. */
@Timeout(60)
class NodeTest {
    private static final int REQUESTS = 150;

    @BeforeEach
    void nodeIsThere() {
        assertThat(node()).as("node can be started (dev/setup installs it)").isTrue();
    }

    @Test
    void ourClientIsUnderstoodByNodesServer() throws Exception {
        Process node = start("server.js");
        try (BufferedReader output = node.inputReader()) {
            int port = Integer.parseInt(String.valueOf(output.readLine()));
            Asking asking = new Asking();
            try (SocketChannel channel = SocketChannel.open(local(port))) {
                asking.run(channel);
            }
            assertThat(asking.ends).containsExactly("pong 42");
            assertThat(asking.talks).hasSize(REQUESTS);
            asking.talks.forEach((stream, talk) -> {
                assertThat(talk.heads).hasSize(3);
                assertThat(talk.heads.get(0)).startsWith("INFORMATIONAL [:status: 103");
                assertThat(talk.heads.get(1))
                        .contains("x-method: POST", "x-long: " + Asking.longValue(stream));
                assertThat(talk.heads.get(2))
                        .isEqualTo("TRAILERS [x-octets: " + talk.toSend.length + "]");
                assertThat(talk.received).isEqualTo(talk.toSend);
            });
        } finally {
            node.destroyForcibly();
        }
    }

    @Test
    void ourServerIsUnderstoodByNodesClient() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(local(0))) {
            int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            Process node = start("client.js", Integer.toString(port));
            try {
                Echo echo = new Echo();
                try (SocketChannel channel = listener.accept()) {
                    echo.run(channel);
                }
                assertThat(echo.connection.openStreams()).isZero();
                assertThat(echo.ends).noneMatch(end -> end.startsWith("failed"));
                assertThat(node.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("whole 180\n");
            } finally {
                node.destroyForcibly();
            }
        }
    }

    /** Sends bodies of all sizes, and heads beyond a frame's. */
    private static final class Asking extends Talker {
        private boolean pinged;

        Asking() {
            super(true, Http2Limits.DEFAULT);
        }

        static String longValue(int stream) {
            return stream % 20 == 1 ? "v".repeat(20_000) : "";
        }

        @Override
        void act() {
            while (talks.size() < REQUESTS && connection.available() > 0) {
                int stream = connection.open();
                connection.field(":method", "POST");
                connection.field(":scheme", "http");
                connection.field(":path", "/" + stream);
                connection.field(":authority", "node");
                connection.field("x-same", "over and over");
                connection.field("x-long", longValue(stream));
                connection.endHead(false);
                Talk talk = new Talk();
                byte[] body = new byte[stream % 7 == 0 ? 0 : stream * 7_919 % 200_000];
                Arrays.fill(body, (byte) stream);
                talk.send(body, true);
                talks.put(stream, talk);
            }
            if (!pinged && talks.size() == REQUESTS && connection.openStreams() == 0) {
                pinged = true;
                connection.ping(42);
            }
        }

        @Override
        boolean done() {
            return !ends.isEmpty();
        }
    }

    /** Gives back what comes. */
    private static final class Echo extends Talker {
        Echo() {
            super(false, Http2Limits.DEFAULT);
        }

        @Override
        public void head(int stream, HeadKind kind, FieldList fields, boolean end) {
            super.head(stream, kind, fields, end);
            connection.beginHead(stream);
            connection.field(":status", "200");
            connection.field("x-echo", "yes");
            connection.endHead(false);
            talk(stream).toEnd = end;
        }

        @Override
        public void data(int stream, ByteBuffer body, boolean end) {
            byte[] octets = new byte[body.remaining()];
            body.get(body.position(), octets);
            super.data(stream, body, end);
            talk(stream).send(octets, end);
        }

        private Talk talk(int stream) {
            return Objects.requireNonNull(talks.get(stream));
        }
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static Process start(String script, String... arguments)
            throws IOException, URISyntaxException {
        Path file =
                Path.of(
                        Objects.requireNonNull(NodeTest.class.getResource("/node/" + script))
                                .toURI());
        ProcessBuilder builder = new ProcessBuilder("node", file.toString());
        builder.command().addAll(Arrays.asList(arguments));
        return builder.redirectError(new File("target/node-" + script + ".log")).start();
    }

    private static boolean node() {
        try {
            return new ProcessBuilder("node", "--version").start().waitFor() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
