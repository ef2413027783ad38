package io.evenkeel.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** How connections end: in one direction, in both, by force. */
abstract class EndsContract extends NetStage {
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
}
