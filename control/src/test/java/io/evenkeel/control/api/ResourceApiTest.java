package io.evenkeel.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.RunningControl;
import io.evenkeel.control.RunningControl.Answer;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Availability;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ServiceSpec;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceApiTest {
    private static final String WEB =
            """
            apiVersion: evenkeel.io/v1
            kind: Service
            metadata: {name: web, labels: {team: shop}}
            spec: {policy: fast}
            """;
    private static final String BACKEND =
            """
            apiVersion: evenkeel.io/v1
            kind: Endpoint
            metadata: {name: printer.80}
            spec: {service: web, address: '10.0.0.9:80', kind: physical}
            """;

    @TempDir Path directory;
    private RunningControl control;

    @BeforeEach
    void start() {
        control = RunningControl.in(directory);
    }

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void whatWasPutIsReadBackAtOnce() {
        Answer created = control.put("/v1/services/web", WEB);
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.at("/metadata/generation")).isEqualTo("1");
        assertThat(created.at("/metadata/source")).isEqualTo("api");
        assertThat(created.at("/metadata/uid")).hasSize(36);
        Answer read = control.get("/v1/services/web");
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.at("/spec/policy")).isEqualTo("fast");
        assertThat(read.at("/metadata/labels/team")).isEqualTo("shop");
        assertThat(read.response().headers().firstValue("ETag"))
                .hasValue("\"" + read.at("/metadata/revision") + "\"");
    }

    @Test
    void generationCountsChangesOfTheSpecOnly() {
        control.put("/v1/services/web", WEB);
        Answer same = control.put("/v1/services/web", WEB);
        Answer labels = control.put("/v1/services/web", WEB.replace("shop", "till"));
        Answer spec = control.put("/v1/services/web", WEB.replace("fast", "slow"));
        assertThat(same.status()).isEqualTo(200);
        assertThat(same.at("/metadata/generation")).isEqualTo("1");
        assertThat(labels.at("/metadata/generation")).isEqualTo("1");
        assertThat(labels.at("/metadata/labels/team")).isEqualTo("till");
        assertThat(spec.at("/metadata/generation")).isEqualTo("2");
        assertThat(spec.at("/metadata/uid")).isEqualTo(same.at("/metadata/uid"));
    }

    @Test
    void uidIsNeverGivenToAnotherResource() {
        String first = control.put("/v1/services/web", WEB).at("/metadata/uid");
        control.delete("/v1/services/web");
        assertThat(control.put("/v1/services/web", WEB).at("/metadata/uid")).isNotEqualTo(first);
    }

    @Test
    void staleIfMatchIsRefusedWithTheRevisionThereIs() {
        String etag = "\"" + control.put("/v1/services/web", WEB).at("/metadata/revision") + "\"";
        Answer second = control.put("/v1/services/web", WEB.replace("fast", "b"), "If-Match", etag);
        Answer third = control.put("/v1/services/web", WEB.replace("fast", "c"), "If-Match", etag);
        assertThat(second.status()).isEqualTo(200);
        assertThat(third.status()).isEqualTo(412);
        assertThat(third.at("/type")).isEqualTo("urn:evenkeel:problem:revision-mismatch");
        assertThat(third.at("/revision")).isEqualTo(second.at("/metadata/revision"));
        assertThat(control.get("/v1/services/web").at("/spec/policy")).isEqualTo("b");
    }

    @Test
    void ifMatchZeroMeansThatItMustNotExist() {
        assertThat(control.put("/v1/services/web", WEB, "If-Match", "\"0\"").status())
                .isEqualTo(201);
        assertThat(control.put("/v1/services/web", WEB, "If-Match", "\"0\"").status())
                .isEqualTo(412);
    }

    @Test
    void writeOfWhatAnotherSourceOwnsNamesTheOwner() {
        control.register("web", "vm-1.8080", "10.0.0.1:8080");
        Answer put =
                control.put("/v1/endpoints/vm-1.8080", BACKEND.replace("printer.80", "vm-1.8080"));
        Answer delete = control.delete("/v1/endpoints/vm-1.8080");
        for (Answer answer : List.of(put, delete)) {
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.at("/type")).isEqualTo("urn:evenkeel:problem:owned-elsewhere");
            assertThat(answer.at("/owner")).isEqualTo("link");
        }
    }

    @Test
    void everyProblemOfABodyIsAnsweredAtOnceWithItsPlace() {
        Answer answer =
                control.put(
                        "/v1/endpoints/printer.80",
                        BACKEND.replace("kind: physical", "weight: -1, colour: red"));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/problems")).hasSize(2);
        assertThat(answer.at("/problems/0/path")).isEqualTo("spec.weight");
        assertThat(answer.at("/problems/0/line")).isEqualTo("4");
        assertThat(answer.at("/problems/0/seen")).isEqualTo("-1");
        assertThat(answer.at("/problems/0/expected")).isNotEmpty();
        assertThat(answer.at("/problems/1/path")).isEqualTo("spec.colour");
    }

    @Test
    void brokenSyntaxOddTypesAndWrongNamesAreRefused() {
        assertThat(control.put("/v1/services/web", "a: [").status()).isEqualTo(422);
        assertThat(control.send("PUT", "/v1/services/web", "application/json", "{").status())
                .isEqualTo(422);
        assertThat(control.put("/v1/services/web", "").status()).isEqualTo(422);
        assertThat(control.put("/v1/services/web", "\u0000").status()).isEqualTo(422);
        assertThat(control.send("PUT", "/v1/services/web", "text/plain", WEB).status())
                .isEqualTo(415);
        assertThat(control.put("/v1/services/shop", WEB).status()).isEqualTo(400);
        assertThat(control.put("/v1/routes/web", WEB).status()).isEqualTo(400);
        assertThat(control.put("/v1/services/web?dryrun", WEB).status()).isEqualTo(400);
        assertThat(control.put("/v1/services/web", WEB, "If-Match", "x").status()).isEqualTo(400);
        assertThat(control.get("/v1/services").json().at("/items")).isEmpty();
    }

    @Test
    void repeatedIdempotencyKeyGetsTheSameAnswerAndChangesNothing() {
        Answer first = control.put("/v1/services/web", WEB, "Idempotency-Key", "k1");
        control.put("/v1/services/web", WEB.replace("fast", "slow"));
        Answer again = control.put("/v1/services/web", WEB, "Idempotency-Key", "k1");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.response().body()).isEqualTo(first.response().body());
        assertThat(again.response().headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(control.get("/v1/services/web").at("/spec/policy")).isEqualTo("slow");
        Answer other = control.put("/v1/services/web", WEB + "\n", "Idempotency-Key", "k1");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.at("/type")).isEqualTo("urn:evenkeel:problem:idempotency-mismatch");
    }

    @Test
    void everyChangeHasItsAuditEntry() {
        control.put("/v1/services/web", WEB);
        control.put("/v1/services/web", WEB.replace("fast", "slow"));
        control.put("/v1/services/web", WEB.replace("fast", "slow"));
        Answer deleted = control.delete("/v1/services/web");
        Answer audit = control.get("/v1/audit?kind=services&name=web");
        assertThat(audit.json().at("/entries").findValuesAsString("action"))
                .containsExactly("delete", "update", "create");
        assertThat(audit.at("/entries/0/revision")).isEqualTo(deleted.at("/revision"));
        assertThat(audit.at("/entries/1/detail")).contains("spec.policy: \"fast\" -> \"slow\"");
        assertThat(audit.at("/entries/1/principal")).isEqualTo("local");
    }

    @Test
    void concurrentWritersLoseNothing() throws Exception {
        List<Future<Answer>> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                String policy = "p" + i;
                answers.add(
                        callers.submit(() ->
                                control.put("/v1/services/web", WEB.replace("fast", policy))));
            }
        }
        for (Future<Answer> answer : answers) {
            assertThat(answer.get().status()).isIn(200, 201, 409);
        }
        int accepted = 0;
        for (Future<Answer> answer : answers) {
            accepted += answer.get().status() == 409 ? 0 : 1;
        }
        assertThat(control.get("/v1/services/web").at("/metadata/generation"))
                .isEqualTo(Integer.toString(accepted));
        assertThat(control.get("/v1/audit?kind=services&name=web").json().at("/entries"))
                .hasSize(accepted);
    }

    @Test
    void pagesOfAListShowOneRevision() {
        for (int i = 0; i < 7; i++) {
            control.put("/v1/services/s" + i, WEB.replace("name: web", "name: s" + i));
        }
        Answer first = control.get("/v1/services?limit=3");
        control.put("/v1/services/s6a", WEB.replace("name: web", "name: s6a"));
        Answer second = control.get("/v1/services?limit=3&continue=" + first.at("/continue"));
        Answer third = control.get("/v1/services?limit=3&continue=" + second.at("/continue"));
        List<String> names = new ArrayList<>();
        for (Answer page : List.of(first, second, third)) {
            assertThat(page.at("/revision")).isEqualTo(first.at("/revision"));
            page.json()
                    .at("/items")
                    .forEach(item -> names.add(item.at("/metadata/name").asString()));
        }
        assertThat(names).containsExactly("s0", "s1", "s2", "s3", "s4", "s5", "s6");
        assertThat(third.json().has("continue")).isFalse();
        assertThat(control.get("/v1/services?continue=1-zz").status()).isEqualTo(410);
    }

    @Test
    void listSelectsByLabels() {
        control.put("/v1/services/web", WEB);
        control.put(
                "/v1/services/till", WEB.replace("name: web", "name: till").replace("shop", "x"));
        assertThat(names("/v1/services?labels=team%3Dshop")).containsExactly("web");
        assertThat(names("/v1/services?labels=team!%3Dshop")).containsExactly("till");
        assertThat(names("/v1/services?labels=team")).containsExactly("till", "web");
        assertThat(names("/v1/services?labels=none")).isEmpty();
        assertThat(control.get("/v1/services?labels=%3Dx").status()).isEqualTo(400);
    }

    @Test
    void serviceThatOnlyRegistrationsMadeIsListed() {
        control.register("cart", "vm-1.8080", "10.0.0.1:8080");
        assertThat(names("/v1/services")).containsExactly("cart");
        Answer cart = control.get("/v1/services/cart");
        assertThat(cart.at("/metadata/source")).isEqualTo("link");
        assertThat(cart.at("/status/endpoints")).isEqualTo("1");
        assertThat(names("/v1/endpoints?service=cart")).containsExactly("vm-1.8080");
        assertThat(names("/v1/endpoints?service=web")).isEmpty();
    }

    @Test
    void tenantsDoNotSeeEachOther() {
        control.put("/v1/services/web?tenant=red", WEB);
        assertThat(names("/v1/services")).isEmpty();
        assertThat(names("/v1/services?tenant=red")).containsExactly("web");
        assertThat(control.get("/v1/services/web").status()).isEqualTo(404);
        assertThat(control.get("/v1/audit?tenant=red").json().at("/entries")).hasSize(1);
        assertThat(control.get("/v1/audit").json().at("/entries")).isEmpty();
    }

    @Test
    void drainAndReadyOfAnEndpointAreApartFromItsSpec() {
        Answer declared = control.put("/v1/endpoints/printer.80", BACKEND);
        Answer drained = control.post("/v1/endpoints/printer.80:drain?reason=paper+jam", "");
        assertThat(drained.status()).isEqualTo(200);
        assertThat(drained.at("/status/adminState")).isEqualTo("drain");
        assertThat(drained.at("/metadata/revision")).isEqualTo(declared.at("/metadata/revision"));
        assertThat(control.post("/v1/endpoints/printer.80:ready", "").at("/status/adminState"))
                .isEqualTo("ready");
        assertThat(control.get("/v1/explain/endpoints/printer.80").json().at("/audit"))
                .extracting(entry -> entry.at("/action").asString())
                .containsExactly("ready", "drain", "create");
        assertThat(control.post("/v1/endpoints/nobody:drain", "").status()).isEqualTo(404);
    }

    @Test
    void drainBeyondTheServicesAvailabilityIsRefusedUnlessForced() {
        control.put(
                "/v1/services/web", WEB.replace("{policy: fast}", "{availability: {minReady: 1}}"));
        control.put("/v1/endpoints/printer.80", BACKEND);
        control.put("/v1/endpoints/printer.81", BACKEND.replace("printer.80", "printer.81"));
        assertThat(control.post("/v1/endpoints/printer.80:drain", "").status()).isEqualTo(200);
        Answer refused = control.post("/v1/endpoints/printer.81:drain", "");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.at("/type")).isEqualTo("urn:evenkeel:problem:disruption-refused");
        assertThat(refused.at("/detail")).contains("allows 1 of 2").contains("force");
        assertThat(control.post("/v1/services/web:drain", "").status()).isEqualTo(409);
        assertThat(control.post("/v1/endpoints/printer.80:ready", "").status()).isEqualTo(200);
        assertThat(control.post("/v1/endpoints/printer.81:drain", "").status()).isEqualTo(200);
        assertThat(control.post("/v1/endpoints/printer.80:drain?force", "").status())
                .isEqualTo(200);
        assertThat(control.post("/v1/services/web:drain", "").status()).isEqualTo(200);
    }

    @Test
    void twoDrainsAtOnceCannotBothTakeTheLastThatMayGo() throws Exception {
        control.put(
                "/v1/services/web",
                WEB.replace("{policy: fast}", "{availability: {maxUnavailable: 1}}"));
        for (int i = 0; i < 8; i++) {
            control.put("/v1/endpoints/e" + i, BACKEND.replace("printer.80", "e" + i));
        }
        List<Future<Answer>> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String path = "/v1/endpoints/e" + i + ":drain";
                answers.add(callers.submit(() -> control.post(path, "")));
            }
        }
        int granted = 0;
        for (Future<Answer> answer : answers) {
            granted += answer.get().status() == 200 ? 1 : 0;
        }
        assertThat(granted).isEqualTo(1);
    }

    @Test
    void serviceCanBeDrainedThoughNobodyDeclaredIt() {
        control.register("cart", "vm-1.8080", "10.0.0.1:8080");
        Answer drained = control.post("/v1/services/cart:drain", "");
        assertThat(drained.at("/spec/adminState")).isEqualTo("ready");
        assertThat(drained.at("/status/adminState")).isEqualTo("drain");
        assertThat(drained.at("/status/ready")).isEqualTo("0");
        assertThat(drained.at("/metadata/source")).isEqualTo("link");
        Answer ready = control.post("/v1/services/cart:ready", "");
        assertThat(ready.at("/status/adminState")).isEqualTo("ready");
        assertThat(ready.json().at("/status").has("operator")).isFalse();
        assertThat(control.get("/v1/audit?kind=services&name=cart").json().at("/entries"))
                .extracting(entry -> entry.at("/action").asString())
                .containsExactly("ready", "drain");
    }

    @Test
    void drainOfAServiceOutlivesItsEndpointsUntilItIsTakenBack() {
        control.register("cart", "vm-1.8080", "10.0.0.1:8080");
        control.post("/v1/services/cart:drain?reason=fire", "");
        control.commit(Op.delete(Keys.spec(Kind.ENDPOINT, "default", "vm-1.8080")));
        Answer alone = control.get("/v1/services/cart");
        assertThat(alone.at("/status/endpoints")).isEqualTo("0");
        assertThat(alone.at("/status/operator/reason")).isEqualTo("fire");
        control.register("cart", "vm-2.8080", "10.0.0.2:8080");
        assertThat(control.get("/v1/services/cart").at("/status/adminState")).isEqualTo("drain");
        control.commit(Op.delete(Keys.spec(Kind.ENDPOINT, "default", "vm-2.8080")));
        assertThat(control.post("/v1/services/cart:ready", "").status()).isEqualTo(200);
        assertThat(control.get("/v1/services/cart").status()).isEqualTo(404);
    }

    @Test
    void serviceOfAFileIsDrainedWithoutTouchingItsSpec() {
        Resource<?, ?> owned =
                Resource.of(
                        Metadata.of("default", "web", Source.FILE),
                        new ServiceSpec(AdminState.DRAIN, "fast", Availability.UNLIMITED));
        control.commit(
                Op.put(Keys.spec(Kind.SERVICE, "default", "web"), Value.of(Stored.spec(owned))));
        Answer maint = control.post("/v1/services/web:maint?reason=fire", "");
        assertThat(maint.status()).isEqualTo(200);
        assertThat(maint.at("/spec/adminState")).isEqualTo("drain");
        assertThat(maint.at("/status/adminState")).isEqualTo("maint");
        assertThat(maint.at("/status/operator/adminState")).isEqualTo("maint");
        assertThat(maint.at("/status/operator/by")).isEqualTo("local");
        assertThat(maint.at("/metadata/source")).isEqualTo("file");
        Answer ready = control.post("/v1/services/web:ready", "");
        assertThat(ready.at("/status/adminState")).as("the file still says so").isEqualTo("drain");
    }

    @Test
    void endpointOnASuspectedHostSaysForWhichHostAndSinceWhen() {
        control.put(
                "/v1/endpoints/printer.80",
                BACKEND.replace("kind: physical", "kind: physical, locality: {host: h1}"));
        assertThat(control.get("/v1/endpoints/printer.80").at("/status/suspected")).isEmpty();
        assertThat(control.get("/v1/services/web").at("/status/ready")).isEqualTo("1");
        HostKey host = new HostKey("default", "h1");
        control.put(
                "/v1/hosts/h1",
                """
                apiVersion: evenkeel.io/v1
                kind: Host
                metadata: {name: h1}
                spec: {}
                """);
        control.commit(
                Op.put(
                        HostKeys.procedure(host),
                        """
                        {"v":1,"stage":"asking","sinceMillis":1000,"suspectedMillis":1000,\
                        "stageMillis":1000,"seenRevision":1,"silentMillis":0,"rounds":0,"token":0,\
                        "fenced":[],"proof":"","planned":false,"evidence":[]}\
                        """));
        Answer suspect = control.get("/v1/endpoints/printer.80");
        assertThat(suspect.at("/status/suspected/host")).isEqualTo("h1");
        assertThat(suspect.at("/status/suspected/since")).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(
                        control.get("/v1/explain/endpoints/printer.80")
                                .at("/endpoint/status/suspected/host"))
                .isEqualTo("h1");
        assertThat(control.get("/v1/services/web").at("/status/ready")).isEqualTo("0");
        control.commit(Op.delete(HostKeys.procedure(host)));
        assertThat(control.get("/v1/endpoints/printer.80").at("/status/suspected")).isEmpty();
    }

    @Test
    void deletedEndpointTakesItsDrainAlong() {
        control.put("/v1/endpoints/printer.80", BACKEND);
        control.post("/v1/endpoints/printer.80:drain", "");
        control.delete("/v1/endpoints/printer.80");
        assertThat(control.put("/v1/endpoints/printer.80", BACKEND).at("/status/adminState"))
                .isEqualTo("ready");
    }

    @Test
    void applyOfManyIsAllOrNothing() {
        String both = WEB + "---\n" + BACKEND;
        Answer bad = control.post("/v1/apply", both.replace("physical", "banana"));
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.at("/problems/0/line")).isEqualTo("9");
        assertThat(names("/v1/services")).isEmpty();
        Answer dry = control.post("/v1/apply?dryRun", both);
        assertThat(dry.json().at("/results").findValuesAsString("outcome"))
                .containsExactly("created", "created");
        assertThat(names("/v1/services")).isEmpty();
        assertThat(
                        control.post("/v1/apply", both)
                                .json()
                                .at("/results")
                                .findValuesAsString("outcome"))
                .containsExactly("created", "created");
        assertThat(
                        control.post("/v1/apply", both)
                                .json()
                                .at("/results")
                                .findValuesAsString("outcome"))
                .containsExactly("unchanged", "unchanged");
        assertThat(control.post("/v1/apply", WEB + "---\n" + WEB).status()).isEqualTo(422);
    }

    @Test
    void manyResourcesAreAppliedInSeveralTransactions() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            many.append("---\n").append(WEB.replace("name: web", "name: s" + i));
        }
        assertThat(control.post("/v1/apply", many.toString()).json().at("/results")).hasSize(200);
        assertThat(names("/v1/services?limit=1000")).hasSize(200);
    }

    @Test
    void routeSaysWhetherItsServiceIsKnown() throws Exception {
        control.put(
                "/v1/routes/r1",
                """
                apiVersion: evenkeel.io/v1
                kind: Route
                metadata: {name: r1}
                spec: {service: web}
                """);
        Answer unknown = control.awaitReason(Kind.ROUTE, "r1", "ServiceUnknown");
        assertThat(unknown.at("/status/conditions/0/status")).isEqualTo("false");
        control.put("/v1/services/web", WEB);
        Answer known = control.awaitReason(Kind.ROUTE, "r1", "ServiceKnown");
        assertThat(known.at("/status/conditions/0/status")).isEqualTo("true");
    }

    private List<String> names(String path) {
        List<String> names = new ArrayList<>();
        control.get(path)
                .json()
                .at("/items")
                .forEach(item -> names.add(item.at("/metadata/name").asString()));
        return names;
    }
}
