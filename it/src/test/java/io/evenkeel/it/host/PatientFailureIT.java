package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.it.lab.Wait;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** C3 to C5: the times that are used if nothing is said, in full. */
@Tag("long")
@Timeout(720)
class PatientFailureIT {
    /** The lease of {@code death}, then that of {@code lock}. */
    private static final long LEASES_MILLIS = (300 + 30) * 1_000;

    private static final Guest GUEST = new Guest("patient", 11);

    @TempDir private Path folder = Path.of("");

    @Test
    void deadHostsMachineRunsElsewhereAfterBothLeasesAndNotBefore() throws Exception {
        try (Site site = Site.start(folder, true, 3, "patient", "h1", "h2")) {
            site.run(GUEST);
            HostMachine host = site.hostOf(GUEST);
            String name = host.machine().name();
            long crashed = System.nanoTime();
            host.crash();
            site.killAgent(name);
            await(site, name, "death", 60);
            long silent = Scene.since(crashed);
            await(site, name, "lock", 330);
            long locked = Scene.since(crashed);
            assertThat(locked - silent).isBetween(295_000L, 330_000L);
            assertThat(site.refused(host)).isFalse();
            Wait.until("storage refuses it", 90, () -> site.refused(host));
            long fenced = Scene.since(crashed);
            assertThat(fenced - silent).isGreaterThan(LEASES_MILLIS - 5_000);
            GUEST.awaitAnswer(site.center, Site.SOON);
            long answered = Scene.since(crashed);
            Wait.until("it says its starts", 10, () -> !GUEST.get(site.center, "/boots").isEmpty());
            assertThat(GUEST.get(site.center, "/boots", 5_000)).isEqualTo("2");
            System.out.printf(
                    "crash; death after %d ms, lock after %d, refused after %d, HTTP after %d%n",
                    silent, locked, fenced, answered);
        }
    }

    private static void await(Site site, String host, String stage, int seconds) throws Exception {
        Wait.until(
                "stage " + stage,
                seconds,
                () -> site.read("/v1/explain/hosts/" + host).at("stage").text().equals(stage));
    }
}
