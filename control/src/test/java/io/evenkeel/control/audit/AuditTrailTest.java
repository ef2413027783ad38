package io.evenkeel.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.RunningControl;
import io.evenkeel.control.RunningControl.Answer;
import io.evenkeel.control.leader.Duty;
import io.evenkeel.kernel.decision.AuditEntry;
import io.evenkeel.kernel.decision.AuditIndex.Place;
import io.evenkeel.kernel.decision.AuditRetention;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AuditTrailTest {
    private static final int MANY = 18_000;
    private static final long NOW = 1_000_000;

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

    private static Op entry(String source, String kind, String name, long sequence) {
        AuditEntry entry =
                new AuditEntry(
                        NOW, "tester", source, "admit", kind, "default", name, "n" + sequence);
        return Op.put(Keys.audit(kind, "default", name, sequence), Value.of(Stored.write(entry)));
    }

    /** Entries of backends that came and went, 120 in a txn. */
    private void churn(int from, int to) {
        List<Op> ops = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ops.add(entry("link", "endpoints", "e" + i, i));
            if (ops.size() == 120 || i == to - 1) {
                control.commit(ops.toArray(Op[]::new));
                ops.clear();
            }
        }
    }

    @Test
    void tensOfThousandsOfEntriesArePagedTheLatestFirstAndEachOnce() {
        control.commit(entry("api", "services", "web", 1));
        churn(0, MANY);
        control.commit(entry("api", "services", "web", MANY));
        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            String from = token.isEmpty() ? "" : "&continue=" + token;
            Answer page = control.get("/v1/audit?limit=1000" + from);
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.json().at("/entries").size()).isLessThanOrEqualTo(1_000);
            for (JsonNode entry : page.json().at("/entries")) {
                seen.add(entry.at("/name").asString() + " " + entry.at("/detail").asString());
            }
            token = page.at("/continue");
        } while (!token.isEmpty());
        assertThat(seen).hasSize(MANY + 2).doesNotHaveDuplicates();
        assertThat(seen.getFirst()).isEqualTo("web n" + MANY);
        assertThat(seen.getLast()).isEqualTo("web n1");
        Answer ofServices = control.get("/v1/audit?kind=services&limit=1");
        assertThat(ofServices.at("/entries/0/detail")).isEqualTo("n" + MANY);
        Answer next = control.get("/v1/audit?kind=services&continue=" + ofServices.at("/continue"));
        assertThat(next.at("/entries/0/detail")).isEqualTo("n1");
        assertThat(next.at("/continue")).isEmpty();
        assertThat(control.get("/v1/audit?continue=x").status()).isEqualTo(400);
    }

    @Test
    void trailStaysBoundedAndKeepsWhatPeopleDid() throws Exception {
        control.commit(entry("api", "services", "web", 1));
        churn(0, 2_000);
        AuditRetention few = new AuditRetention(2, 50, 50, Duration.ofDays(1));
        InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(NOW + 5));
        try (AuditTrail trail = AuditTrail.start(control.store(), few);
                Duty.Running pruning = trail.prune(control.store(), Duration.ofMillis(10), clock)) {
            assertThat(pruning).isNotNull();
            for (int i = 2; i < 9; i++) {
                control.commit(entry("api", "services", "web", i));
            }
            List<Place> left = trail.page(0, AuditTrail.LATEST, object -> true, 10_000);
            for (long end = System.nanoTime() + 20_000_000_000L;
                    count(control.store()) > 52 && System.nanoTime() < end; ) {
                left = trail.page(0, AuditTrail.LATEST, object -> true, 10_000);
            }
            assertThat(count(control.store())).isEqualTo(52);
            assertThat(left).hasSizeGreaterThanOrEqualTo(52);
        }
        Answer people = control.get("/v1/audit?kind=services");
        assertThat(people.json().at("/entries"))
                .extracting(entry -> entry.at("/detail").asString())
                .containsExactly("n8", "n7");
    }

    private static long count(Store store) {
        return ((RangeResult.Range)
                        store.range(
                                RangeQuery.prefix(Keys.prefix(Keys.Area.AUDIT)).counting(),
                                Duration.ofSeconds(10)))
                .count();
    }
}
