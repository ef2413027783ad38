package io.evenkeel.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One way for a peer to behave, and what it gets: {@code fine}, {@code stream ID CODE} or {@code
 * connection CODE}.
 */
record RuleCase(String rule, boolean client, String outcome, List<byte[]> frames) {

    static RuleCase server(String rule, String outcome, byte[]... input) {
        return new RuleCase(rule, false, outcome, List.of(input));
    }

    static RuleCase client(String rule, String outcome, byte[]... input) {
        return new RuleCase(rule, true, outcome, List.of(input));
    }

    private byte[] input() {
        return Raw.join(frames.toArray(byte[][]::new));
    }

    static void judge(List<RuleCase> cases) {
        for (RuleCase one : cases) {
            Rig whole = fed(one, one.input().length);
            List<String> events = List.copyOf(whole.events);
            assertThat(outcome(whole)).as(one.rule()).isEqualTo(one.outcome());
            int step = Math.max(1, one.input().length / 200);
            for (int cut = 1; cut < Math.min(one.input().length, 200); cut += step) {
                Rig pieces = fed(one, cut);
                assertThat(outcome(pieces))
                        .as("%s, by %d", one.rule(), cut)
                        .isEqualTo(one.outcome());
                assertThat(pieces.events).as("%s, by %d", one.rule(), cut).isEqualTo(events);
            }
        }
    }

    /** Gives the input in pieces of {@code size}. */
    private static Rig fed(RuleCase one, int size) {
        Http2Limits limits = Limits.DEFAULT.headerList(10_000).build();
        Rig rig = one.client() ? Rig.client(limits, "GET", true) : Rig.server(limits);
        for (int at = 0; at < one.input().length; at += size) {
            int bytes = Math.min(size, one.input().length - at);
            rig.connection.receive(ByteBuffer.wrap(one.input(), at, bytes), 1);
        }
        return rig;
    }

    private static String outcome(Rig rig) {
        String outcome = "fine";
        for (String frame : rig.written()) {
            String[] words = frame.split(" ", -1);
            if (frame.startsWith("GOAWAY")) {
                return "connection " + words[2];
            }
            if (frame.startsWith("RST_STREAM")) {
                outcome = "stream " + words[1] + " " + words[2];
            }
        }
        return outcome;
    }
}
