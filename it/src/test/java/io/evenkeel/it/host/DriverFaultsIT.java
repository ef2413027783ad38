package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.lab.Guest;
import io.evenkeel.kernel.machine.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What hangs or dies under a call costs that call, and nothing else. */
@Tag("C")
@Timeout(120)
class DriverFaultsIT {
    private static final Duration SHORT = Duration.ofSeconds(2);

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

    @Test
    void hungLibvirtIsSilentAndDoesNotHoldTheOthers() throws Exception {
        String hung = scene.first.uri();
        String other = scene.second.uri();
        String version = Scene.done(scene.hypervisor.ping(hung, Scene.PATIENCE));
        assertThat(Scene.done(scene.hypervisor.ping(other, Scene.PATIENCE))).isEqualTo(version);
        long warm = System.nanoTime();
        assertThat(Scene.done(scene.hypervisor.ping(hung, SHORT))).isEqualTo(version);
        System.out.printf("ping %d us%n", (System.nanoTime() - warm) / 1_000);
        scene.first.signalLibvirt("STOP");
        try {
            // The second by a process that has to be started first: it is given the time for that.
            for (Duration timeout : List.of(SHORT, Duration.ofSeconds(8))) {
                long asked = System.nanoTime();
                var silent = scene.hypervisor.ping(hung, timeout);
                assertThat(Scene.done(scene.hypervisor.ping(other, SHORT))).isEqualTo(version);
                assertThat(silent.isDone()).isFalse();
                assertThat(Scene.reply(silent)).isInstanceOf(Reply.Silent.class);
                assertThat(Scene.since(asked))
                        .isBetween(timeout.toMillis() - 100, timeout.toMillis() + 2_000);
            }
        } finally {
            scene.first.signalLibvirt("CONT");
        }
        long mended = System.nanoTime();
        assertThat(Scene.done(scene.hypervisor.ping(hung, Scene.PATIENCE))).isEqualTo(version);
        System.out.printf("ping after a hang %d ms%n", Scene.since(mended));
    }

    @Test
    void stoppedLibvirtdIsRefusedByTheHostsKernel() throws Exception {
        String uri = scene.second.uri();
        assertThat(Scene.done(scene.hypervisor.ping(uri, Scene.PATIENCE))).isNotEmpty();
        scene.second.signalLibvirt("KILL");
        Reply<String> reply = Scene.reply(scene.hypervisor.ping(uri, SHORT));
        if (reply instanceof Reply.Silent) {
            // The connection broke under the call; the next one finds nobody.
            reply = Scene.reply(scene.hypervisor.ping(uri, SHORT));
        }
        assertThat(reply).isInstanceOf(Reply.Refused.class);
        scene.second.crash();
        scene.second.bootAgain();
        scene.second.awaitLibvirt();
        assertThat(Scene.done(scene.hypervisor.ping(uri, Scene.PATIENCE))).isNotEmpty();
    }

    @Test
    void whatHappensToAMachineIsHeardOfAtOnceAlsoAfterItsLibvirtWasLost() throws Exception {
        String uri = scene.first.uri();
        Guest guest = new Guest("heard", 4);
        scene.ceph.image(guest.name());
        long known = Scene.done(scene.hypervisor.changed(uri, 0, Scene.PATIENCE));
        assertThat(Scene.done(scene.hypervisor.changed(uri, known, SHORT))).isEqualTo(known);
        var start = scene.hypervisor.changed(uri, known, Duration.ofMinutes(2));
        var _ = scene.start(scene.first, guest, 5);
        long started = Scene.done(start);
        assertThat(started).isNotEqualTo(known);

        // Nobody of ours ends it, and nobody asks.
        long quiet = settled(uri, started);
        var end = scene.hypervisor.changed(uri, quiet, Duration.ofMinutes(2));
        long begun = System.nanoTime();
        var _ = scene.first.virsh(scene.control, "", "destroy", guest.name());
        assertThat(Scene.done(end)).isNotEqualTo(quiet);
        System.out.printf("end of a machine heard of after %d ms%n", Scene.since(begun));

        for (long pid : scene.hypervisor.pids()) {
            assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
        }
        // What happens now is told by nobody; the next number is another one.
        Reply<Long> after = Scene.reply(scene.hypervisor.changed(uri, quiet, SHORT));
        for (int i = 0; i < 40 && !(after instanceof Reply.Done); i++) {
            TimeUnit.MILLISECONDS.sleep(500);
            after = Scene.reply(scene.hypervisor.changed(uri, quiet, SHORT));
        }
        assertThat(after).isInstanceOf(Reply.Done.class).isNotEqualTo(new Reply.Done<>(quiet));
        var _ = Scene.done(scene.hypervisor.destroy(uri, guest.name(), Scene.PATIENCE));
    }

    /** The number that stands once nothing more is heard. */
    private static long settled(String uri, long from) throws Exception {
        long number = from;
        for (int i = 0; i < 20; i++) {
            long next = Scene.done(scene.hypervisor.changed(uri, number, SHORT));
            if (next == number) {
                return number;
            }
            number = next;
        }
        throw new AssertionError("something happens all the time");
    }

    @Test
    void killedDriverIsStartedAgainByTheNextCall() throws Exception {
        String uri = scene.first.uri();
        assertThat(Scene.done(scene.hypervisor.ping(uri, Scene.PATIENCE))).isNotEmpty();
        for (long pid : scene.hypervisor.pids()) {
            assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        // A call may be made before the death is seen, or in the pause after it; then it says so.
        Reply<String> reply = Scene.reply(scene.hypervisor.ping(uri, Scene.PATIENCE));
        while (reply instanceof Reply.Unasked) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            reply = Scene.reply(scene.hypervisor.ping(uri, Scene.PATIENCE));
        }
        assertThat(reply).isInstanceOf(Reply.Done.class);
    }

    @Test
    void silentMonitorIsSilenceAndADiskIsStillAskedOnAConnectionThatStands() throws Exception {
        Guest guest = new Guest("g3", 3);
        scene.ceph.image(guest.name());
        assertThat(scene.watchers(guest)).isEmpty();
        assertThat(Scene.done(scene.storage.serve(List.of("10.78.0.99"), Scene.PATIENCE)))
                .isEmpty();
        scene.ceph.signal("STOP", "ceph-mon");
        try {
            assertThat(scene.ask(guest, SHORT)).isEmpty();
            long asked = System.nanoTime();
            assertThat(
                            Scene.reply(
                                    scene.storage.refuse(
                                            List.of("10.78.0.99"), Duration.ofHours(1), SHORT)))
                    .isInstanceOf(Reply.Silent.class);
            assertThat(Scene.since(asked)).isBetween(1_900L, 4_000L);
        } finally {
            scene.ceph.signal("CONT", "ceph-mon");
        }
        String client = "10.78.0.99:0/1234567";
        assertThat(
                        Scene.done(
                                scene.storage.refuse(
                                        List.of(client, "10.78.0.98"),
                                        Duration.ofHours(1),
                                        Scene.PATIENCE)))
                .containsExactly(client, "10.78.0.98");
        long again = System.nanoTime();
        assertThat(
                        Scene.done(
                                scene.storage.refuse(
                                        List.of("10.78.0.98"),
                                        Duration.ofHours(2),
                                        Scene.PATIENCE)))
                .containsExactly("10.78.0.98");
        System.out.printf("refuse %d ms%n", Scene.since(again));
        assertThat(Scene.done(scene.storage.serve(List.of(client, "10.78.0.98"), Scene.PATIENCE)))
                .isEmpty();
    }
}
