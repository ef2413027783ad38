package io.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
final class VerbsTest {
    private static final String TWO =
            """
            apiVersion: evenkeel.io/v1
            kind: Service
            metadata: {name: shop}
            spec: {adminState: ready}
            ---
            apiVersion: evenkeel.io/v1
            kind: Endpoint
            metadata: {name: vm-7.8080}
            spec: {service: shop, address: "10.0.0.7:8080", locality: {zone: a}}
            """;

    private FakeApi api;
    @TempDir private Path directory;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void applyCreatesThenLeavesThenConfigures() throws IOException {
        Path file = write("shop.yaml", TWO);

        assertThat(Ran.against(api, "apply", "-f", file.toString()))
                .isEqualTo(new Ran(0, "service/shop created\nendpoint/vm-7.8080 created\n", ""));
        assertThat(Ran.against(api, "apply", "-f", file.toString()).out())
                .isEqualTo("service/shop unchanged\nendpoint/vm-7.8080 unchanged\n");
        Files.writeString(file, TWO.replace("ready", "drain"));
        assertThat(Ran.against(api, "apply", "-f", directory.toString()).out())
                .isEqualTo("service/shop configured\nendpoint/vm-7.8080 unchanged\n");
        assertThat(api.calls)
                .contains(
                        "PUT /v1/services/shop If-Match \"0\"",
                        "PUT /v1/services/shop If-Match \"11\"");
        assertThat(Ran.against(api, "apply", "-o", "json", "-f", file.toString()).out())
                .contains("\"name\": \"shop\"", "\"outcome\": \"unchanged\"");
    }

    @Test
    void applySaysEveryProblemOfEveryFileAndSendsNothing() throws IOException {
        Path bad = write("a.yaml", TWO.replace("shop, address", "shop, weight: 0, adress"));
        Path worse = write("b.yaml", "kind: [\n");
        Path missing = directory.resolve("none.yaml");
        Ran ran =
                Ran.against(
                        api,
                        "apply",
                        "-f",
                        bad.toString(),
                        "-f",
                        worse.toString(),
                        "-f",
                        missing.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith(bad + ":9:7: spec.address: missing"),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                bad
                                                        + ":9:31: spec.weight: 0 (expected: >= 1 and"
                                                        + " <= 256)"),
                        line ->
                                assertThat(line)
                                        .startsWith(bad + ":9:34: spec.adress: unknown key")
                                        .endsWith("; did you mean address?"),
                        line -> assertThat(line).startsWith(worse + ":2:1: "),
                        line -> assertThat(line).isEqualTo(missing + ": no such file"),
                        line ->
                                assertThat(line)
                                        .isEqualTo("evenkeel: 5 problems, nothing was applied"));
        assertThat(api.calls).isEmpty();
    }

    @Test
    void aResourceGivenTwiceIsAProblem() throws IOException {
        write("1.yaml", TWO);
        write("2.yaml", TWO.substring(0, TWO.indexOf("---")));
        write("3.txt", "not looked at");

        assertThat(Ran.against(api, "apply", "-f", directory.toString()).err())
                .isEqualTo(
                        directory
                                + "/2.yaml:1:1: service/shop again (expected: each resource once);"
                                + " the first is at "
                                + directory
                                + "/1.yaml:1\nevenkeel: 1 problem, nothing was applied\n");
    }

    @Test
    void applyNeverOverwritesAChangeItsAuthorHasNotSeen() throws IOException {
        Path file = write("shop.yaml", TWO);
        Ran.against(api, "apply", "-f", file.toString());
        Path edited =
                write(
                        "edited.yaml",
                        Ran.against(api, "get", "services", "shop", "-o", "yaml").out());
        Ran.against(api, "apply", "-f", write("c.yaml", TWO.replace("ready", "maint")).toString());
        Ran ran = Ran.against(api, "apply", "-f", edited.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains("edited.yaml:1: service/shop: revision 13 (expected: \"11\") (412)")
                .contains("1 of 1 could not be applied");
    }

    @Test
    void applyTriesAgainWhenAnotherWriterWasFaster() throws IOException {
        api.races(2);
        assertThat(Ran.against(api, "apply", "-f", write("shop.yaml", TWO).toString()).exit())
                .isZero();
        api.races(100);
        assertThat(Ran.against(api, "apply", "-f", write("shop.yaml", TWO).toString()).exit())
                .isEqualTo(1);
    }

    @Test
    void applyPassesOnWhatTheApiRefusesAndGoesOn() throws IOException {
        String refused = TWO.replace("name: shop", "name: refused");
        Ran ran = Ran.against(api, "apply", "-f", write("shop.yaml", refused).toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("endpoint/vm-7.8080 created\n");
        assertThat(ran.err())
                .contains(
                        "shop.yaml:1: service/refused: 1 problem (422)\n"
                                + "  spec.policy: gold (expected: a policy that exists); create it"
                                + " first\n");
    }

    @Test
    void dryRunWritesNothing() throws IOException {
        Ran ran = Ran.against(api, "apply", "--dry-run", "-f", write("shop.yaml", TWO).toString());

        assertThat(ran.out()).startsWith("service/shop created (dry run)\n");
        assertThat(api.stored("/v1/services/shop")).isEmpty();
    }

    @Test
    void getShowsAlignedTablesOverAllPages() throws IOException {
        apply(
                TWO,
                TWO.replace("name: shop", "name: a-much-longer-name"),
                TWO.replace("name: shop", "name: z"));

        assertThat(Ran.against(api, "get", "services").out())
                .isEqualTo(
                        """
                        NAME                ADMIN  POLICY   ENDPOINTS  READY  DRAINING  SOURCE
                        a-much-longer-name  ready  default          -      -         -  api
                        shop                ready  default          -      -         -  api
                        z                   ready  default          -      -         -  api
                        """);
        assertThat(Ran.against(api, "get", "endpoint", "vm-7.8080").out())
                .contains("vm-7.8080  shop     process  10.0.0.7:8080  a");
        assertThat(Ran.against(api, "get", "Service", "-o", "JSON").out())
                .contains("\"kind\": \"ServiceList\"", "\"revision\": 13", "\"name\": \"z\"");
        assertThat(Ran.against(api, "get", "routes"))
                .isEqualTo(new Ran(0, "", "no routes in tenant default\n"));
    }

    @Test
    void whatGetShowsAsYamlCanBeAppliedAgain() throws IOException {
        apply(TWO);
        Path file = write("all.yaml", Ran.against(api, "get", "services", "-o", "yaml").out());

        assertThat(Ran.against(api, "apply", "-f", file.toString()).out())
                .isEqualTo("service/shop unchanged\n");
    }

    @Test
    void tenantAndSelectorsAreSent() {
        Ran.against(
                api, "get", "endpoints", "--tenant", "acme", "-l", "a=b,c", "--service", "shop");
        Ran.against(api, "explain", "request", "0-1", "--tenant", "acme");

        assertThat(api.calls)
                .containsExactly(
                        "GET /v1/endpoints {labels=a=b,c, limit=1000, service=shop, tenant=acme}",
                        "GET /v1/explain/requests/0-1");
    }

    @Test
    void adminStatesAreSetByVerb() throws IOException {
        apply(TWO);
        assertThat(Ran.against(api, "drain", "service", "shop", "--reason", "new disk"))
                .isEqualTo(new Ran(0, "service/shop drain\n", ""));
        assertThat(Ran.against(api, "undrain", "endpoints", "vm-7.8080").out())
                .isEqualTo("endpoint/vm-7.8080 ready\n");
        Ran ran = Ran.against(api, "maint", "service", "none", "shop", "--force");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEqualTo("service/shop maint\n");
        assertThat(ran.err()).isEqualTo("service/none: /v1/services/none does not exist (404)\n");
        assertThat(api.calls)
                .contains(
                        "POST /v1/services/shop:drain {reason=new disk}",
                        "POST /v1/endpoints/vm-7.8080:ready",
                        "POST /v1/services/shop:maint {force=true}");
    }

    @Test
    void deleteTakesNamesOrFiles() throws IOException {
        apply(TWO);
        assertThat(Ran.against(api, "delete", "service", "shop", "none").err())
                .contains("service/none: /v1/services/none does not exist (404)");
        assertThat(Ran.against(api, "delete", "--ignore-missing", "-f", directory.toString()))
                .isEqualTo(new Ran(0, "service/shop missing\nendpoint/vm-7.8080 deleted\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"get services", "watch services", "top shop", "drain service shop"})
    void anApiThatIsNotThereIsSaidWithWhatWasTriedAndTheRemedy(String verb) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Ran ran = Ran.against("127.0.0.1:" + port, verb.split(" ", -1));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .startsWith("evenkeel: cannot reach the API: the connection was refused\n")
                .contains(" at http://127.0.0.1:" + port)
                .contains("remedy: start one with `evenkeel standalone`");
    }

    @Test
    void aCallEndsWithItsDeadline() {
        Ran ran = Ran.against(api, "get", "service", "slow", "--timeout", "300ms");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("no answer within 300ms");
    }

    @Test
    void anotherServerThanTheApiIsRecognised() {
        assertThat(Ran.against(api, "get", "service", "html").err())
                .contains("answered 404 without JSON; is the address that of the admin API?");
    }

    @ParameterizedTest
    @CsvSource({
        "get,2",
        "get things,2",
        "get services -o xml,2",
        "get services --timeout soon,2",
        "apply,2",
        "delete service,2",
        "drain route shop,2",
        "drain service,2",
        "explain everything now,2",
        "get services --unknown,2",
        "get service none,1",
        "get --help,0",
        "apply --help,0"
    })
    void wrongUsageAndFailureHaveTheirExitCodes(String arguments, int exit) {
        Ran ran = Ran.against(api, arguments.split(" ", -1));

        assertThat(ran.exit()).as(ran.toString()).isEqualTo(exit);
        assertThat(exit == 0 ? ran.out() : ran.err()).isNotBlank();
    }

    private void apply(String... texts) throws IOException {
        for (String text : texts) {
            assertThat(Ran.against(api, "apply", "-f", write("t.yaml", text).toString()).exit())
                    .isZero();
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
