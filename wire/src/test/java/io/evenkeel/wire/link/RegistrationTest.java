package io.evenkeel.wire.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requirements A1, A5: what a backend may say about itself. */
class RegistrationTest {
    static final Registration FULL =
            new Registration(
                    "acme",
                    "shop",
                    "vm-17",
                    "vm-17.web",
                    Registration.Kind.VM,
                    Registration.Mode.ADDRESSED,
                    "[fd00::17]:8080",
                    "4f1c",
                    "north",
                    "h1",
                    7,
                    100,
                    "1.2.3",
                    "/healthz",
                    Map.of("pool", "blue"),
                    "secret",
                    List.of("tunnelled"),
                    Registration.FIRST);

    private static Parsed<Registration> parse(String text) {
        return Registration.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Registration valid(String text) {
        Parsed<Registration> parsed = parse(text);
        if (parsed instanceof Parsed.Valid<Registration> valid) {
            return valid.value();
        }
        throw new AssertionError(parsed.toString());
    }

    private static List<String> problems(String text) {
        return parse(text) instanceof Parsed.Invalid<Registration> invalid
                ? invalid.problems()
                : List.of();
    }

    @Test
    void fullRegistrationReadsBackAsItWasWritten() {
        assertThat(Registration.parse(FULL.toBytes())).isEqualTo(new Parsed.Valid<>(FULL));
    }

    @Test
    void fourFieldsAreEnoughAndTheRestHasItsDefault() {
        Registration least =
                valid(
                        "{'service':'shop','workload':'vm-17','address':'10.0.0.17:8080','incarnation':'a'}");
        assertThat(least)
                .isEqualTo(
                        new Registration(
                                "default",
                                "shop",
                                "vm-17",
                                "",
                                Registration.Kind.PROCESS,
                                Registration.Mode.ADDRESSED,
                                "10.0.0.17:8080",
                                "a",
                                "",
                                "",
                                1,
                                0,
                                "",
                                "",
                                Map.of(),
                                "",
                                List.of(),
                                Registration.FIRST));
        assertThat(least.endpointId()).isEqualTo("vm-17.8080");
    }

    @Test
    void everyProblemIsSaidAtOnce() {
        assertThat(
                        problems(
                                "{'service':'Shop','kind':'pod','address':'1.2.3.4:99999','weight':0,"
                                        + "'capacity':-1,'labels':{'a b':'x'},'checkPath':'x','locality':[]}"))
                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                .containsExactly(
                        "service",
                        "workload",
                        "kind",
                        "address",
                        "incarnation",
                        "locality",
                        "weight",
                        "capacity",
                        "checkPath",
                        "labels.a b");
    }

    @Test
    void furtherTunnelNamesTheEpochThatItBelongsTo() {
        String rest = "'service':'s','workload':'w','incarnation':'i'";
        Registration first = valid("{" + rest + "}");
        assertThat(first.isFurther()).isFalse();
        Registration further = valid("{" + rest + ",'furtherOf':42}");
        assertThat(further).isEqualTo(first.further(42));
        assertThat(further.isFurther()).isTrue();
        assertThat(further.sameIncarnation(first)).isTrue();
        assertThat(Registration.parse(further.toBytes())).isEqualTo(new Parsed.Valid<>(further));
        assertThat(problems("{" + rest + ",'address':':80','furtherOf':42}"))
                .containsExactly("furtherOf: 42 (expected: none, as mode is addressed)");
        assertThat(problems("{" + rest + ",'furtherOf':-1}"))
                .singleElement()
                .asString()
                .startsWith("furtherOf: -1 (expected: an integer from 0");
    }

    @Test
    void modeFollowsFromTheAddressUnlessSaid() {
        String rest = "'service':'s','workload':'w','incarnation':'i'";
        assertThat(valid("{" + rest + "}").mode()).isEqualTo(Registration.Mode.TUNNELLED);
        assertThat(valid("{" + rest + ",'address':':80'}").mode())
                .isEqualTo(Registration.Mode.ADDRESSED);
        assertThat(problems("{" + rest + ",'mode':'addressed'}"))
                .singleElement()
                .asString()
                .startsWith("address: missing");
    }

    @Test
    void newerVersionIsRefusedNotGuessed() {
        assertThat(
                        problems(
                                "{'v':2,'service':'s','workload':'w','incarnation':'i','address':':80'}"))
                .singleElement()
                .asString()
                .startsWith("v: 2");
    }

    @Test
    void credentialIsNeitherPrintedNorQuotedInAProblem() {
        assertThat(FULL.toString()).doesNotContain("secret");
        String secret = "s3cret".repeat(2_000);
        assertThat(
                        problems(
                                "{'service':'s','workload':'w','incarnation':'i','address':':80','credential':'"
                                        + secret
                                        + "'}"))
                .singleElement()
                .asString()
                .startsWith("credential: 12000 characters")
                .doesNotContain("s3cret");
    }
}
