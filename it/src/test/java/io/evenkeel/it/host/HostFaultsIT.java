package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.Cluster;
import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.it.lab.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What else befalls hosts, and those who look after them: each several times over, on one site of
 * three hosts and two controls.
 */
@Tag("long")
@Timeout(240)
class HostFaultsIT {
    private static final int TIMES = 5;
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @TempDir static Path folder;
    private static Site site;
    private static Cluster.Member other;

    private final List<Guest> guests = new ArrayList<>();

    @BeforeAll
    static void begin() throws Exception {
        site = Site.start(folder, true, 3, "swift", "h1", "h2", "h3");
        other = site.cluster.control("c2", site.center.place(), "--failover-profile=swift");
    }

    @AfterAll
    static void end() {
        if (site != null) {
            site.close();
        }
    }

    /** A guest that answers, wherever. */
    private Guest guest() throws Exception {
        int number = NUMBERS.incrementAndGet();
        Guest guest = new Guest("f" + number, number);
        guests.add(guest);
        site.run(guest);
        return guest;
    }

    @AfterEach
    void machinesAreGone() throws Exception {
        for (Guest guest : guests) {
            String path = "/v1/virtualmachines/" + guest.name();
            assertThat(site.control.status("DELETE", path, "")).isBetween(200, 204);
            Wait.until(
                    guest.name() + " is gone",
                    Site.SOON,
                    () -> guest.get(site.center, "/", 300).isEmpty());
        }
    }

    private static String stage(HostMachine host) {
        return site.read("/v1/explain/hosts/" + host.machine().name()).at("stage").text();
    }

    private static void comesBack(HostMachine host) throws Exception {
        host.bootAgain();
        host.awaitLibvirt();
        site.startAgent(host.machine().name());
        readmit(host);
    }

    private static void readmit(HostMachine host) throws Exception {
        String name = host.machine().name();
        assertThat(site.control.status("POST", "/v1/hosts/" + name + ":readmit", ""))
                .isBetween(200, 202);
        Wait.until(
                "it counts again",
                Site.SOON,
                () -> !site.refused(host) && stage(host).equals("none"));
    }

    private static void crash(HostMachine host) throws Exception {
        host.crash();
        site.killAgent(host.machine().name());
    }

    private static void awaitOnceMore(Guest guest) throws Exception {
        guest.awaitAnswer(site.center, 2 * Site.SOON);
        Wait.until("it says its starts", 10, () -> !guest.get(site.center, "/boots").isEmpty());
        assertThat(guest.get(site.center, "/boots", 5_000)).isEqualTo("2");
    }

    /** Longer than all of failover's times together. */
    private static void answersAllTheWhile(Guest guest, HostMachine host) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < until) {
            assertThat(guest.get(site.center, "/")).isEqualTo("hello " + guest.name());
            TimeUnit.MILLISECONDS.sleep(250);
        }
        assertThat(site.refused(host)).isFalse();
    }

    @RepeatedTest(TIMES)
    void hostWhoseLibvirtAndAgentHaveDiedIsNotTakenForDeadWhileItsGuestsWrite() throws Exception {
        Guest guest = guest();
        HostMachine host = site.hostOf(guest);
        host.signalLibvirt("KILL");
        site.killAgent(host.machine().name());
        answersAllTheWhile(guest, host);
        assertThat(guest.get(site.center, "/boots")).isEqualTo("1");
        host.startLibvirt();
        host.awaitLibvirt();
        site.startAgent(host.machine().name());
        Wait.until("nothing is asked of it", Site.SOON, () -> stage(host).equals("none"));
        assertThat(site.hostOf(guest)).isSameAs(host);
    }

    @RepeatedTest(TIMES)
    void cutOfStorageAloneRecoversNobody() throws Exception {
        Guest guest = guest();
        HostMachine host = site.hostOf(guest);
        site.laboratory.wires().lose(host.storage());
        try {
            answersAllTheWhile(guest, host);
        } finally {
            site.laboratory.wires().mendAll();
        }
        Wait.until(
                "it writes again",
                Site.SOON,
                () -> guest.get(site.center, "/cgi-bin/write", 10_000).equals("written"));
        assertThat(guest.get(site.center, "/boots")).isEqualTo("1");
    }

    @RepeatedTest(TIMES)
    void leaderThatIsKilledMidwayIsSucceededAndNothingIsDoneTwice(RepetitionInfo times)
            throws Exception {
        Guest guest = guest();
        HostMachine host = site.hostOf(guest);
        Cluster.Member leader = site.control.leads() ? site.control : other;
        Cluster.Member successor = leader == other ? site.control : other;
        assertThat(leader.leads()).isTrue();
        String name = host.machine().name();
        // Each time at another step.
        Wait.Condition moment =
                switch (times.getCurrentRepetition() % 4) {
                    case 0 -> () -> stageAt(successor, name).equals("lock");
                    case 1 -> () -> stageAt(successor, name).equals("fenced");
                    case 2 -> () -> site.refused(host);
                    default -> () -> stageAt(successor, name).equals("death");
                };
        long crashed = System.nanoTime();
        crash(host);
        Wait.until("it has come so far", Site.SOON, moment);
        leader.process().kill();
        long killed = Scene.since(crashed);
        awaitOnceMore(guest);
        System.out.printf(
                "leader killed %d ms after the crash, HTTP 200 elsewhere after %d ms%n",
                killed, Scene.since(crashed));
        leader.launch();
        leader.awaitReady();
        comesBack(host);
    }

    private static String stageAt(Cluster.Member control, String host)
            throws IOException, InterruptedException {
        return control.read("/v1/explain/hosts/" + host).at("stage").text();
    }

    @RepeatedTest(TIMES)
    void machineWhoseNewHostDiesTooRunsOnTheThird() throws Exception {
        Guest guest = guest();
        HostMachine host = site.hostOf(guest);
        crash(host);
        Wait.until(
                "the machine is given to another host",
                Site.SOON,
                () -> !hostOfRun(guest).equals(host.machine().name()));
        // Its start there is under way.
        HostMachine target = site.host(hostOfRun(guest));
        long crashed = System.nanoTime();
        crash(target);
        Wait.until(
                "the machine is given to the third",
                2 * Site.SOON,
                () -> !hostOfRun(guest).equals(target.machine().name()));
        assertThat(site.refused(host)).isTrue();
        assertThat(site.refused(target)).isTrue();
        guest.awaitAnswer(site.center, 2 * Site.SOON);
        System.out.printf("target died too: HTTP 200 after %d ms%n", Scene.since(crashed));
        assertThat(site.hostOf(guest)).isNotIn(host, target);
        comesBack(host);
        comesBack(target);
    }

    @RepeatedTest(TIMES)
    void twoOfThreeAtOnceAreHeldUntilTheirOperatorSaysSo() throws Exception {
        Guest guest = guest();
        HostMachine host = site.hostOf(guest);
        HostMachine second =
                site.hosts().stream().filter(one -> one != host).findFirst().orElseThrow();
        crash(host);
        crash(second);
        Wait.until("it is held", Site.SOON, () -> next(host).contains("held"));
        TimeUnit.SECONDS.sleep(15);
        assertThat(site.refused(host)).isFalse();
        assertThat(site.refused(second)).isFalse();
        String path = "/v1/hosts/" + host.machine().name() + ":proceed";
        assertThat(site.control.status("POST", path, "")).isBetween(200, 202);
        awaitOnceMore(guest);
        assertThat(site.refused(host)).isTrue();
        // Of two that were silent one is dead for certain: the other is one among two that count.
        Wait.until("it is fenced too", Site.SOON, () -> site.refused(second));
        assertThat(site.hostOf(guest)).isNotIn(host, second);
        comesBack(host);
        comesBack(second);
    }

    private static String hostOfRun(Guest guest) {
        return site.status(guest).at("host").text();
    }

    private static String next(HostMachine host) {
        return site.read("/v1/explain/hosts/" + host.machine().name()).at("next").text();
    }

    @RepeatedTest(TIMES)
    void machineForWhichNoHostHasRoomWaitsUntilOneHas() throws Exception {
        Guest guest = guest();
        HostMachine host = site.hostOf(guest);
        List<HostMachine> others = site.hosts().stream().filter(one -> one != host).toList();
        others.forEach(one -> site.maintenance(one, true));
        crash(host);
        Wait.until("it is fenced", Site.SOON, () -> stage(host).equals("fenced"));
        TimeUnit.SECONDS.sleep(5);
        assertThat(guest.get(site.center, "/")).isEmpty();
        others.forEach(one -> site.maintenance(one, false));
        awaitOnceMore(guest);
        comesBack(host);
    }
}
