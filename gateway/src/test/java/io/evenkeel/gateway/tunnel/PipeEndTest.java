package io.evenkeel.gateway.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.NetFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A pipe keeps the contract of a connection on both its loops. */
final class PipeEndTest {
    private final HandLoop here = new HandLoop();
    private final HandLoop there = new HandLoop();
    private final Told near = new Told();
    private final Told far = new Told();
    private final PipeEnd pipe = PipeEnd.pair(here, near, there, far);
    private final ByteBuffer room = ByteBuffer.allocate(64 * 1024);

    private static ByteBuffer octets(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void run() {
        HandLoop.run(here, there);
    }

    private String read(PipeEnd end) {
        room.clear();
        int count = end.read(room);
        return count <= 0
                ? Integer.toString(count)
                : StandardCharsets.US_ASCII.decode(room.flip()).toString();
    }

    @Test
    void ownerIsToldThatItStandsAndNeverFromWithinACall() {
        assertThat(pipe.wake()).isTrue();
        assertThat(near.events).isEmpty();
        run();
        assertThat(near.events).containsExactly("connected");
    }

    @Test
    void readableComesOnceUntilTheBottomWasFound() {
        pipe.write(octets("ab"));
        run();
        pipe.write(octets("cd"));
        run();
        assertThat(far.events).containsExactly("readable");
        assertThat(read(pipe.peer())).isEqualTo("abcd");
        pipe.write(octets("e"));
        run();
        assertThat(far.events).containsExactly("readable", "readable");
        assertThat(read(pipe.peer())).isEqualTo("e");
        assertThat(read(pipe.peer())).isEqualTo("0");
    }

    @Test
    void writerThatFoundNoRoomIsToldOfIt() {
        ByteBuffer much = ByteBuffer.allocate(OctetRing.BYTES + 10);
        assertThat(pipe.write(much)).isEqualTo(OctetRing.BYTES);
        assertThat(pipe.write(much)).isZero();
        run();
        assertThat(near.events).doesNotContain("writable");
        room.clear();
        assertThat(pipe.peer().read(room)).isEqualTo(OctetRing.BYTES);
        run();
        assertThat(near.events).contains("writable");
        assertThat(pipe.write(much)).isEqualTo(10);
    }

    @Test
    void whatWasWrittenBeforeTheEndIsReadBeforeIt() {
        pipe.write(octets("last"));
        pipe.close();
        run();
        assertThat(read(pipe.peer())).isEqualTo("last");
        assertThat(read(pipe.peer())).isEqualTo(Integer.toString(Connection.EOF));
        assertThat(pipe.peer().write(octets("x"))).isEqualTo(Connection.FAILED);
    }

    @Test
    void resetFailsBothDirectionsWithItsReason() {
        boolean ignored = pipe.wake();
        run();
        pipe.peer().reset(NetFailure.REFUSED);
        run();
        assertThat(near.events).containsExactly("connected", "readable");
        assertThat(read(pipe)).isEqualTo(Integer.toString(Connection.FAILED));
        assertThat(pipe.write(octets("x"))).isEqualTo(Connection.FAILED);
        assertThat(pipe.failure()).isEqualTo(NetFailure.REFUSED);
    }

    @Test
    void pipeToNowhereFailsToConnect() {
        pipe.peer().reset(NetFailure.REFUSED);
        run();
        assertThat(near.events).containsExactly("failed");
    }

    @Test
    void closedEndHearsNothingMore() {
        pipe.close();
        pipe.peer().write(octets("x"));
        run();
        assertThat(near.events).isEmpty();
        assertThat(pipe.read(room)).isEqualTo(Connection.FAILED);
    }

    @Test
    void floodedLoopIsAskedAgain() {
        there.flooded = true;
        pipe.write(octets("x"));
        assertThat(here.scheduled).isEqualTo(1);
        there.flooded = false;
        pipe.write(octets("y"));
        run();
        assertThat(far.events).containsExactly("readable");
    }
}
