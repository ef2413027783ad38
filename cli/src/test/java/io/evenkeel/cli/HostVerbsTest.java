package io.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the verbs about hosts ask, and what they make of the replies. */
@SuppressWarnings("NullAway.Init")
final class HostVerbsTest {
    private static final String SAID =
            """
            {"kind": "Host", "tenant": "default", "name": "h1", "word": "readmit",
             "outcome": "said", "by": "local", "at": "2026-11-23T03:00:00Z", "stage": "fenced",
             "revision": 12}
            """;

    private FakeApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void readmitSaysInWhichStageTheHostIs() {
        api.answer("/v1/hosts/h1:readmit", SAID);
        assertThat(Ran.against(api, "host", "readmit", "h1", "--reason", "new disk"))
                .isEqualTo(new Ran(0, "host/h1 readmit, in stage fenced\n", ""));
        assertThat(api.calls).containsExactly("POST /v1/hosts/h1:readmit {reason=new disk}");
        api.answer("/v1/hosts/h1:readmit", SAID.replace("\"said\"", "\"unchanged\""));
        assertThat(Ran.against(api, "host", "readmit", "h1").out())
                .isEqualTo(
                        "host/h1 readmit (said before, by local at 2026-11-23T03:00:00Z),"
                                + " in stage fenced\n");
        assertThat(Ran.against(api, "host", "readmit", "h1", "-o", "json").out())
                .contains("\"stage\": \"fenced\"");
    }

    @Test
    void waitingSaysEachStageUntilTheHostCounts() {
        api.answer("/v1/hosts/h1:readmit", SAID);
        String path = "/v1/explain/hosts/h1";
        api.document(path, "{\"stage\": \"fenced\", \"next\": \"begins\"}");
        api.then(path, "{\"stage\": \"readmitting\", \"next\": \"is cleaned\"}");
        api.then(path, "{\"stage\": \"none\", \"next\": \"nothing: it lives\"}");
        Ran ran = Ran.against(api, "host", "readmit", "h1", "--wait", "20s");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out())
                .endsWith("fenced: begins\nreadmitting: is cleaned\nnone: counts again\n");
    }

    @Test
    void waitingEndsWithWhatItWaitsFor() {
        api.answer("/v1/hosts/h1:readmit", SAID);
        api.document("/v1/explain/hosts/h1", "{\"stage\": \"fenced\", \"next\": \"its agent\"}");
        Ran ran = Ran.against(api, "host", "readmit", "h1", "--wait", "1ms");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("still in stage fenced (expected: none)", "its agent");
    }

    @Test
    void refusalOfTheApiIsShown() {
        Ran ran = Ran.against(api, "host", "proceed", "h1");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("host/h1: /v1/hosts/h1 does not exist (404)");
    }

    @Test
    void maintenanceTakesOnOrOff() {
        api.answer("/v1/hosts/h1:maintenance", "{\"kind\": \"Host\"}");
        assertThat(Ran.against(api, "host", "maintenance", "h1", "on").out())
                .isEqualTo("host/h1 maintenance on\n");
        assertThat(api.calls).containsExactly("POST /v1/hosts/h1:maintenance {state=on}");
        assertThat(Ran.against(api, "host", "maintenance", "h1", "maybe").exit()).isEqualTo(2);
        assertThat(Ran.against(api, "host", "maintenance", "h1").exit()).isEqualTo(2);
        assertThat(Ran.against(api, "host").exit()).isEqualTo(2);
    }

    private static String machine(String name, String host, String reason) {
        return """
        {"metadata": {"name": "%s"}, "status": {"host": "%s", "power": "running", "conditions": [
          {"type": "AsWanted", "status": "False", "reason": "%s", "message": "no room for it"}]}}
        """
                .formatted(name, host, reason);
    }

    @Test
    void maintenanceWaitsForTheHostToBeEmptyAndSaysEachMove() {
        api.answer("/v1/hosts/h1:maintenance", "{\"kind\": \"Host\"}");
        api.document(
                "/v1/explain/hosts/h1",
                """
                {"stage": "none", "moves": [
                  {"machine": "other", "from": "h9", "to": "h1", "state": "done",
                   "progressPercent": 100, "detail": "runs on h1"},
                  {"machine": "web", "from": "h1", "to": "h2", "state": "running",
                   "progressPercent": 43, "detail": "12 of 96 MiB are left to move"}]}
                """);
        api.document(
                "/v1/virtualmachines",
                "{\"items\": ["
                        + machine("web", "h1", "UnderWay")
                        + ","
                        + machine("db", "h1", "Held")
                        + ","
                        + machine("far", "h2", "AsWanted")
                        + "]}");
        Ran late = Ran.against(api, "host", "maintenance", "h1", "on", "--wait", "1ms");
        assertThat(late.exit()).isEqualTo(1);
        assertThat(late.out())
                .isEqualTo(
                        """
                        host/h1 maintenance on
                        web to h2: running 43%: 12 of 96 MiB are left to move
                        """);
        assertThat(late.err())
                .contains("host/h1: still runs web db (expected: nothing)", ": no room for it");
        api.document(
                "/v1/virtualmachines",
                "{\"items\": ["
                        + machine("web", "h2", "AsWanted")
                        + ","
                        + machine("db", "h1", "UnderWay").replace("running", "off")
                        + "]}");
        Ran done = Ran.against(api, "host", "maintenance", "h1", "on", "--wait", "1m");
        assertThat(done.exit()).isZero();
        assertThat(done.out()).endsWith("no machine runs on it any more\n");
        assertThat(Ran.against(api, "host", "maintenance", "h1", "off", "--wait", "1m").exit())
                .isEqualTo(2);
    }

    @Test
    void powerIsWhatTheControllerSays() {
        api.document("/v1/hosts/h1/power", "{\"state\": \"On\", \"url\": \"https://10.0.9.11\"}");
        assertThat(Ran.against(api, "host", "power", "h1").out())
                .isEqualTo("host/h1 power On, says https://10.0.9.11\n");
    }

    @Test
    void importShowsWhatCameOfEachMachineAndEndsWithOneIfAnyIsRefused() {
        String good =
                """
                {"name": "web", "power": "running", "outcome": "imported", "problems": [],
                 "leftOut": ["graphics spice"]}
                """;
        String bad =
                """
                {"name": "old", "power": "off", "outcome": "refused",
                 "problems": ["its disk /x (expected: RBD)"], "leftOut": []}
                """;
        api.answer(
                "/v1/hosts/h1:import", "{\"left\": 3, \"machines\": [" + good + "," + bad + "]}");
        assertThat(Ran.against(api, "host", "import", "h1", "web", "old", "--dry-run"))
                .isEqualTo(
                        new Ran(
                                1,
                                """
                                NAME  POWER    OUTCOME
                                web   running  imported
                                old   off      refused
                                web: not after its next start: graphics spice
                                old: its disk /x (expected: RBD)
                                3 more were not looked at; ask again
                                """,
                                ""));
        assertThat(api.calls)
                .containsExactly("POST /v1/hosts/h1:import {dryRun=true, machines=web,old}");
        api.answer("/v1/hosts/h1:import", "{\"left\": 0, \"machines\": [" + good + "]}");
        assertThat(Ran.against(api, "host", "import", "h1").exit()).isZero();
        assertThat(Ran.against(api, "host", "import", "h1", "-o", "json").out())
                .contains("\"outcome\": \"imported\"");
        api.answer("/v1/hosts/h1:import", "{\"left\": 0, \"machines\": []}");
        assertThat(Ran.against(api, "host", "import", "h1").out())
                .isEqualTo("no machine there that is not declared\n");
    }

    @Test
    void rebalanceShowsWhatEachMoveDoesToItsHosts() {
        String moves =
                """
                {"leastGain": 50, "moves": [
                 {"machine": "web", "from": "h1", "to": "h2", "fromBefore": 520, "fromAfter": 416,
                  "toBefore": 0, "toAfter": 104, "outcome": "OUTCOME"}]}
                """;
        api.answer("/v1/rebalance", moves.replace("OUTCOME", "suggested"));
        assertThat(Ran.against(api, "host", "rebalance", "--dry-run"))
                .isEqualTo(
                        new Ran(
                                0,
                                """
                                MACHINE  FROM  USED%         TO  USED%        OUTCOME
                                web      h1    52.0 -> 41.6  h2  0.0 -> 10.4  suggested
                                """,
                                ""));
        assertThat(api.calls).containsExactly("POST /v1/rebalance {dryRun=true}");
        api.answer("/v1/rebalance", moves.replace("OUTCOME", "refused"));
        assertThat(Ran.against(api, "host", "rebalance").exit()).isEqualTo(1);
        api.answer("/v1/rebalance", "{\"leastGain\": 50, \"moves\": []}");
        assertThat(Ran.against(api, "host", "rebalance").out())
                .isEqualTo("nothing to move: no move would make the fuller host 5.0 % emptier\n");
    }

    @Test
    void explainHostIsAPageOfItsStanding() {
        api.document(
                "/v1/explain/hosts/h1",
                """
                {"revision": 40, "stage": "fenced", "since": "T3", "means": "storage refuses it",
                 "goneSince": "T1", "suspectedSince": "T2", "next": "it stays fenced",
                 "word": {"word": "readmit", "by": "local", "at": "T9"},
                 "keys": [{"key": "alive", "state": "absent"},
                          {"key": "lock", "state": "permanent", "revision": 30}],
                 "silence": {"countedMillis": 22500, "neededMillis": 0, "rounds": 40},
                 "evidence": [{"at": "T2", "round": 1, "witness": "libvirt", "answer": "silent",
                               "detail": "timed out"}],
                 "fence": {"token": 29, "proven": true, "entries": ["10.0.0.1", "10.0.0.2"],
                           "proof": "listed", "provenAt": "T3"},
                 "recovery": {"batch": "recover-host-h1-29", "planned": true, "tasks": [
                   {"machine": "vm-1", "state": "done", "host": "h2", "attempts": 1,
                    "progressPercent": 100, "detail": "runs"}]},
                 "decisions": [{"at": "T3", "name": "h1", "rule": "storage-refuses-it",
                                "outcome": "its machines may start elsewhere",
                                "inputs": [{"name": "round 40", "value": "STORAGE SILENT"}]}],
                 "audit": []}
                """);
        assertThat(Ran.against(api, "explain", "host", "h1").out())
                .isEqualTo(
                        """
                        stage:              fenced: storage refuses it
                        since:              T3
                        key gone since:     T1
                        suspected since:    T2
                        next:               it stays fenced
                        operator:           readmit, said by local at T9
                        keys:               alive absent, lock permanent
                        silence:            40 rounds
                        token:              29
                        refused by storage: 10.0.0.1 10.0.0.2
                        fence:              proven at T3: listed
                        evidence:
                          AT  ROUND  WITNESS  ANSWER  DETAIL
                          T2      1  libvirt  silent  timed out
                        recovery recover-host-h1-29:
                          MACHINE  STATE  HOST  ATTEMPTS  PROGRESS PERCENT  DETAIL
                          vm-1     done   h2           1               100  runs
                        decisions:
                          T3 storage-refuses-it: its machines may start elsewhere
                            round 40: STORAGE SILENT
                        """);
    }

    @Test
    void rankingShowsTheFiguresAndWhetherOneHostMayBeLost() {
        String hosts =
                """
                "hosts": [{"rank": 1, "name": "h2", "machines": 1, "promised": 1, "score": 116,
                  "processorPermille": 100, "memoryPermille": 125, "ageMillis": 1500},
                 {"name": "h1", "leftOut": "is in maintenance", "machines": 0, "promised": 0}]}
                """;
        api.document("/v1/ranking", "{\"canLoseOne\": true, \"losses\": []," + hosts);
        assertThat(Ran.against(api, "get", "hosts", "--rank").out())
                .isEqualTo(
                        """
                        RANK  NAME  SCORE  CPU%  MEMORY%  MACHINES  PROMISED  AGE   LEFT OUT
                           1  h2      116  10.0     12.5         1         1  1.5s  -
                           -  h1        -     -        -         0         0  -     is in maintenance
                        can we lose one host? yes, any one
                        """);
        api.document(
                "/v1/ranking",
                "{\"canLoseOne\": false, \"losses\": [{\"host\": \"h2\", \"machines\": 2,"
                        + " \"withoutPlace\": [\"a\", \"b\"]}],"
                        + hosts);
        assertThat(Ran.against(api, "get", "hosts", "--rank").out())
                .endsWith("can we lose one host? no, not h2 (no place for 2: a, b)\n");
        assertThat(Ran.against(api, "get", "services", "--rank").exit()).isEqualTo(2);
    }
}
