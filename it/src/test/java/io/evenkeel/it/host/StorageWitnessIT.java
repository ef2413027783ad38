package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.lab.Guest;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.Watcher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * C2: storage tells who answers from who is only listed. With keys (cephx) on, as a cluster in use
 * has it.
 */
@Tag("C")
@Timeout(240)
class StorageWitnessIT {
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir Path folder;

    @Test
    void onlyTheLivingAcknowledgeAndTheOthersAreListedForAWhile() throws Exception {
        try (Scene scene = Scene.start(folder, true)) {
            Guest living = new Guest("living", 1);
            Guest stopped = new Guest("stopped", 2);
            Guest killed = new Guest("killed", 3);
            Guest parted = new Guest("parted", 4);
            List<Guest> all = List.of(living, stopped, killed, parted);
            for (Guest guest : all) {
                scene.ceph.image(guest.name());
                scene.start(guest.equals(parted) ? scene.second : scene.first, guest, 1);
            }
            for (Guest guest : all) {
                guest.awaitAnswer(scene.control, 90);
            }
            long asking = System.nanoTime();
            SortedMap<Image, List<Watcher>> before = ask(scene, all);
            long first = Scene.since(asking);
            assertThat(before).hasSize(5);
            for (Guest guest : all) {
                assertThat(Scene.on(before, guest))
                        .singleElement()
                        .satisfies(one -> assertThat(one.acknowledged()).isTrue());
            }
            assertThat(before.get(new Image("vms", "none"))).isEmpty();
            asking = System.nanoTime();
            before = ask(scene, all);
            long warm = Scene.since(asking);

            scene.first.signalGuest("STOP", stopped.name());
            scene.first.signalGuest("KILL", killed.name());
            scene.laboratory.wires().lose(scene.second.storage());
            long silenced = System.nanoTime();
            SortedMap<Image, List<Watcher>> after = ask(scene, all);
            long silent = Scene.since(silenced);
            assertThat(Scene.on(after, living)).allMatch(Watcher::acknowledged);
            for (Guest guest : List.of(stopped, killed, parted)) {
                // Listed as before, and silent: neither is proof of anything.
                assertThat(Scene.on(after, guest))
                        .singleElement()
                        .satisfies(one -> assertThat(one.acknowledged()).isFalse());
                assertThat(Scene.on(after, guest).getFirst().client())
                        .isEqualTo(Scene.on(before, guest).getFirst().client());
            }
            System.out.printf(
                    "witness: first %d, next %d, three of four silent %d ms%n",
                    first, warm, silent);

            // A listed watcher goes by itself, and its client may still return.
            long gone = awaitNobody(scene, parted, silenced);
            scene.laboratory.wires().mendAll();
            scene.first.signalGuest("CONT", stopped.name());
            long mended = System.nanoTime();
            while (!scene.ask(parted, SHORT).stream().allMatch(Watcher::acknowledged)
                    || scene.watchers(parted).isEmpty()) {
                assertThat(Scene.since(mended)).isLessThan(60_000);
                TimeUnit.MILLISECONDS.sleep(100);
            }
            System.out.printf(
                    "parted: unlisted after %d ms, acknowledges %d ms after the cut is mended%n",
                    gone, Scene.since(mended));
            assertThat(parted.get(scene.control, "/cgi-bin/write", 20_000)).isEqualTo("written");
        }
    }

    private static SortedMap<Image, List<Watcher>> ask(Scene scene, List<Guest> guests)
            throws Exception {
        List<Image> images = new ArrayList<>(guests.stream().map(Scene::image).toList());
        images.add(new Image("vms", "none"));
        return Scene.done(scene.storage.ask(images, SHORT));
    }

    private static long awaitNobody(Scene scene, Guest guest, long beginNanos) throws Exception {
        while (!scene.watchers(guest).isEmpty()) {
            assertThat(Scene.since(beginNanos)).isLessThan(60_000);
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return Scene.since(beginNanos);
    }
}
