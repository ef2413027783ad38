package io.evenkeel.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** How bytes move: order, edges, and being held back. */
abstract class BytesContract extends NetStage {
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
}
