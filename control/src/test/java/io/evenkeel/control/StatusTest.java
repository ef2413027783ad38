package io.evenkeel.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.RunningControl.Answer;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.ResourceKey;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusTest {
    private static final String WEB =
            """
            apiVersion: evenkeel.io/v1
            kind: Service
            metadata: {name: web}
            spec: {policy: fast}
            """;
    private static final ResourceKey KEY = new ResourceKey(Kind.SERVICE, "default", "web");

    @TempDir Path directory;

    @Test
    void statusSurvivesARestartOfControlWithItsTransitionAndWithoutAWrite() throws Exception {
        String before;
        long revision;
        try (RunningControl control = RunningControl.in(directory)) {
            control.put("/v1/services/web", WEB);
            before = status(control.awaitReason(Kind.SERVICE, "web", "NoEndpoints"));
            revision = stored(control);
        }
        try (RunningControl control = RunningControl.in(directory)) {
            assertThat(status(control.get("/v1/services/web"))).isEqualTo(before);
            control.put("/v1/services/other", WEB.replace("name: web", "name: other"));
            control.awaitReason(Kind.SERVICE, "other", "NoEndpoints");
            assertThat(status(control.get("/v1/services/web"))).isEqualTo(before);
            assertThat(stored(control)).as("revision of its last write").isEqualTo(revision);
        }
    }

    @Test
    void observedGenerationFollowsTheGeneration() throws Exception {
        try (RunningControl control = RunningControl.in(directory)) {
            assertThat(control.put("/v1/services/web", WEB).at("/metadata/generation"))
                    .isEqualTo("1");
            control.await(image -> image.status(KEY).observedGeneration() == 1);
            control.put("/v1/services/web", WEB.replace("fast", "slow"));
            control.await(image -> image.status(KEY).observedGeneration() == 2);
            Answer shown = control.get("/v1/services/web");
            assertThat(shown.at("/status/observedGeneration")).isEqualTo("2");
            assertThat(shown.at("/metadata/generation")).isEqualTo("2");
            control.delete("/v1/services/web");
            control.await(image -> !image.statuses().containsKey(KEY));
        }
    }

    private static String status(Answer answer) {
        return answer.json().at("/status").toString();
    }

    private static long stored(RunningControl control) {
        RangeResult.Range range =
                (RangeResult.Range)
                        control.store()
                                .range(
                                        RangeQuery.key(Keys.status(Kind.SERVICE, "default", "web")),
                                        Duration.ofSeconds(10));
        return range.entries().getFirst().modRevision();
    }
}
