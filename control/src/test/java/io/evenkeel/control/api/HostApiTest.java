package io.evenkeel.control.api;

import static io.evenkeel.control.api.OpenApiTest.holds;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.RunningControl;
import io.evenkeel.control.RunningControl.Answer;
import io.evenkeel.control.power.RedfishSimulator;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.task.TaskKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Stored;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class HostApiTest {
    private static final String READMIT = "POST /v1/hosts/{name}:readmit";
    private static final String PROCEED = "POST /v1/hosts/{name}:proceed";
    private static final String REBALANCE = "POST /v1/rebalance";
    private static final String POWER = "GET /v1/hosts/{name}/power";
    private static final String EXPLAIN = "GET /v1/explain/hosts/{name}";

    @TempDir Path directory;
    private RunningControl control;
    private SeveralHosts hosts;

    @BeforeEach
    void start() {
        control = RunningControl.in(directory);
        hosts = new SeveralHosts(control);
    }

    @AfterEach
    void stop() {
        control.close();
    }

    private HostWord word() {
        RangeResult.Range range =
                (RangeResult.Range)
                        control.store()
                                .range(
                                        RangeQuery.key(HostKeys.word(SeveralHosts.key("h1"))),
                                        Duration.ofSeconds(10));
        return Stored.read(range.entries().getFirst().value().toBytes(), HostWord.class)
                .orElseThrow();
    }

    private List<String> audited() {
        return control.get("/v1/audit?kind=hosts&name=h1")
                .json()
                .at("/entries")
                .findValuesAsString("action");
    }

    @Test
    void hostsAreMadeAlikeByMovesThatAreSuggestedFirst() {
        hosts.live("h1", 0);
        hosts.live("h2", 0);
        for (String machine : List.of("vm-1", "vm-2", "vm-3", "vm-4")) {
            hosts.machine(machine, "h1", "1GiB", true);
        }
        Answer look = control.post("/v1/rebalance?dryRun=true", "");
        holds(REBALANCE, look, 200);
        assertThat(look.json().at("/moves").findValuesAsString("machine"))
                .containsExactly("vm-1", "vm-2");
        assertThat(look.json().at("/moves").findValuesAsString("outcome"))
                .containsOnly("suggested");
        // 4 of 8 GiB are given, nothing of the processor is used: 2 * 500 / 3.
        assertThat(look.at("/moves/0/fromBefore")).isEqualTo("333");
        assertThat(look.at("/moves/0/fromAfter")).isEqualTo("250");
        assertThat(look.at("/moves/0/toBefore")).isEqualTo("0");
        assertThat(look.at("/moves/0/toAfter")).isEqualTo("83");
        assertThat(tasks()).isEmpty();

        Answer done = control.post("/v1/rebalance?reason=new%20host", "");
        holds(REBALANCE, done, 200);
        assertThat(done.json().at("/moves").findValuesAsString("outcome"))
                .containsExactly("begun", "begun");
        assertThat(tasks()).hasSize(2).allMatch(task -> task.contains("migrate-live"));
        assertThat(control.get("/v1/audit?kind=virtualmachines&name=vm-1").at("/entries/0/detail"))
                .isEqualTo("from h1 to h2: new host");
        for (String host : List.of("h1", "h2")) {
            Answer explained = control.get("/v1/explain/hosts/" + host);
            holds(EXPLAIN, explained, 200);
            assertThat(explained.json().at("/moves").findValuesAsString("machine"))
                    .containsExactly("vm-1", "vm-2");
            assertThat(explained.at("/moves/0/from")).isEqualTo("h1");
            assertThat(explained.at("/moves/0/to")).isEqualTo("h2");
            assertThat(explained.at("/moves/0/migration")).isEqualTo("live");
            assertThat(explained.at("/moves/0/state")).isEqualTo("waiting");
            assertThat(explained.at("/moves/0/progressPercent")).isEqualTo("0");
        }
        // What is under way stays, and the others would gain too little by now.
        Answer again = control.post("/v1/rebalance", "");
        assertThat(again.json().at("/moves").findValuesAsString("machine"))
                .doesNotContain("vm-1", "vm-2");
    }

    @Test
    void machineThatWouldBeStoppedForItStays() {
        hosts.live("h1", 0);
        hosts.live("h2", 0);
        hosts.machine("vm-1", "h1", true, "memory: 1GiB, migration: cold");
        hosts.machine("vm-2", "h1", true, "memory: 1GiB, migration: live-or-cold");
        hosts.machine("vm-3", "h1", true, "memory: 1GiB");
        Answer done = control.post("/v1/rebalance", "");
        holds(REBALANCE, done, 200);
        assertThat(done.json().at("/moves").findValuesAsString("machine")).containsExactly("vm-2");
        assertThat(control.get("/v1/explain/hosts/h1").at("/moves/0/migration")).isEqualTo("live");
    }

    @Test
    void whatSwitchesAHostOffIsTriedWithoutDoingIt() throws IOException {
        hosts.declare("h1", "");
        Answer none = control.get("/v1/hosts/h1/power");
        holds(POWER, none, 503);
        assertThat(none.at("/detail")).contains("spec.power: none");
        holds(POWER, control.get("/v1/hosts/nobody/power"), 404);
        try (RedfishSimulator controller = RedfishSimulator.withoutLogin(() -> {})) {
            hosts.declare("h2", ", power: {url: '%s'}".formatted(controller.url()));
            Answer on = control.get("/v1/hosts/h2/power");
            holds(POWER, on, 200);
            assertThat(on.at("/state")).isEqualTo("On");
            assertThat(controller.requests()).noneMatch(one -> one.endsWith(".Reset"));
            hosts.declare("h2", ", power: {url: '%s', system: x}".formatted(controller.url()));
            Answer wrong = control.get("/v1/hosts/h2/power");
            holds(POWER, wrong, 503);
            assertThat(wrong.at("/detail")).contains("host h2: ", "(expected: x)");
        }
    }

    private List<String> tasks() {
        RangeQuery query = RangeQuery.prefix(Keys.prefix(Keys.Area.TASK, TaskKey.TASKS));
        RangeResult.Range range =
                (RangeResult.Range) control.store().range(query, Duration.ofSeconds(10));
        return range.entries().stream().map(Entry::key).toList();
    }

    @Test
    void fencedHostIsReadmittedOnceHoweverOftenItIsSaid() {
        hosts.declare("h1", "");
        hosts.question("h1", Stage.FENCED, "");
        Answer said = control.post("/v1/hosts/h1:readmit?reason=new%20disk", "");
        holds(READMIT, said, 200);
        assertThat(said.at("/outcome")).isEqualTo("said");
        assertThat(said.at("/stage")).isEqualTo("fenced");
        assertThat(word().word()).isEqualTo(HostWord.Word.READMIT);
        assertThat(word().by()).isEqualTo("local");
        assertThat(word().atMillis()).isPositive();
        Answer again = control.post("/v1/hosts/h1:readmit", "");
        holds(READMIT, again, 200);
        assertThat(again.at("/outcome")).isEqualTo("unchanged");
        assertThat(again.at("/at")).isEqualTo(said.at("/at"));
        assertThat(audited()).containsExactly("readmit", "create");
        assertThat(control.get("/v1/audit?kind=hosts&name=h1").at("/entries/0/detail"))
                .isEqualTo("in stage fenced: new disk");
    }

    @Test
    void whatIsNotConfirmedCannotBeReadmittedAndTheStageIsSaid() {
        hosts.live("h1", 0);
        Answer lives = control.post("/v1/hosts/h1:readmit", "");
        holds(READMIT, lives, 409);
        assertThat(lives.at("/type")).isEqualTo("urn:evenkeel:problem:wrong-stage");
        assertThat(lives.at("/detail")).contains("no procedure is under way");
        hosts.silent("h1");
        hosts.question("h1", Stage.DEATH, "");
        assertThat(control.post("/v1/hosts/h1:readmit", "").at("/detail"))
                .contains("stage death")
                .contains("expected: stage confirmed or fenced");
        assertThat(control.post("/v1/hosts/none:readmit", "").status()).isEqualTo(404);
        assertThat(audited()).containsExactly("create");
    }

    @Test
    void heldProcedureProceedsAndOneThatIsOverDoesNot() {
        hosts.live("h1", 0);
        assertThat(control.post("/v1/hosts/h1:proceed", "").at("/detail"))
                .contains("nothing to proceed with");
        hosts.silent("h1");
        hosts.question("h1", Stage.ASKING, "2 of 3 hosts are silent at once");
        assertThat(control.get("/v1/explain/hosts/h1").at("/next")).startsWith("held until");
        Answer said = control.post("/v1/hosts/h1:proceed", "");
        holds(PROCEED, said, 200);
        assertThat(word().word()).isEqualTo(HostWord.Word.PROCEED);
        assertThat(control.get("/v1/explain/hosts/h1").at("/next"))
                .as("it is not held any more, whatever the leader wrote before")
                .startsWith("a round in which every witness is silent");
        hosts.question("h1", Stage.FENCED, "");
        Answer late = control.post("/v1/hosts/h1:proceed", "");
        holds(PROCEED, late, 409);
        assertThat(late.at("/detail")).contains("confirmed already");
        assertThat(control.post("/v1/hosts/h1:readmit", "").at("/outcome"))
                .as("takes the place of the older word")
                .isEqualTo("said");
    }

    @Test
    void maintenanceChangesNothingElseOfADeclaredHost() {
        hosts.declare("h1", ", zone: a");
        Answer on = control.post("/v1/hosts/h1:maintenance?state=on&reason=fan", "");
        holds("POST /v1/hosts/{name}:maintenance", on, 200);
        assertThat(on.at("/spec/maintenance")).isEqualTo("true");
        assertThat(on.at("/spec/zone")).isEqualTo("a");
        assertThat(on.at("/metadata/labels/rack")).isEqualTo("r1");
        assertThat(on.at("/metadata/generation")).isEqualTo("2");
        Answer same = control.post("/v1/hosts/h1:maintenance?state=on", "");
        assertThat(same.at("/metadata/revision")).isEqualTo(on.at("/metadata/revision"));
        Answer off = control.post("/v1/hosts/h1:maintenance?state=off", "");
        assertThat(off.at("/spec/maintenance")).isEqualTo("false");
        assertThat(control.get("/v1/audit?kind=hosts&name=h1").at("/entries/1/detail"))
                .startsWith("fan: spec.maintenance: false -> true");
    }

    @Test
    void powerOfAMachineChangesNothingElseOfIt() {
        hosts.machine("vm-1", "h1", true, "memory: 1GiB, priority: 7");
        String path = "/v1/virtualmachines/vm-1:power";
        Answer off = control.post(path + "?state=off&reason=night", "");
        holds("POST /v1/virtualmachines/{name}:power", off, 200);
        assertThat(off.at("/spec/power")).isEqualTo("off");
        assertThat(off.at("/spec/priority")).isEqualTo("7");
        assertThat(off.at("/metadata/generation")).isEqualTo("2");
        assertThat(control.post(path + "?state=off", "").at("/metadata/revision"))
                .isEqualTo(off.at("/metadata/revision"));
        assertThat(control.post(path + "?state=on", "").at("/spec/power")).isEqualTo("on");
        assertThat(control.post(path + "?state=pause", "").status()).isEqualTo(400);
        assertThat(control.post("/v1/virtualmachines/none:power?state=on", "").at("/detail"))
                .contains("expected: a declared resource");
        assertThat(control.get("/v1/audit?kind=virtualmachines&name=vm-1").at("/entries/1/detail"))
                .startsWith("night: spec.power: \"on\" -> \"off\"");
    }

    @Test
    void maintenanceIsRefusedOfWhatIsNotDeclaredOrBelongsToOthers() {
        assertThat(control.post("/v1/hosts/h9:maintenance?state=on", "").at("/detail"))
                .contains("expected: a declared resource");
        assertThat(control.post("/v1/hosts/h9:maintenance", "").status()).isEqualTo(400);
        hosts.declare("h1", "");
        String stored =
                new String(
                        ((RangeResult.Range)
                                        control.store()
                                                .range(
                                                        RangeQuery.key(
                                                                Keys.spec(
                                                                        Kind.HOST, "default",
                                                                        "h1")),
                                                        Duration.ofSeconds(10)))
                                .entries()
                                .getFirst()
                                .value()
                                .toBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        control.commit(
                Op.put(
                        Keys.spec(Kind.HOST, "default", "h1"),
                        Value.of(
                                stored.replace("\"api\"", "\"file\"")
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        Answer owned = control.post("/v1/hosts/h1:maintenance?state=on", "");
        assertThat(owned.status()).isEqualTo(409);
        assertThat(owned.at("/owner")).isEqualTo("file");
        assertThat(owned.at("/detail")).contains("change it in its file");
    }

    @Test
    void healthyHostIsExplained() {
        hosts.live("h1", 0);
        Answer answer = control.get("/v1/explain/hosts/h1");
        holds(EXPLAIN, answer, 200);
        assertThat(answer.at("/stage")).isEqualTo("none");
        assertThat(answer.at("/aliveSince")).isEqualTo("1970-01-01T00:00:07Z");
        assertThat(answer.at("/keys/0/state")).isEqualTo("leased");
        assertThat(answer.at("/keys/1/state")).isEqualTo("absent");
        assertThat(answer.at("/next")).startsWith("nothing: it lives");
        holds(EXPLAIN, control.get("/v1/explain/hosts/none"), 404);
    }

    @Test
    void everyStepOfADeadHostIsExplained() {
        hosts.live("h1", 0);
        hosts.silent("h1");
        hosts.question("h1", Stage.DEATH, "");
        Answer death = control.get("/v1/explain/hosts/h1");
        holds(EXPLAIN, death, 200);
        assertThat(death.at("/silence/countedMillis")).isEqualTo("4000");
        assertThat(death.at("/silence/neededMillis")).isEqualTo("225000");
        assertThat(death.at("/suspectedSince")).isEqualTo("1970-01-01T00:00:02Z");
        assertThat(death.at("/evidence/0/detail")).isEqualTo("connect: timed out after 5s");
        assertThat(death.at("/next")).contains("is set again for the silence");
        assertThat(death.json().at("/decisions").findValuesAsString("rule"))
                .containsExactly("all-silent", "alive-gone");
        hosts.question("h1", Stage.FENCED, "");
        hosts.recovery("h1", "vm-1", "h2");
        Answer fenced = control.get("/v1/explain/hosts/h1");
        holds(EXPLAIN, fenced, 200);
        assertThat(fenced.at("/keys/2/state")).isEqualTo("permanent");
        assertThat(fenced.at("/fence/token")).isEqualTo("41");
        assertThat(fenced.at("/fence/provenAt")).isEqualTo("1970-01-01T00:00:03Z");
        assertThat(fenced.at("/recovery/tasks/0/machine")).isEqualTo("vm-1");
        assertThat(fenced.at("/recovery/tasks/0/state")).isEqualTo("waiting");
        assertThat(fenced.at("/next")).endsWith("until an operator readmits it");
        control.post("/v1/hosts/h1:readmit", "");
        assertThat(control.get("/v1/explain/hosts/h1").at("/next"))
                .endsWith("begins when its agent holds its key again");
    }

    /**
     * Of the condition that it is in question; others are stored by the leader, sooner or later.
     */
    private static List<String> reasons(JsonNode host) {
        return host.at("/status/conditions")
                .valueStream()
                .filter(one -> one.at("/type").asString().equals("InQuestion"))
                .map(one -> one.at("/reason").asString())
                .toList();
    }

    @Test
    void hostInQuestionSaysSoWhereItIsListed() {
        hosts.live("h1", 0);
        hosts.live("h2", 0);
        hosts.question("h2", Stage.ASKING, "");
        Answer list = control.get("/v1/hosts");
        holds("GET /v1/hosts", list, 200);
        assertThat(reasons(list.json().at("/items/0"))).isEmpty();
        assertThat(reasons(list.json().at("/items/1"))).containsExactly("Suspected");
        hosts.question("h2", Stage.FENCED, "");
        assertThat(reasons(control.get("/v1/hosts/h2").json())).containsExactly("Fenced");
    }

    @Test
    void hostsAreRankedWithTheFiguresOfTheFormula() {
        hosts.live("h1", 4_000);
        hosts.live("h2", 800);
        hosts.live("h3", 0);
        hosts.live("h4", 0);
        hosts.live("h5", 0);
        hosts.declare("h4", ", maintenance: true");
        hosts.question("h5", Stage.ASKING, "");
        hosts.machine("seen", "h2", "1GiB", true);
        hosts.machine("promised", "h3", "2GiB", false);
        Answer answer = control.get("/v1/ranking");
        holds("GET /v1/ranking", answer, 200);
        assertThat(answer.json().at("/hosts").findValuesAsString("name"))
                .containsExactly("h2", "h3", "h1", "h4", "h5");
        assertThat(answer.json().at("/hosts").findValuesAsString("rank"))
                .containsExactly("1", "2", "3");
        // 800 of 8000 cores; 1024 of 8192 MiB.
        assertThat(answer.at("/hosts/0/processorPermille")).isEqualTo("100");
        assertThat(answer.at("/hosts/0/memoryPermille")).isEqualTo("125");
        assertThat(answer.at("/hosts/0/score")).isEqualTo("" + (2 * 125 + 100) / 3);
        assertThat(answer.at("/hosts/0/promised")).isEqualTo("0");
        assertThat(answer.at("/hosts/1/promised")).isEqualTo("1");
        assertThat(answer.at("/hosts/1/processorPermille"))
                .as("a promise counts before it is measured")
                .isEqualTo("125");
        assertThat(answer.at("/hosts/3/leftOut")).isEqualTo("is in maintenance");
        assertThat(answer.at("/hosts/4/leftOut")).isEqualTo("is in question: stage asking");
        assertThat(answer.at("/canLoseOne")).isEqualTo("true");
    }

    @Test
    void figuresAreAsOldAsTheSettingsAllow() {
        hosts.live("h1", 0, Instant.now().minusSeconds(30));
        assertThat(control.get("/v1/ranking").at("/hosts/0/rank")).isEqualTo("1");
        control.close();
        Duration oldest = Duration.ofSeconds(20);
        control =
                RunningControl.in(
                        directory,
                        Optional.empty(),
                        config -> config.placement(new PlacementSettings(oldest, 400, 50, 2)));
        assertThat(control.get("/v1/ranking").at("/hosts/0/leftOut"))
                .isEqualTo("has figures that are too old");
    }

    @Test
    void hostThatCannotBeLostIsNamedWithItsMachines() {
        hosts.live("h1", 0);
        hosts.live("h2", 0);
        hosts.machine("big", "h1", "6GiB", true);
        hosts.machine("other", "h2", "3GiB", true);
        Answer answer = control.get("/v1/ranking");
        holds("GET /v1/ranking", answer, 200);
        assertThat(answer.at("/canLoseOne")).isEqualTo("false");
        assertThat(answer.at("/losses/0/host")).isEqualTo("h1");
        assertThat(answer.at("/losses/0/withoutPlace/0")).isEqualTo("big");
        assertThat(answer.at("/losses/1/host")).isEqualTo("h2");
    }

    @Test
    void metricsCountHostsThatMayNotBeLostAndThoseInQuestion() throws InterruptedException {
        assertThat(control.get("/metrics").response().body()).doesNotContain("evenkeel_hosts_");
        hosts.live("h1", 0);
        hosts.live("h2", 0);
        hosts.live("h3", 0);
        hosts.machine("big", "h1", "6GiB", true);
        hosts.machine("other", "h2", "3GiB", true);
        long revision = hosts.question("h3", Stage.ASKING, "");
        control.await(image -> image.revision() >= revision);
        assertThat(control.get("/metrics").response().body())
                .contains("evenkeel_hosts_not_losable{tenant=\"default\"} 2")
                .contains("evenkeel_hosts_in_question{tenant=\"default\"} 1");
    }
}
