package io.evenkeel.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every transport has to keep of the port's promises. A subclass gives the loop and a way to
 * wait; the suite does everything else on the loop, connections going from the loop to itself.
 */
public abstract class NetContract {
    /** A transport under test. */
    public interface Net extends AutoCloseable {
        /** The loop. */
        NetLoop loop();

        /** An address to listen on whose port is any free one. */
        InetSocketAddress anyAddress();

        /** Does this on the loop's thread and returns what it returns. */
        <T> T on(Supplier<T> work);

        /** Lets the network run until this, asked on the loop's thread, holds; fails after 10 s. */
        void await(String what, BooleanSupplier condition);

        /** Lets the network run until nothing more is about to happen. */
        void settle();

        @Override
        void close();
    }

    /** Ends both sides of a pair, and what came of it. */
    protected static final class Peer implements ConnectionHandler {
        @SuppressWarnings("NullAway.Init") // set where the connection is made, before anybody asks
        private Connection connection;

        private int connectedCalls;
        private int readableEdges;
        private int writableEdges;
        private int failedCalls;
        private boolean reads = true;
        private int lastRead = Connection.AGAIN;
        private final ByteBuffer received = ByteBuffer.allocateDirect(4 << 20);

        @Override
        public void onConnected() {
            connectedCalls++;
        }

        @Override
        public void onReadable() {
            readableEdges++;
            if (reads) {
                readAll();
            }
        }

        @Override
        public void onWritable() {
            writableEdges++;
        }

        @Override
        public void onFailed() {
            failedCalls++;
        }

        private void readAll() {
            while (true) {
                int room = received.remaining();
                lastRead = connection.read(received);
                if (lastRead <= 0 || lastRead < room) {
                    return;
                }
            }
        }

        private int send(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length);
            buffer.put(bytes).flip();
            return connection.write(buffer);
        }

        private String text() {
            byte[] bytes = new byte[received.position()];
            received.get(0, bytes);
            return new String(bytes, java.nio.charset.StandardCharsets.US_ASCII);
        }
    }

    private Net net;
    private Listener listener;
    private final List<Peer> accepted = new ArrayList<>();

    /** A transport with nothing on it. */
    protected abstract Net open();

    @BeforeEach
    void begin() {
        net = open();
        listener = listen(net.anyAddress());
    }

    @AfterEach
    void end() {
        net.close();
    }

    private Listener listen(InetSocketAddress address) {
        ListenResult result =
                net.on(() ->
                        net.loop()
                                .listen(
                                        address,
                                        ListenOptions.DEFAULT,
                                        c -> {
                                            Peer peer = new Peer();
                                            peer.connection = c;
                                            accepted.add(peer);
                                            return peer;
                                        }));
        assertThat(result).isInstanceOf(ListenResult.Listening.class);
        return ((ListenResult.Listening) result).listener();
    }

    private Peer connect(InetSocketAddress address) {
        Peer peer = new Peer();
        net.on(() -> {
            peer.connection = net.loop().connect(address, peer);
            assertThat(peer.connectedCalls + peer.failedCalls).isZero();
            return peer;
        });
        return peer;
    }

    /** Two connected ends: the one that connected and the one accepted. */
    private Peer[] pair() {
        int before = net.on(accepted::size);
        Peer client = connect(listener.local());
        net.await(
                "both ends stand",
                () -> client.connectedCalls == 1 && accepted.size() == before + 1);
        return new Peer[] {client, net.on(() -> accepted.get(before))};
    }

    private static byte[] ascii(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    @Test
    void whatIsWrittenArrivesInOrder() {
        Peer[] ends = pair();
        net.on(() -> ends[0].send(ascii("hello ")));
        net.on(() -> ends[0].send(ascii("world")));
        net.await("all there", () -> ends[1].text().equals("hello world"));
        net.on(() -> ends[1].send(ascii("and back")));
        net.await("the answer", () -> ends[0].text().equals("and back"));
    }

    @Test
    void bothEndsKnowBothAddresses() {
        Peer[] ends = pair();
        net.on(() -> {
            assertThat(ends[0].connection.remote()).isEqualTo(listener.local());
            assertThat(ends[1].connection.local().getPort()).isEqualTo(listener.local().getPort());
            assertThat(ends[1].connection.remote()).isEqualTo(ends[0].connection.local());
            return true;
        });
    }

    @Test
    void gatherWriteSendsAllBuffersInOrder() {
        Peer[] ends = pair();
        ByteBuffer[] parts = {
            ByteBuffer.wrap(ascii("one ")), ByteBuffer.allocate(0), ByteBuffer.wrap(ascii("two"))
        };
        long n = net.on(() -> ends[0].connection.write(parts, 0, 3));
        assertThat(n).isEqualTo(7);
        net.await("all there", () -> ends[1].text().equals("one two"));
    }

    @Test
    void connectingWhereNobodyListensFailsAndSaysRefused() {
        InetSocketAddress nobody = listener.local();
        net.on(() -> {
            listener.close();
            return true;
        });
        net.settle();
        Peer client = connect(nobody);
        net.await("told", () -> client.failedCalls == 1);
        assertThat(net.<NetFailure>on(() -> client.connection.failure()))
                .isEqualTo(NetFailure.REFUSED);
        assertThat(client.connectedCalls).isZero();
    }

    @Test
    void aConnectionClosedBeforeItStandsIsNotCalled() {
        Peer client = new Peer();
        net.on(() -> {
            client.connection = net.loop().connect(listener.local(), client);
            client.connection.close();
            return true;
        });
        net.settle();
        assertThat(net.on(() -> client.connectedCalls + client.failedCalls)).isZero();
        assertThat(net.on(() -> client.connection.isOpen())).isFalse();
    }

    @Test
    void anEdgeIsToldOnceUntilTheBottomWasFound() {
        Peer[] ends = pair();
        ends[1].reads = false;
        net.on(() -> ends[0].send(ascii("a")));
        net.await("the edge", () -> ends[1].readableEdges == 1);
        net.on(() -> ends[0].send(ascii("b")));
        net.settle();
        assertThat(net.on(() -> ends[1].readableEdges)).isEqualTo(1);
        net.on(() -> {
            ends[1].reads = true;
            ends[1].readAll();
            return true;
        });
        assertThat(net.on(ends[1]::text)).isEqualTo("ab");
        net.on(() -> ends[0].send(ascii("c")));
        net.await("the next edge", () -> ends[1].text().equals("abc"));
    }

    @Test
    void readingNothingIsAgain() {
        Peer[] ends = pair();
        net.settle();
        int n = net.on(() -> ends[0].connection.read(ByteBuffer.allocateDirect(8)));
        assertThat(n).isEqualTo(Connection.AGAIN);
    }

    @Test
    void aWriterThatFillsThePipeIsHeldBackAndToldOnceWhenThereIsRoom() {
        Peer[] ends = pair();
        ends[1].reads = false;
        byte[] block = new byte[256 << 10];
        long[] sent = new long[1];
        boolean full =
                net.on(() -> {
                    for (int i = 0; i < 1000; i++) {
                        int n = ends[0].send(block);
                        sent[0] += Math.max(0, n);
                        if (n < block.length) {
                            return true;
                        }
                    }
                    return false;
                });
        assertThat(full).isTrue();
        net.settle();
        // The pipe is full on both sides, so nobody was told of room that isn't there.
        int before = net.on(() -> ends[0].writableEdges);
        net.on(() -> {
            ends[1].reads = true;
            ByteBuffer sink = ByteBuffer.allocateDirect(64 << 10);
            long got = 0;
            int n;
            while ((n = ends[1].connection.read(sink.clear())) > 0) {
                got += n;
            }
            return got > 0;
        });
        net.await("room", () -> ends[0].writableEdges > before);
        int told = net.on(() -> ends[0].writableEdges);
        net.settle();
        assertThat(net.on(() -> ends[0].writableEdges)).isEqualTo(told);
    }

    @Test
    void theEndOfThePeerIsReadAsEnd() {
        Peer[] ends = pair();
        net.on(() -> {
            ends[0].send(ascii("last words"));
            ends[0].connection.close();
            return true;
        });
        net.await("the end", () -> ends[1].lastRead == Connection.EOF || drained(ends[1]));
        assertThat(net.on(ends[1]::text)).isEqualTo("last words");
        net.await("the end itself", () -> ends[1].lastRead == Connection.EOF);
    }

    private static boolean drained(Peer peer) {
        return peer.text().equals("last words");
    }

    @Test
    void oneDirectionEndsAndTheOtherGoesOn() {
        Peer[] ends = pair();
        net.on(() -> {
            ends[0].send(ascii("question"));
            ends[0].connection.shutdownOutput();
            return true;
        });
        net.await("end of the question", () -> ends[1].lastRead == Connection.EOF);
        assertThat(net.on(ends[1]::text)).isEqualTo("question");
        net.on(() -> ends[1].send(ascii("answer")));
        net.await("the answer", () -> ends[0].text().equals("answer"));
        net.on(() -> {
            ends[1].connection.shutdownOutput();
            return true;
        });
        net.await("the other end", () -> ends[0].lastRead == Connection.EOF);
    }

    @Test
    void theEndIsReadAgainAndAgainWithoutFurtherEdges() {
        Peer[] ends = pair();
        net.on(() -> {
            ends[0].connection.shutdownOutput();
            return true;
        });
        net.await("the end", () -> ends[1].lastRead == Connection.EOF);
        int edges = net.on(() -> ends[1].readableEdges);
        net.settle();
        assertThat(net.on(() -> ends[1].readableEdges)).isEqualTo(edges);
        assertThat(net.on(() -> ends[1].connection.read(ByteBuffer.allocateDirect(1))))
                .isEqualTo(Connection.EOF);
    }

    @Test
    void aResetIsReadAsFailureAndSaysReset() {
        Peer[] ends = pair();
        net.on(() -> {
            ends[0].connection.reset();
            return true;
        });
        net.await(
                "the break",
                () -> ends[1].lastRead == Connection.FAILED || ends[1].failedCalls > 0);
        assertThat(net.<NetFailure>on(() -> ends[1].connection.failure()))
                .isEqualTo(NetFailure.RESET);
    }

    @Test
    void writingToABrokenConnectionFailsWithoutThrowing() {
        Peer[] ends = pair();
        net.on(() -> {
            ends[0].connection.reset();
            return true;
        });
        net.settle();
        net.await("the write fails", () -> ends[1].send(ascii("x")) == Connection.FAILED);
    }

    @Test
    void afterCloseEveryCallFailsAndNobodyIsCalled() {
        Peer[] ends = pair();
        net.on(() -> {
            ends[1].connection.close();
            return true;
        });
        int edges = net.on(() -> ends[1].readableEdges);
        net.on(() -> ends[0].send(ascii("too late")));
        net.settle();
        assertThat(net.on(() -> ends[1].readableEdges)).isEqualTo(edges);
        assertThat(net.on(() -> ends[1].connection.read(ByteBuffer.allocateDirect(1))))
                .isEqualTo(Connection.FAILED);
        assertThat(net.on(() -> ends[1].send(ascii("x")))).isEqualTo(Connection.FAILED);
        net.on(() -> {
            ends[1].connection.close();
            ends[1].connection.reset();
            ends[1].connection.shutdownOutput();
            return true;
        });
    }

    @Test
    void aNewHandlerIsCalledFromTheNextEdgeOn() {
        Peer[] ends = pair();
        Peer other = new Peer();
        net.on(() -> {
            other.connection = ends[1].connection;
            ends[1].connection.handler(other);
            return ends[0].send(ascii("x"));
        });
        net.await("the other is called", () -> other.text().equals("x"));
        assertThat(net.on(() -> ends[1].readableEdges)).isZero();
    }

    @Test
    void aListenerThatDoesNotAcceptLetsClientsWaitAndLosesNone() {
        net.on(() -> {
            listener.accepting(false);
            return true;
        });
        Peer client = connect(listener.local());
        net.settle();
        assertThat(net.on(accepted::size)).isZero();
        net.on(() -> {
            listener.accepting(true);
            return true;
        });
        net.await("accepted", () -> accepted.size() == 1 && client.connectedCalls == 1);
    }

    @Test
    void connectionsOutliveTheirListener() {
        Peer[] ends = pair();
        net.on(() -> {
            listener.close();
            return true;
        });
        net.settle();
        net.on(() -> ends[0].send(ascii("still here")));
        net.await("it arrives", () -> ends[1].text().equals("still here"));
    }

    @Test
    void aPortThatIsTakenIsRefusedWithTheAddressAndWhatToDo() {
        ListenResult again =
                net.on(() ->
                        net.loop()
                                .listen(listener.local(), ListenOptions.DEFAULT, c -> new Peer()));
        assertThat(again).isInstanceOf(ListenResult.Refused.class);
        assertThat(((ListenResult.Refused) again).message())
                .contains(String.valueOf(listener.local().getPort()))
                .contains("in use")
                .contains("choose another port");
    }

    @Test
    void tasksOfOneCallerRunInOrderOnTheLoop() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int n = i;
            assertThat(net.loop().execute(() -> order.add(n))).isTrue();
        }
        net.await("all ran", () -> order.size() == 100);
        assertThat(order).isSorted();
    }

    @Test
    void aTimerFiresOnceAtItsDeadlineAndNotBefore() {
        long[] fired = new long[2];
        Timer timer =
                new Timer(now -> {
                    fired[0]++;
                    fired[1] = now;
                });
        long deadline =
                net.on(() -> {
                    long at = net.loop().nanos() + 40_000_000L;
                    net.loop().schedule(timer, at);
                    return at;
                });
        net.await("it fires", () -> fired[0] == 1);
        net.settle();
        assertThat(net.on(() -> fired[0])).isEqualTo(1);
        assertThat(net.on(() -> fired[1])).isGreaterThanOrEqualTo(deadline);
    }

    @Test
    void aCancelledTimerDoesNotFireAndAMovedOneFiresLater() {
        int[] fired = new int[2];
        Timer cancelled = new Timer(now -> fired[0]++);
        Timer moved = new Timer(now -> fired[1]++);
        net.on(() -> {
            long now = net.loop().nanos();
            net.loop().schedule(cancelled, now + 20_000_000L);
            net.loop().schedule(moved, now + 20_000_000L);
            net.loop().cancel(cancelled);
            net.loop().schedule(moved, now + 60_000_000L);
            return true;
        });
        net.await("the moved one fires", () -> fired[1] == 1);
        assertThat(net.on(() -> fired[0])).isZero();
    }

    @Test
    void workAtTheTurnsEndRunsAfterTheTasksOfTheTurn() {
        List<String> order = new ArrayList<>();
        net.on(() -> {
            net.loop().atTurnEnd(() -> order.add("end"));
            order.add("task");
            return true;
        });
        net.await("the turn ends", () -> order.contains("end"));
        assertThat(net.on(order::getFirst)).isEqualTo("task");
    }

    @Test
    void theLoopCountsWhatItAccepted() {
        long before = net.loop().stats().accepted();
        pair();
        pair();
        assertThat(net.loop().stats().accepted()).isEqualTo(before + 2);
    }

    /** A loopback address with port 0. */
    protected static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
