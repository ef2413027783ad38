package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.Wait;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Domain.Power;
import io.evenkeel.kernel.machine.DomainXml;
import io.evenkeel.kernel.machine.Moving;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.Watcher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** C2, C6: the steps of a recovery one by one, over real hosts and storage. */
@Tag("C")
@Timeout(180)
class HostFailureScriptIT {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration FENCE = Duration.ofHours(1);

    @TempDir static Path folder;
    private static Scene scene;

    @BeforeAll
    static void begin() throws Exception {
        scene = Scene.start(folder, false);
    }

    @AfterAll
    static void end() {
        if (scene != null) {
            scene.close();
        }
    }

    private static void awaitNobodyOn(Guest guest) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!scene.watchers(guest).isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void crashedHostsGuestRunsElsewhereOnceItsHostIsFenced() throws Exception {
        Guest guest = new Guest("g1", 1);
        scene.ceph.image(guest.name());
        assertThat(Scene.done(scene.hypervisor.ping(scene.first.uri(), Scene.PATIENCE)))
                .matches("\\d+\\.\\d+\\.\\d+");
        Domain started = scene.start(scene.first, guest, 5);
        assertThat(started.power()).isEqualTo(Power.RUNNING);
        // Again under the same token: the same run.
        assertThat(scene.start(scene.first, guest, 5).uuid()).isEqualTo(started.uuid());
        assertThat(
                        Scene.reply(
                                scene.hypervisor.start(
                                        scene.first.uri(),
                                        guest.xml(scene.ceph, DomainXml.run(4)),
                                        Scene.PATIENCE)))
                .isInstanceOf(Reply.Refused.class);
        guest.awaitAnswer(scene.control, 60);
        assertThat(guest.get(scene.control, "/boots")).isEqualTo("1");
        assertThat(scene.ask(guest, SHORT))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.acknowledged()).isTrue();
                    assertThat(one.address()).startsWith(scene.first.storageAddress() + ":0/");
                });

        scene.first.crash();
        long crashed = System.nanoTime();
        assertThat(Scene.reply(scene.hypervisor.ping(scene.first.uri(), SHORT)))
                .isInstanceOf(Reply.Silent.class);
        long pinged = Scene.since(crashed);
        assertThat(scene.ask(guest, SHORT)).noneMatch(Watcher::acknowledged);
        long witnessed = Scene.since(crashed);
        String fenced = scene.first.storageAddress();
        assertThat(Scene.done(scene.storage.refuse(List.of(fenced), FENCE, Scene.PATIENCE)))
                .containsExactly(fenced);
        long listed = Scene.since(crashed);
        awaitNobodyOn(guest);
        long gone = Scene.since(crashed);
        Scene.done(scene.storage.breakLocks(List.of(Scene.image(guest)), true, Scene.PATIENCE));
        long broken = Scene.since(crashed);
        scene.start(scene.second, guest, 6);
        long run = Scene.since(crashed);
        guest.awaitAnswer(scene.control, 60);
        System.out.printf(
                "crash: ping silent %d, witness silent %d, refused %d, nobody listed %d,"
                        + " lock broken %d, started %d, HTTP 200 %d ms%n",
                pinged, witnessed, listed, gone, broken, run, Scene.since(crashed));
        // Its address was refused, and whoever held the lock now is by itself as well.
        assertThat(scene.ceph.run("ceph", "osd", "blocklist", "ls"))
                .containsPattern("(?m)^" + fenced + ":0/[1-9][0-9]* ");
        // The same disk, and the same card.
        assertThat(guest.get(scene.control, "/boots")).isEqualTo("2");
        assertThat(scene.control.neighbour(guest.address())).isEqualTo(guest.mac());

        // The dead host returns: what it knew is taken from it before storage serves it again.
        scene.first.bootAgain();
        scene.first.awaitLibvirt();
        assertThat(Scene.done(scene.hypervisor.domains(scene.first.uri(), Scene.PATIENCE)))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.power()).isEqualTo(Power.OFF);
                    assertThat(one.token()).isEqualTo(5);
                });
        assertThat(
                        Scene.done(
                                scene.hypervisor.destroy(
                                        scene.first.uri(), guest.name(), Scene.PATIENCE)))
                .isTrue();
        assertThat(Scene.done(scene.hypervisor.domains(scene.first.uri(), Scene.PATIENCE)))
                .isEmpty();
        assertThat(Scene.done(scene.storage.serve(List.of(fenced), Scene.PATIENCE))).isEmpty();

        givenUp(guest);

        // Back by a live migration, under a token of its own.
        long moving = System.nanoTime();
        Domain moved =
                Scene.done(
                        scene.hypervisor.migrate(
                                scene.second.uri(),
                                guest.name(),
                                scene.first.uri(),
                                guest.xml(scene.ceph, DomainXml.run(7)),
                                Scene.PATIENCE));
        System.out.printf("live migration %d ms%n", Scene.since(moving));
        assertThat(moved.token()).isEqualTo(7);
        assertThat(Scene.done(scene.hypervisor.domains(scene.second.uri(), Scene.PATIENCE)))
                .noneMatch(one -> one.name().equals(guest.name()));
        guest.awaitAnswer(scene.control, 10);
        assertThat(guest.get(scene.control, "/boots")).isEqualTo("2");

        // Switches hear of it again when that is asked for, without the guest's help. The migration
        // ends with announcements of its own, which are over by now.
        TimeUnit.SECONDS.sleep(3);
        long announced = scene.laboratory.wires().announcements();
        assertThat(
                        Scene.done(
                                scene.hypervisor.announce(
                                        scene.first.uri(), guest.name(), Scene.PATIENCE)))
                .isTrue();
        Wait.until(
                "it is announced several times",
                5,
                () -> scene.laboratory.wires().announcements() >= announced + 3);
        assertThat(
                        Scene.done(
                                scene.hypervisor.destroy(
                                        scene.first.uri(), guest.name(), Scene.PATIENCE)))
                .isTrue();
        assertThat(
                        Scene.done(
                                scene.hypervisor.destroy(
                                        scene.first.uri(), guest.name(), Scene.PATIENCE)))
                .isFalse();
    }

    /** A migration that is not to go on: the guest stays where it was. */
    private static void givenUp(Guest guest) throws Exception {
        String from = scene.second.uri();
        CompletableFuture<Reply<Domain>> move =
                scene.hypervisor.migrate(
                        from,
                        guest.name(),
                        scene.first.uri(),
                        guest.xml(scene.ceph, DomainXml.run(7)),
                        Scene.PATIENCE);
        Wait.until(
                "it is on the move",
                10,
                () ->
                        scene.hypervisor.moving(from, guest.name(), Scene.PATIENCE).join()
                                        instanceof Reply.Done<Moving>(Moving far)
                                && far.totalBytes() > 0);
        assertThat(Scene.done(scene.hypervisor.stay(from, guest.name(), Scene.PATIENCE))).isTrue();
        assertThat(move.get(20, TimeUnit.SECONDS)).isInstanceOf(Reply.Refused.class);
        assertThat(Scene.reply(scene.hypervisor.moving(from, guest.name(), Scene.PATIENCE)))
                .isInstanceOf(Reply.Refused.class);
        guest.awaitAnswer(scene.control, 10);
    }

    @Test
    void fencedGuestThatLivesCannotWriteAnyMore() throws Exception {
        Guest guest = new Guest("g2", 2);
        scene.ceph.image(guest.name());
        scene.start(scene.second, guest, 11);
        guest.awaitAnswer(scene.control, 60);
        assertThat(guest.get(scene.control, "/cgi-bin/write", 10_000)).isEqualTo("written");
        scene.warm();
        // Only its management address is cut: libvirt is silent, storage knows better.
        scene.laboratory.wires().lose(scene.second.management());
        try {
            assertThat(Scene.reply(scene.hypervisor.ping(scene.second.uri(), SHORT)))
                    .isInstanceOf(Reply.Silent.class);
            assertThat(scene.ask(guest, SHORT)).anyMatch(Watcher::acknowledged);
            String address = scene.second.storageAddress();
            long fencing = System.nanoTime();
            assertThat(Scene.done(scene.storage.refuse(List.of(address), FENCE, Scene.PATIENCE)))
                    .containsExactly(address);
            long listed = Scene.since(fencing);
            awaitNobodyOn(guest);
            long gone = Scene.since(fencing);
            assertThat(guest.get(scene.control, "/cgi-bin/write", 20_000)).isEqualTo("failed");
            System.out.printf(
                    "fence of a living guest: listed %d, unwatched %d, write refused %d ms%n",
                    listed, gone, Scene.since(fencing));
        } finally {
            scene.laboratory.wires().mendAll();
        }
        assertThat(Scene.done(scene.hypervisor.domains(scene.second.uri(), Scene.PATIENCE)))
                .anySatisfy(one -> {
                    assertThat(one.name()).isEqualTo(guest.name());
                    assertThat(one.power()).isEqualTo(Power.RUNNING);
                });
        Scene.done(scene.hypervisor.destroy(scene.second.uri(), guest.name(), Scene.PATIENCE));
        assertThat(
                        Scene.done(
                                scene.storage.serve(
                                        List.of(scene.second.storageAddress()), Scene.PATIENCE)))
                .isEmpty();
    }
}
