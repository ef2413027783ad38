package io.evenkeel.wire.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkCodecTest {
    private static final List<LinkMessage> ALL =
            List.of(
                    new LinkMessage.Registered(
                            "vm-1.80", 42, "gw", 1_000, 2_500, List.of("a:1", "[::1]:2"), 1),
                    new LinkMessage.Registered("vm-1.80", 42, "gw", 1_000, 2_500, List.of(), 4),
                    new LinkMessage.Report(3, 4, 12.5, 1_000),
                    new LinkMessage.Report(-1, -1, -1, -1),
                    new LinkMessage.Ping(0),
                    new LinkMessage.Ping(Long.MAX_VALUE),
                    new LinkMessage.Pong(7),
                    new LinkMessage.Peers(List.of()),
                    new LinkMessage.Drain(1_000, "because \"so\"", false),
                    new LinkMessage.Drain(30_000, "", true),
                    new LinkMessage.Drained(2, false),
                    new LinkMessage.Drained(0, true),
                    new LinkMessage.Renew(RegistrationTest.FULL),
                    new LinkMessage.Leave("bye"),
                    new LinkMessage.Failure("busy", "later", 100),
                    new LinkMessage.Failure("replaced", "", -1),
                    new LinkMessage.Unknown("some-day"));

    private static Parsed<LinkMessage> parse(String line) {
        return LinkCodec.parse(line.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] content(byte[] line) {
        assertThat(line[line.length - 1]).isEqualTo((byte) '\n');
        return Arrays.copyOf(line, line.length - 1);
    }

    @Test
    void everyMessageReadsBackAsItWasWritten() {
        for (LinkMessage message : ALL) {
            assertThat(LinkCodec.parse(content(LinkCodec.line(message))))
                    .isEqualTo(new Parsed.Valid<>(message));
        }
    }

    @Test
    void unknownFieldsAndTypesAreIgnored() {
        assertThat(parse("{'type':'ping','n':1,'since':'2','more':{'a':[1]}}"))
                .isEqualTo(new Parsed.Valid<>(new LinkMessage.Ping(1)));
        assertThat(parse("{'type':'future','n':'not a number'}"))
                .isEqualTo(new Parsed.Valid<>(new LinkMessage.Unknown("future")));
    }

    @Test
    void absentFieldsHaveTheDocumentedDefaults() {
        assertThat(parse("{'type':'registered','endpoint':'e'}"))
                .isEqualTo(
                        new Parsed.Valid<>(
                                new LinkMessage.Registered(
                                        "e", 0, "", 1_000, 2_500, List.of(), 1)));
        assertThat(parse("{'type':'registered','endpoint':'e','heartbeatMillis':100}"))
                .isEqualTo(
                        new Parsed.Valid<>(
                                new LinkMessage.Registered("e", 0, "", 100, 250, List.of(), 1)));
        assertThat(parse("{'type':'drain'}"))
                .isEqualTo(new Parsed.Valid<>(new LinkMessage.Drain(30_000, "", false)));
        assertThat(parse("{'type':'report','inFlight':null}"))
                .isEqualTo(new Parsed.Valid<>(new LinkMessage.Report(-1, -1, -1, -1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | line: an array",
                "{} | type: missing",
                "{'type':1} | type: 1",
                "{'type':'PING'} | type: \"PING\"",
                "{'type':'ping','n':-1} | n: -1",
                "{'type':'ping','n':1.5} | n: 1.5",
                "{'type':'ping','n':'1'} | n: \"1\"",
                "{'type':'report','cpuPercent':100.1} | cpuPercent: 100.1",
                "{'type':'report','inFlight':{}} | inFlight: an object",
                "{'type':'registered'} | endpoint: missing",
                "{'type':'registered','endpoint':'e','missedMillis':900} | missedMillis: 900",
                "{'type':'drain','deadlineMillis':86400001} | deadlineMillis: 86400001",
                "{'type':'drain','cancel':'yes'} | cancel: \"yes\"",
                "{'type':'renew'} | registration: missing",
                "{'type':'renew','registration':{}} | registration.service: missing",
                "{'type':'error'} | code: missing",
                "{'type':'peers','peers':['a b']} | peers[0]: \"a b\""
            })
    void wrongFieldsAreNamedWithWhatWasSeen(String line, String problem) {
        assertThat(parse(line))
                .isInstanceOfSatisfying(
                        Parsed.Invalid.class,
                        invalid ->
                                assertThat(invalid.problems().get(0).toString())
                                        .startsWith(problem)
                                        .contains("expected"));
    }

    @Test
    void mutatedLinesAreReadOrRefusedWithAReason() {
        long seed = Long.getLong("seed", 99L);
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            byte[] line = content(LinkCodec.line(ALL.get(random.nextInt(ALL.size()))));
            for (int j = random.nextInt(4); j > 0; j--) {
                line[random.nextInt(line.length)] = (byte) random.nextInt(128);
            }
            byte[] cut =
                    random.nextInt(4) == 0
                            ? Arrays.copyOf(line, random.nextInt(line.length))
                            : line;
            Parsed<LinkMessage> parsed = LinkCodec.parse(cut);
            if (parsed instanceof Parsed.Valid<LinkMessage> valid) {
                assertThat(LinkCodec.parse(content(LinkCodec.line(valid.value()))))
                        .as("seed %d, round %d", seed, i)
                        .isInstanceOf(Parsed.Valid.class);
            } else if (parsed instanceof Parsed.Invalid<LinkMessage> invalid) {
                assertThat(invalid.problems()).as("seed %d, round %d", seed, i).isNotEmpty();
            }
        }
    }
}
