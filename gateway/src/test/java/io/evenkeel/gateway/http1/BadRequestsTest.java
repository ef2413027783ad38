package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadRequestsTest {
    static List<BadRequests.Case> all() {
        return BadRequests.all();
    }

    @Test
    void tableHasAtLeastTwoHundredDistinctCases() {
        assertThat(all()).extracting(BadRequests.Case::name).doesNotHaveDuplicates();
        assertThat(all()).extracting(BadRequests.Case::octets).doesNotHaveDuplicates();
        assertThat(all()).hasSizeGreaterThanOrEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("all")
    void isRefusedForItsReason(BadRequests.Case bad) {
        RequestFeeder feeder = new RequestFeeder();
        ByteBuffer octets = ByteBuffer.wrap(bad.bytes());
        assertThat(rejection(feeder.feed(octets, 0, octets.capacity()))).isEqualTo(bad.expected());
        assertThat(feeder.headComplete()).isEqualTo(bad.inBody());
    }

    @ParameterizedTest
    @MethodSource("all")
    void verdictDoesNotDependOnHowReadsCutIt(BadRequests.Case bad) {
        byte[] bytes = bad.bytes();
        ByteBuffer octets = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
        int consumed = refusedAt(octets);
        for (int cut = 0; cut < bytes.length; cut += bytes.length > 2000 ? 97 : 1) {
            RequestFeeder feeder = new RequestFeeder();
            int first = feeder.feed(octets, 0, cut);
            int last = first < 0 ? first : feeder.feed(octets, 0, bytes.length);
            assertThat(rejection(last)).as("cut at " + cut).isEqualTo(bad.expected());
            assertThat(first < 0).as("refused at " + cut).isEqualTo(cut >= consumed);
        }
    }

    /** Feeds octet by octet and returns how many it took to be refused. */
    private static int refusedAt(ByteBuffer octets) {
        RequestFeeder feeder = new RequestFeeder();
        for (int to = 1; to <= octets.capacity(); to++) {
            if (feeder.feed(octets, 0, to) < 0) {
                return to;
            }
        }
        throw new AssertionError("never refused");
    }

    private static Rejection rejection(int result) {
        assertThat(result).as("refused").isNegative();
        return Rejection.of(result);
    }
}
