package io.evenkeel.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkSettings;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The document is enough: a backend written from it alone, in another language. */
@Timeout(60)
class PythonBackendTest {
    @Test
    void pythonBackendRegistersBeatsDrainsAndLeaves() throws Exception {
        assertThat(python()).as("python3 can be started (dev/setup installs it)").isTrue();
        Path script = Path.of("../examples/python/backend.py").toAbsolutePath().normalize();
        try (LinkRig rig = new LinkRig(LinkSettings.defaults("gw").withHeartbeat(50, 1_000))) {
            Process backend =
                    new ProcessBuilder(
                                    "python3",
                                    script.toString(),
                                    "--service=hello",
                                    "--workload=py",
                                    "--gateway=" + rig.gateway())
                            .redirectErrorStream(true)
                            .redirectOutput(new File("target/python-backend.log"))
                            .start();
            try {
                rig.await("registered", () -> !rig.present.isEmpty());
                rig.await("a report", () -> !rig.reports.isEmpty());
                String address = rig.admissions.get(0).address();
                String text =
                        HttpClient.newHttpClient()
                                .send(
                                        HttpRequest.newBuilder(
                                                        URI.create("http://" + address + "/"))
                                                .build(),
                                        BodyHandlers.ofString())
                                .body();
                assertThat(text).startsWith("hello from py.");
                assertThat(rig.admissions.get(0).labels()).containsEntry("language", "python");
                backend.destroy();
                rig.await("draining", () -> rig.draining.containsValue(true));
                assertThat(backend.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(backend.exitValue()).isZero();
                assertThat(rig.events).hasSize(2);
                assertThat(rig.events.get(1)).startsWith("leave ");
            } finally {
                backend.destroyForcibly();
            }
        }
    }

    private static boolean python() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
