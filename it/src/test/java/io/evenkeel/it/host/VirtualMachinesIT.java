package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.Wait;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * C0: a user has a machine created, stopped, started and deleted, on hosts that placement chooses.
 */
@Tag("C")
@Timeout(240)
class VirtualMachinesIT {
    private static final Guest GUEST = new Guest("web", 7);

    @TempDir private Path folder = Path.of("");

    @Test
    void machineRunsWhereItIsPlacedIsStoppedStartedAndDeleted() throws Exception {
        try (Site site = Site.start(folder, false, 1, "patient", "h1", "h2")) {
            site.ceph.image(GUEST.name());

            long begun = System.nanoTime();
            site.machine(GUEST, "on");
            GUEST.awaitAnswer(site.center, Site.SOON);
            System.out.printf("machine declared, HTTP 200 after %d ms%n", Scene.since(begun));
            Wait.until(
                    "it is seen to run",
                    Site.SOON,
                    () -> site.status(GUEST).at("power").text().equals("running"));
            String first = site.status(GUEST).at("host").text();
            assertThat(first).isIn("h1", "h2");
            assertThat(GUEST.get(site.center, "/boots")).isEqualTo("1");

            site.machine(GUEST, "off");
            // Sooner than a guest that does not listen would be ended.
            Wait.until(
                    "it is off",
                    Site.SOON,
                    () -> site.status(GUEST).at("power").text().equals("off"));
            assertThat(GUEST.get(site.center, "/")).isEmpty();

            site.machine(GUEST, "on");
            GUEST.awaitAnswer(site.center, Site.SOON);
            assertThat(GUEST.get(site.center, "/boots")).isEqualTo("2");
            assertThat(site.status(GUEST).at("host").text()).isEqualTo(first);

            assertThat(site.control.status("DELETE", "/v1/virtualmachines/" + GUEST.name(), ""))
                    .isBetween(200, 204);
            Wait.until("it is gone", Site.SOON, () -> GUEST.get(site.center, "/").isEmpty());
        }
    }
}
