package io.evenkeel.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.RunningControl;
import io.evenkeel.kernel.store.CompactOutcome;
import io.evenkeel.kernel.store.Compacted;
import io.evenkeel.model.Kind;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class WatchTest {
    private static final String WEB =
            "apiVersion: evenkeel.io/v1\nkind: Service\nmetadata: {name: web}\nspec: {policy: a}\n";

    @TempDir Path directory;
    private RunningControl control;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() {
        control = RunningControl.in(directory);
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        control.close();
    }

    @Test
    void beginsWithThePresentAndGoesOnWithEveryChange() throws Exception {
        control.put("/v1/services/web", WEB);
        control.awaitReason(Kind.SERVICE, "web", "NoEndpoints");
        try (Scanner lines = watch("/v1/services?watch")) {
            assertThat(next(lines, "put").at("/object/metadata/name").asString()).isEqualTo("web");
            next(lines, "bookmark");
            control.put("/v1/services/web", WEB.replace("policy: a", "policy: b"));
            assertThat(next(lines, "put").at("/object/spec/policy").asString()).isEqualTo("b");
            assertThat(next(lines, "put").at("/object/status/observedGeneration").asInt())
                    .as("a status is told when it is written")
                    .isEqualTo(2);
            control.delete("/v1/services/web");
            assertThat(next(lines, "delete").at("/name").asString()).isEqualTo("web");
        }
    }

    @Test
    void goesOnBehindAListWithoutAGap() throws Exception {
        control.put("/v1/services/web", WEB);
        control.awaitReason(Kind.SERVICE, "web", "NoEndpoints");
        long revision = control.get("/v1/services").json().at("/revision").asLong();
        control.register("cart", "vm-1.8080", "10.0.0.1:8080");
        try (Scanner lines = watch("/v1/services?watch&from=" + (revision + 1))) {
            next(lines, "bookmark");
            assertThat(next(lines, "put").at("/object/metadata/name").asString()).isEqualTo("cart");
        }
    }

    @Test
    void compactedHistoryIsToldAndThePresentFollows() throws Exception {
        control.put("/v1/services/web", WEB);
        long revision =
                control.put("/v1/services/web", WEB.replace("policy: a", "policy: b"))
                        .json()
                        .at("/metadata/revision")
                        .asLong();
        CompactOutcome compacted = control.store().compact(revision, Duration.ofSeconds(5));
        assertThat(compacted).isInstanceOf(Compacted.class);
        try (Scanner lines = watch("/v1/services?watch&from=1")) {
            next(lines, "resync");
            assertThat(next(lines, "put").at("/object/spec/policy").asString()).isEqualTo("b");
        }
    }

    @Test
    void watchesBeyondTheBoundAreRefusedUntilOneEnds() throws Exception {
        List<Scanner> open = new ArrayList<>();
        for (int i = 0; i < ApiRoutes.MOST_WATCHES; i++) {
            open.add(watch("/v1/routes?watch"));
        }
        RunningControl.Answer refused = control.get("/v1/routes?watch");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.at("/type")).isEqualTo("urn:evenkeel:problem:too-many-watches");
        assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(control.get("/v1/routes").status()).as("lists go on").isEqualTo(200);
        open.removeFirst().close();
        // The server finds out when it writes the next bookmark.
        int status = 503;
        for (int tries = 0; status == 503 && tries < 2_000; tries++) {
            LockSupport.parkNanos(10_000_000);
            status = status("/v1/routes?watch");
        }
        assertThat(status).isEqualTo(200);
        open.forEach(Scanner::close);
    }

    private int status(String path) throws Exception {
        HttpResponse<InputStream> response =
                client.send(
                        HttpRequest.newBuilder(control.uri(path)).build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode();
    }

    @Test
    void silenceIsFilledWithBookmarks() throws Exception {
        try (Scanner lines = watch("/v1/routes?watch")) {
            next(lines, "bookmark");
            next(lines, "bookmark");
        }
    }

    private Scanner watch(String path) throws Exception {
        HttpResponse<InputStream> response =
                client.send(
                        HttpRequest.newBuilder(control.uri(path)).build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return new Scanner(response.body(), StandardCharsets.UTF_8);
    }

    /** The next line of a type; heartbeats in between are passed over. */
    private static JsonNode next(Scanner lines, String type) {
        while (true) {
            JsonNode event = RunningControl.JSON.readTree(lines.nextLine());
            if (event.at("/type").asString().equals(type)) {
                return event;
            }
            assertThat(event.at("/type").asString()).isEqualTo("bookmark");
        }
    }
}
