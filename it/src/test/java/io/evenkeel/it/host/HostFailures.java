package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.power.RedfishSimulator;
import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.it.lab.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * C1 to C8, by the product: three hosts, storage that asks for keys, etcd of three, one control. A
 * class that inherits them has them on a site of its own.
 */
@Timeout(240)
abstract class HostFailures {
    @TempDir static Path folder;
    private static Site site;

    @BeforeAll
    static void begin() throws Exception {
        site = Site.start(folder, true, 3, "swift", "h1", "h2", "h3");
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
    }

    /** What is on a guest's disk, from the beginning. */
    private static byte[] disk(Guest guest) throws Exception {
        Path to = folder.resolve(guest.name() + ".raw");
        site.ceph.run("rbd", "export", "--no-progress", "vms/" + guest.name(), to.toString());
        byte[] all = Files.readAllBytes(to);
        Files.delete(to);
        return Arrays.copyOf(all, 64 * 512);
    }

    private static void awaitRecovered(Guest guest, HostMachine from) throws Exception {
        guest.awaitAnswer(site.center, Site.SOON);
        Wait.until("it says its starts", 10, () -> !guest.get(site.center, "/boots").isEmpty());
        assertThat(guest.get(site.center, "/boots", 5_000)).isEqualTo("2");
        assertThat(site.center.neighbour(guest.address())).isEqualTo(guest.mac());
        assertThat(site.hostOf(guest)).isNotSameAs(from);
    }

    private static String wanted(Guest guest) {
        return site.status(guest).at("conditions").items().getFirst().at("message").text();
    }

    @Test
    void crashedHostsMachinesRunElsewhereOnceItIsFenced() throws Exception {
        Guest one = new Guest("a1", 1);
        Guest two = new Guest("a2", 2);
        site.run(one, two);
        HostMachine host = site.hostOf(one);
        Guest kept = new Guest("a3", 7);
        site.runFromFolder(kept, host);
        assertThat(site.hostOf(kept)).isSameAs(host);
        long crashed = System.nanoTime();
        host.crash();
        site.killAgent(host.machine().name());
        Wait.until("storage refuses it", Site.SOON, () -> site.refused(host));
        long fenced = Scene.since(crashed);
        awaitRecovered(one, host);
        System.out.printf(
                "host crash: refused by storage after %d ms, HTTP 200 elsewhere after %d ms%n",
                fenced, Scene.since(crashed));
        two.awaitAnswer(site.center, Site.SOON);
        assertThat(isSaid(host, "their disks are on the host itself: a3")).isTrue();
        Wait.until(
                "it is said of it", 10, () -> wanted(kept).contains("its disks are on its host"));

        // It returns, and counts only when its operator says so.
        host.bootAgain();
        host.awaitLibvirt();
        site.startAgent(host.machine().name());
        TimeUnit.SECONDS.sleep(3);
        assertThat(site.refused(host)).isTrue();
        site.readmit(host);
        kept.awaitAnswer(site.center, Site.SOON);
        Wait.until("it has its disk", 10, () -> kept.get(site.center, "/boots").equals("2"));
        assertThat(site.hostOf(kept)).isSameAs(host);
    }

    @Test
    void cutOfTheManagementNetworkAloneRecoversNobody() throws Exception {
        Guest guest = new Guest("b1", 3);
        site.run(guest);
        HostMachine host = site.hostOf(guest);
        site.laboratory.wires().lose(host.management());
        try {
            // Longer than all of the times together.
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
            while (System.nanoTime() < until) {
                assertThat(guest.get(site.center, "/")).isEqualTo("hello b1");
                TimeUnit.MILLISECONDS.sleep(250);
            }
            assertThat(site.refused(host)).isFalse();
        } finally {
            site.laboratory.wires().mendAll();
        }
        Wait.until(
                "it is seen to live",
                Site.SOON,
                () ->
                        site.read("/v1/hosts/" + host.machine().name())
                                .at("status")
                                .at("alive")
                                .text()
                                .equals("true"));
        assertThat(guest.get(site.center, "/boots")).isEqualTo("1");
        assertThat(site.hostOf(guest)).isSameAs(host);
    }

    @Test
    void hostThatComesBackFromACutOfBothNetworksFindsItselfFenced() throws Exception {
        Guest guest = new Guest("c1", 4);
        site.run(guest);
        HostMachine host = site.hostOf(guest);
        host.pullWires();
        // It lives on, and has something to write when its storage comes back.
        List<Thread> writing =
                List.of(
                        host.machine()
                                .thread(() -> {
                                    try {
                                        var _ = guest.get(host.machine(), "/cgi-bin/write", 20_000);
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                }));
        writing.forEach(Thread::start);
        try {
            Wait.until("storage refuses it", Site.SOON, () -> site.refused(host));
            awaitRecovered(guest, host);
            assertThat(guest.get(site.center, "/cgi-bin/write", 10_000)).isEqualTo("written");
        } finally {
            host.putWiresBack();
        }
        byte[] written = disk(guest);
        Wait.until(
                "the host has nothing of it any more",
                Site.SOON,
                () -> !Files.exists(folder.resolve(host.machine().name() + "/run/qemu/c1.pid")));
        // The switch may have learnt the old one's place: the new one is announced.
        Wait.until(
                "it is found where it is now",
                3,
                () -> guest.get(site.center, "/boots", 500).equals("2"));
        assertThat(disk(guest)).isEqualTo(written);
        assertThat(site.refused(host)).isTrue();
        site.readmit(host);
    }

    /** Its addresses are its storage daemons' too: whoever had a disk open is refused, alone. */
    @Test
    void hyperconvergedHostIsFencedByItsClients() throws Exception {
        Guest guest = new Guest("e1", 6);
        site.run(guest);
        HostMachine host = site.hostOf(guest);
        site.declare(host, ",\"hyperconverged\":true");
        try {
            host.crash();
            site.killAgent(host.machine().name());
            awaitRecovered(guest, host);
            assertThat(site.refused(host)).isFalse();
            assertThat(site.refusedClients(host)).isNotEmpty();

            host.bootAgain();
            host.awaitLibvirt();
            site.startAgent(host.machine().name());
            site.readmit(host);
            Wait.until(
                    "its clients are served again",
                    Site.SOON,
                    () -> site.refusedClients(host).isEmpty());
        } finally {
            site.declare(host, "");
        }
    }

    /** A management controller where control reaches it, whose power is a real host's. */
    private static RedfishSimulator controllerOf(HostMachine host) throws Exception {
        CompletableFuture<RedfishSimulator> started = new CompletableFuture<>();
        site.center
                .thread(() -> {
                    try {
                        started.complete(RedfishSimulator.withoutLogin(() -> lose(host)));
                    } catch (IOException e) {
                        started.completeExceptionally(e);
                    }
                })
                .start();
        return started.get(10, TimeUnit.SECONDS);
    }

    private static void lose(HostMachine host) {
        try {
            host.crash();
            site.killAgent(host.machine().name());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isSaid(HostMachine host, String outcome) {
        return site
                .read("/v1/explain/hosts/" + host.machine().name())
                .at("decisions")
                .items()
                .stream()
                .anyMatch(one -> one.at("outcome").text().contains(outcome));
    }

    @Test
    void hostThatIsCutOffAndLivesIsSwitchedOffOnceItIsConfirmed() throws Exception {
        Guest guest = new Guest("d1", 5);
        site.run(guest);
        HostMachine host = site.hostOf(guest);
        try (RedfishSimulator controller = controllerOf(host)) {
            site.declare(host, ",\"power\":{\"url\":\"%s\"}".formatted(controller.url()));
            host.pullWires();
            assertThat(host.isUp()).isTrue();
            Wait.until("it is off", Site.SOON, () -> controller.state().equals("Off"));
            assertThat(host.isUp()).isFalse();
            assertThat(isSaid(host, "confirmed")).isTrue();
            awaitRecovered(guest, host);
            Wait.until("it is said", 10, () -> isSaid(host, "its power is off"));

            // Switched on again, and not readmitted yet: nobody takes it for what has to be off.
            controller.powerOn();
            host.bootAgain();
            host.awaitLibvirt();
            site.startAgent(host.machine().name());
            TimeUnit.SECONDS.sleep(3);
            assertThat(controller.state()).isEqualTo("On");
            site.readmit(host);
        } finally {
            site.declare(host, "");
        }
    }
}
