package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.it.lab.Ceph;
import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.Wait;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
    @TempDir static Path folder;
    private static Site site;

    @BeforeAll
    static void begin() throws Exception {
        site = Site.start(folder, false, 1, "patient", "h1", "h2");
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
    }

    private static void delete(Guest guest) throws IOException, InterruptedException {
        assertThat(site.control.status("DELETE", "/v1/virtualmachines/" + guest.name(), ""))
                .isBetween(200, 204);
        Wait.until("it is gone", Site.SOON, () -> guest.get(site.center, "/").isEmpty());
    }

    @Test
    void machineRunsWhereItIsPlacedIsStoppedStartedAndDeleted() throws Exception {
        Guest guest = new Guest("web", 7);
        site.ceph.image(guest.name());

        long begun = System.nanoTime();
        site.machine(guest, "on");
        guest.awaitAnswer(site.center, Site.SOON);
        System.out.printf("machine declared, HTTP 200 after %d ms%n", Scene.since(begun));
        Wait.until(
                "it is seen to run",
                Site.SOON,
                () -> site.status(guest).at("power").text().equals("running"));
        String first = site.status(guest).at("host").text();
        assertThat(first).isIn("h1", "h2");
        assertThat(guest.get(site.center, "/boots")).isEqualTo("1");

        site.machine(guest, "off");
        // Sooner than a guest that does not listen would be ended.
        Wait.until(
                "it is off", Site.SOON, () -> site.status(guest).at("power").text().equals("off"));
        assertThat(guest.get(site.center, "/")).isEmpty();

        site.machine(guest, "on");
        guest.awaitAnswer(site.center, Site.SOON);
        assertThat(guest.get(site.center, "/boots")).isEqualTo("2");
        assertThat(site.status(guest).at("host").text()).isEqualTo(first);
        delete(guest);
    }

    @Test
    void machineThatItsHostRefusesToStartGoesToOneThatDoes() throws Exception {
        Guest guest = new Guest("apart", 8);
        site.ceph.image(guest.name());
        site.host("h2").bridge("br9");
        site.maintenance(site.host("h2"), true);
        long begun = System.nanoTime();
        site.machineAt(guest, "br9");
        Wait.until(
                "it says why it does not run",
                Site.SOON,
                () -> asWanted(guest).contains("no other host can take it: h2 is not online"));
        assertThat(asWanted(guest)).contains("h1 has not started it", "br9");
        System.out.printf("%s%n  after %d ms%n", asWanted(guest), Scene.since(begun));

        long free = System.nanoTime();
        site.maintenance(site.host("h2"), false);
        guest.awaitAnswer(site.center, Site.SOON);
        System.out.printf("the other host takes it, HTTP 200 after %d ms%n", Scene.since(free));
        assertThat(site.hostOf(guest)).isSameAs(site.host("h2"));
        assertThat(guest.get(site.center, "/boots")).isEqualTo("1");
        Wait.until("it is as wanted", Site.SOON, () -> asWanted(guest).startsWith("is running"));
        delete(guest);
    }

    @Test
    void diskIsMadeOfNothingOrOfAnotherAndOneThatIsLostIsNotReplaced() throws Exception {
        Guest first = new Guest("first", 9);
        long begun = System.nanoTime();
        site.machineOfNew(first, ",\"size\":\"16MiB\"");
        first.awaitAnswer(site.center, Site.SOON);
        System.out.printf("made and started, HTTP 200 after %d ms%n", Scene.since(begun));
        assertThat(first.get(site.center, "/boots")).isEqualTo("1");
        site.ceph.run("rbd", "snap", "create", Ceph.POOL + "/first@once");
        site.ceph.run("rbd", "snap", "protect", Ceph.POOL + "/first@once");

        Guest second = new Guest("second", 10);
        site.machineOfNew(second, ",\"from\":\"first@once\",\"size\":\"24MiB\"");
        second.awaitAnswer(site.center, Site.SOON);
        assertThat(second.get(site.center, "/boots")).as("what it is made of").isEqualTo("2");
        assertThat(site.ceph.run("rbd", "info", Ceph.POOL + "/second"))
                .contains("24 MiB", "parent: " + Ceph.POOL + "/first@once");

        assertThat(site.control.status("POST", power(second, "off"), "")).isEqualTo(200);
        Wait.until(
                "it is off", Site.SOON, () -> site.status(second).at("power").text().equals("off"));
        site.ceph.run("rbd", "rm", Ceph.POOL + "/second");
        assertThat(site.control.status("POST", power(second, "on"), "")).isEqualTo(200);
        Wait.until(
                "it says that its disk is not there",
                Site.SOON,
                () -> asWanted(second).contains("No such file or directory"));
        assertThat(site.ceph.run("rbd", "ls", Ceph.POOL)).doesNotContain("second");
        delete(second);
        delete(first);
    }

    /** One core more than a host may give away; by default it may give a third more than that. */
    @Test
    void machineIsPlacedByTheSettingsOfControl() throws Exception {
        int cores = Runtime.getRuntime().availableProcessors();
        Guest wide = new Guest("wide", 11);
        site.put(
                "VirtualMachine",
                "virtualmachines/" + wide.name(),
                "{\"memory\":\"96MiB\",\"cpus\":%d}"
                        .formatted(cores * Site.OVERCOMMIT_PERCENT / 100 + 1));
        Wait.until(
                "it says that no host has room",
                Site.SOON,
                () -> asWanted(wide).contains("(and 1 more) has not enough processor left"));
        delete(wide);
    }

    private static String power(Guest guest, String state) {
        return "/v1/virtualmachines/" + guest.name() + ":power?state=" + state;
    }

    /** What the condition of this name says; empty: nothing yet. */
    private static String asWanted(Guest guest) {
        Answer status = site.status(guest);
        if (!status.has("conditions")) {
            return "";
        }
        return status.at("conditions").items().stream()
                .filter(one -> one.at("type").text().equals("AsWanted"))
                .map(one -> one.at("message").text())
                .findFirst()
                .orElse("");
    }
}
