package io.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What describe, explain, top and watch make of replies. */
@SuppressWarnings("NullAway.Init")
final class LookingVerbsTest {
    private static final String SHOP =
            """
            apiVersion: evenkeel.io/v1
            kind: Service
            metadata: {name: shop}
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
    void describeShowsEverythingWithTheAuditTrail() throws IOException {
        Path file = Files.writeString(directory.resolve("shop.yaml"), SHOP);
        Ran.against(api, "apply", "-f", file.toString());
        api.document(
                "/v1/audit",
                """
                {"revision": 12, "entries": [{"revision": 11, "at": "2026-11-21T23:00:00Z",
                 "principal": "local", "action": "create", "detail": "by file"}]}
                """);

        assertThat(Ran.against(api, "describe", "service", "shop").out())
                .contains("kind:        Service\n", "  adminState:    ready\n")
                .contains("audit:\n  REVISION  AT")
                .contains("2026-11-21T23:00:00Z  local  create  by file");
    }

    @Test
    void explainShowsListsOfObjectsAsTables() {
        api.document(
                "/v1/explain/services/shop",
                """
                {"service": {"metadata": {"name": "shop"}},
                 "queue": {"algorithm": "least-load", "entries": [
                  {"endpoint": "a.80", "score": 0, "outstanding": 0},
                  {"endpoint": "b.80", "score": 12, "outstanding": 3}]},
                 "decisions": []}
                """);

        assertThat(Ran.against(api, "explain", "service", "shop").out())
                .isEqualTo(
                        """
                        service:
                          metadata:
                            name:  shop
                        queue:
                          algorithm:  least-load
                          entries:
                            ENDPOINT  SCORE  OUTSTANDING
                            a.80          0            0
                            b.80         12            3
                        decisions:
                        """);
    }

    @Test
    void topOnceShowsTheQueueInItsOrder() {
        api.document(
                "/v1/services/shop/queue",
                """
                {"service": "shop", "algorithm": "least-load", "eligible": 2, "entries": [
                  {"endpoint": "b.80", "standing": "queued", "score": 1,
                   "requests": 70, "latencyMicros": 2500},
                  {"endpoint": "a.80", "standing": "queued", "score": 2},
                  {"endpoint": "c.80", "standing": "out", "reasons": ["ejected", "absent"]}]}
                """);

        assertThat(Ran.against(api, "top", "shop", "--once", "-n", "2").out())
                .isEqualTo(
                        """
                        service: shop  algorithm: least-load  eligible: 2

                        #  ENDPOINT  STANDING  SCORE  BUSY  OTHERS  PENALTY  WEIGHT  START%  REQ/S  REQUESTS  LATENCY  WHY NOT
                        1  b.80      queued        1     -       -        -       -       -      -        70    2.5ms        -
                        2  a.80      queued        2     -       -        -       -       -      -         0        -        -
                        ... 1 more
                        """);
        assertThat(Ran.against(api, "top", "shop", "-o", "json").out()).contains("\"absent\"");
    }

    @Test
    void topShowsSessionsAndProcessorsWhereBackendsReportThem() {
        api.document(
                "/v1/services/shop/queue",
                """
                {"service": "shop", "entries": [
                  {"endpoint": "a.80", "standing": "queued", "sessions": 41},
                  {"endpoint": "b.80", "standing": "queued", "cpuPercent": 7.5}]}
                """);

        assertThat(Ran.against(api, "top", "shop", "--once").out())
                .contains("LATENCY  SESSIONS  CPU%  WHY NOT")
                .containsPattern("a\\.80 .* 41 +- +-\n")
                .containsPattern("b\\.80 .* - +7\\.5 +-\n");
    }

    @Test
    void topAndExplainSayPlainlyThatAServiceIsInPanic() {
        String queue =
                """
                {"service": "shop", "algorithm": "least-load", "panic": true, "eligible": 0,
                 "entries": [{"endpoint": "a.80", "standing": "queued", "reasons": ["ejected"]}]}
                """;
        api.document("/v1/services/shop/queue", queue);
        api.document("/v1/explain/services/shop", "{\"queue\": " + queue + "}");
        String panic =
                "PANIC: too few endpoints are well (0), so ejected and suspected ones get requests too\n";

        assertThat(Ran.against(api, "top", "shop", "--once").out()).contains(panic);
        assertThat(Ran.against(api, "explain", "service", "shop").out()).startsWith(panic);
        api.document("/v1/services/shop/queue", queue.replace("true", "false"));
        assertThat(Ran.against(api, "top", "shop", "--once").out()).doesNotContain("PANIC");
    }

    @Test
    void explainTellsWhatBecameOfARequest() {
        api.document(
                "/v1/explain/requests/0a-1",
                """
                {"state": "ended", "id": "0a-1", "record": {"id": "0a-1", "loop": 0,
                 "started": "2026-11-21T23:00:00Z", "client": "127.0.0.1", "method": "GET",
                 "target": "shop/x", "tenant": "default", "service": "shop", "endpoint": "a.80",
                 "epoch": 7, "attempts": 2, "score": 3, "place": 0,
                 "panic": true, "status": 200,
                 "who": "nobody", "phase": "done", "reason": "ok", "requestBytes": 0,
                 "responseBytes": 12, "headMicros": 40, "pickMicros": 50, "sentMicros": 60,
                 "firstByteMicros": 1500, "endMicros": 1600}}
                """);
        api.document("/v1/explain/requests/0a-2", "{\"state\": \"running\", \"id\": \"0a-2\"}");

        assertThat(Ran.against(api, "explain", "request", "0a-1").out())
                .contains("asked:    GET shop/x (by 127.0.0.1)\n")
                .contains("endpoint: a.80 (epoch 7)\n")
                .contains("picked:   the head of the queue, score 3, in panic: ejections")
                .contains("ended by: nobody (ok)\n")
                .contains("       1.500 ms  the reply began\n");
        assertThat(Ran.against(api, "explain", "request", "0a-2").out())
                .isEqualTo("state:  running\nid:     0a-2\n");
    }

    @Test
    void watchGoesOnBehindTheLastRevisionWhenAStreamEnds() {
        api.watch(
                put(5, "shop"),
                "{\"type\":\"bookmark\",\"revision\":7}",
                "{\"type\":\"end\",\"revision\":7,\"reason\":\"the server stops\"}");
        api.watch("{\"type\":\"delete\",\"revision\":8,\"name\":\"shop\"}", "WAIT");
        Ran ran = Ran.against(api, "watch", "services", "--for", "2500ms");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out())
                .isEqualTo("5  put  service/shop  admin=drain\n8  delete  service/shop\n");
        assertThat(api.calls)
                .containsExactly(
                        "GET /v1/services {watch=true}", "GET /v1/services {from=8, watch=true}");
    }

    private static String put(long revision, String name) {
        return "{\"type\":\"put\",\"revision\":%d,\"object\":{\"metadata\":{\"name\":\"%s\"},"
                        .formatted(revision, name)
                + "\"spec\":{\"adminState\":\"drain\"}}}";
    }
}
