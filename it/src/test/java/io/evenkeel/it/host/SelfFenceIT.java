package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.it.lab.Wait;
import io.evenkeel.it.lab.Wires;
import io.evenkeel.store.etcd.EtcdProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents that may end their hosts' machines: they do when these are lost to the host for sure, with
 * nobody's help, and never because etcd is lost to everybody.
 */
class SelfFenceIT {
    @TempDir static Path folder;
    private static Site site;

    @BeforeAll
    static void begin() throws Exception {
        site = Site.startSelfFencing(folder, "h1", "h2", "h3");
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
    }

    @Tag("C")
    @Timeout(240)
    @Test
    void etcdDeadForSixTimesAllLimitsTouchesNoGuest() throws Exception {
        etcdDeadFor(Duration.ofSeconds(30));
    }

    @Tag("long")
    @Timeout(900)
    @Test
    void etcdDeadForTenMinutesTouchesNoGuest() throws Exception {
        etcdDeadFor(Duration.ofMinutes(10));
    }

    private static void etcdDeadFor(Duration time) throws Exception {
        Guest first = new Guest("s1", 21);
        Guest second = new Guest("s2", 22);
        site.run(first, second);
        List<HostMachine> before = List.of(site.hostOf(first), site.hostOf(second));
        try (Gaps one = Gaps.of(first, site.center);
                Gaps two = Gaps.of(second, site.center)) {
            site.cluster.etcd.forEach(EtcdProcess::kill);
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
            site.cluster.etcd.forEach(EtcdProcess::launch);
            site.cluster.etcd.forEach(EtcdProcess::awaitReady);
            for (HostMachine host : site.hosts()) {
                Wait.until(
                        host.machine().name() + " is known to live",
                        Site.SOON,
                        () -> isKnown(host));
            }
            // Longer than swift needs to take a host for dead.
            TimeUnit.SECONDS.sleep(10);
            assertThat(one.longestMillis()).isLessThan(5_000);
            assertThat(two.longestMillis()).isLessThan(5_000);
        }
        for (HostMachine host : site.hosts()) {
            assertThat(site.refused(host)).isFalse();
            assertThat(isKnown(host)).isTrue();
        }
        for (Guest guest : List.of(first, second)) {
            assertThat(guest.get(site.center, "/boots", 5_000)).isEqualTo("1");
        }
        assertThat(List.of(site.hostOf(first), site.hostOf(second))).isEqualTo(before);
    }

    private static boolean isKnown(HostMachine host) {
        String path = "/v1/hosts/" + host.machine().name();
        // Not while the store is on its way back.
        return site.control.status("GET", path, "") == 200
                && site.read(path).at("status").at("alive").text().equals("true");
    }

    @Tag("C")
    @Timeout(240)
    @Test
    void hostThatStorageRefusesEndsItsMachinesWithoutControl() throws Exception {
        Guest guest = new Guest("f1", 23);
        site.run(guest);
        HostMachine host = site.hostOf(guest);
        // Storage alone can be the reason: nobody answers for the other agents.
        List<Wires.Lost> others = new ArrayList<>();
        for (HostMachine other : site.hosts()) {
            if (other != host) {
                others.add(new Wires.Lost(host.storageAddress(), other.storageAddress(), 100));
            }
        }
        site.laboratory.wires().lose(others);
        assertEndsItsOwn(guest);
    }

    /** Storage serves its address, and refuses clients one by one: other agents have to say it. */
    @Tag("C")
    @Timeout(240)
    @Test
    void hyperconvergedHostEndsItsMachinesAtOtherAgentsWord() throws Exception {
        Guest guest = new Guest("f2", 24);
        site.run(guest);
        HostMachine host = site.hostOf(guest);
        site.declare(host, ",\"hyperconverged\":true");
        try {
            assertEndsItsOwn(guest);
            assertThat(site.refused(host)).isFalse();
        } finally {
            site.declare(host, "");
        }
    }

    private static void assertEndsItsOwn(Guest guest) throws Exception {
        HostMachine host = site.hostOf(guest);
        Path runs =
                folder.resolve(host.machine().name()).resolve("run/qemu/" + guest.name() + ".pid");
        host.pullWires();
        try {
            Wait.until(
                    "it is recovered",
                    Site.SOON,
                    () ->
                            site.hostOf(guest) != host
                                    && guest.get(site.center, "/boots", 500).equals("2"));
            // All that it heard so far is nothing.
            assertThat(Files.exists(runs)).isTrue();
            // Storage is there again; control and etcd are not.
            site.laboratory.wires().lose(host.management());
            long back = System.nanoTime();
            host.putWiresBack();
            Wait.until("it ends its own", Site.SOON, () -> !Files.exists(runs));
            System.out.printf(
                    "%s ended by its host's agent %d ms after storage was back%n",
                    guest.name(), Scene.since(back));
        } finally {
            site.laboratory.wires().mendAll();
            host.putWiresBack();
        }
        Wait.until("it is back", Site.SOON, () -> isKnown(host));
        site.readmit(host);
        assertThat(guest.get(site.center, "/boots", 5_000)).isEqualTo("2");
    }
}
