package io.evenkeel.store.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.StoreCopy.Kept;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.ClusterId;
import io.evenkeel.model.Stored;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the copy holds is what the store said at one revision, or nothing. */
@Timeout(60)
class LocalCopyTest {
    @TempDir private Path folder = Path.of("");

    private static Entry entry(String key, String text, long revision) {
        return new Entry(key, Value.of(text), revision, revision, 1, 0);
    }

    /** A thousand entries whose text is the revision, so that a mixture would be seen. */
    private static List<Entry> state(long revision) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            entries.add(entry("/ek/1/spec/x/t/" + i, "at " + revision, revision));
        }
        entries.sort(Comparator.comparing(Entry::key));
        return entries;
    }

    private Optional<Kept> kept() {
        try (LocalCopy copy = LocalCopy.open(folder)) {
            return copy.load();
        }
    }

    @Test
    void whatWasToldIsThereInTheNextProcess() {
        Entry cluster =
                new Entry(ClusterId.KEY, Value.of(Stored.write(new ClusterId("c-1"))), 2, 2, 1, 0);
        Entry leased = new Entry("/ek/1/presence/g/t/a", Value.of("here"), 4, 5, 2, 77);
        Entry first = entry("/ek/1/spec/x/t/a", "one", 3);
        Entry later = entry("/ek/1/spec/x/t/b", "two", 6);
        try (LocalCopy copy = LocalCopy.open(folder)) {
            assertThat(copy.load()).isEmpty();
            copy.whole(List.of(cluster, leased, first), 5);
            copy.changed(List.of(new Change.Put(later, null)), 6);
            copy.changed(List.of(new Change.Delete(first.key(), 7, first)), 7);
            copy.changed(List.of(), 9);
            copy.confirmed(123_456);
        }
        assertThat(kept()).contains(new Kept(List.of(cluster, leased, later), 9, "c-1", 123_456));
    }

    @Test
    void aStoreThatWentBackIsKeptAsItIs() {
        try (LocalCopy copy = LocalCopy.open(folder)) {
            copy.whole(state(900), 900);
        }
        List<Entry> restored = state(400).subList(0, 500);
        try (LocalCopy copy = LocalCopy.open(folder)) {
            assertThat(copy.load().orElseThrow().revision()).isEqualTo(900);
            copy.whole(restored, 400);
        }
        assertThat(kept().orElseThrow().entries()).isEqualTo(restored);
        assertThat(kept().orElseThrow().revision()).isEqualTo(400);
    }

    @Test
    void aProcessThatIsKilledLeavesOneStateAndNoMixture() throws Exception {
        Path jvm = Path.of(System.getProperty("java.home"), "bin", "java");
        Random random = new Random(3);
        long last = 0;
        for (int kill = 0; kill < 6; kill++) {
            Path output = folder.resolve("output");
            Process process =
                    new ProcessBuilder(
                                    jvm.toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Rewriting.class.getName(),
                                    folder.toString(),
                                    Long.toString(last))
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            while (Files.size(output) == 0 && process.isAlive()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(3_000)));
            process.destroyForcibly().waitFor();
            Optional<Kept> left = kept();
            if (left.isPresent()) {
                long revision = left.get().revision();
                assertThat(revision).isGreaterThanOrEqualTo(last);
                assertThat(left.get().entries()).isEqualTo(state(revision));
                last = revision;
            }
        }
        assertThat(last).as("some of it was kept").isPositive();
        assertThat(folder.resolve("copy.mv.damaged")).doesNotExist();
    }

    /** Tells a copy one state after the other until it is killed. */
    static final class Rewriting {
        private Rewriting() {}

        public static void main(String[] arguments) {
            LocalCopy copy = LocalCopy.open(Path.of(arguments[0]));
            System.out.println("begun");
            long revision = Long.parseLong(arguments[1]) + 1;
            copy.whole(state(revision), revision);
            while (true) {
                revision++;
                List<Change> changes = new ArrayList<>();
                for (Entry entry : state(revision)) {
                    changes.add(new Change.Put(entry, null));
                }
                copy.changed(changes, revision);
            }
        }
    }

    @Test
    void aDamagedFileIsSetAsideAndANewOneBegins() throws IOException {
        Random random = new Random(5);
        int readable = 0;
        int damages = 20;
        for (int i = 0; i < damages; i++) {
            try (LocalCopy copy = LocalCopy.open(folder)) {
                copy.whole(state(50), 50);
            }
            damage(folder.resolve("copy.mv"), random);
            try (LocalCopy copy = LocalCopy.open(folder)) {
                Optional<Kept> left = copy.load();
                if (left.isPresent()) {
                    readable++;
                    // An older version of the file, perhaps, but one of it.
                    long revision = left.get().revision();
                    assertThat(left.get().entries()).as("damage %d", i).isEqualTo(state(revision));
                }
                copy.whole(state(60), 60);
            }
            assertThat(kept().orElseThrow().entries()).as("damage %d", i).isEqualTo(state(60));
        }
        assertThat(readable).as("some damage is found").isLessThan(damages);
        assertThat(folder.resolve("copy.mv.damaged")).exists();
    }

    /** Cuts the file, or overwrites a part of it. */
    private static void damage(Path file, Random random) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            if (random.nextInt(4) == 0) {
                opened.setLength(random.nextLong(opened.length()));
            } else {
                byte[] noise = new byte[1 + random.nextInt(3_000)];
                random.nextBytes(noise);
                opened.seek(random.nextLong(opened.length()));
                opened.write(noise);
            }
        }
    }

    @Test
    void aForeignFileIsSetAside() throws IOException {
        Files.writeString(folder.resolve("copy.mv"), "a shopping list");
        try (LocalCopy copy = LocalCopy.open(folder)) {
            assertThat(copy.load()).isEmpty();
            copy.whole(state(7), 7);
        }
        assertThat(kept().orElseThrow().entries()).isEqualTo(state(7));
        assertThat(folder.resolve("copy.mv.damaged")).hasContent("a shopping list");
    }

    @Test
    void whereThereCanBeNoFileItGoesOnWithout() throws IOException {
        Path occupied = Files.writeString(folder.resolve("file"), "no folder");
        try (LocalCopy copy = LocalCopy.open(occupied)) {
            copy.whole(state(7), 7);
            assertThat(copy.load()).isEmpty();
        }
        assertThat(occupied).hasContent("no folder");
    }

    @Test
    void twoUsersDoNotShareAFile() {
        try (LocalCopy first = LocalCopy.open(folder)) {
            try (LocalCopy second = LocalCopy.open(folder)) {
                second.whole(state(9), 9);
                assertThat(second.load()).isEmpty();
            }
            first.whole(state(7), 7);
        }
        assertThat(kept().orElseThrow().revision()).isEqualTo(7);
    }

    @Test
    void whatComesWhileTheDiskIsFullIsWrittenLater() {
        AtomicLong free = new AtomicLong();
        try (LocalCopy copy = LocalCopy.open(folder, path -> free.get())) {
            copy.whole(state(7), 7);
            Map<String, Entry> now = new TreeMap<>();
            state(7).forEach(entry -> now.put(entry.key(), entry));
            for (int i = 8; i < 50; i++) {
                Entry changed = entry("/ek/1/spec/x/t/" + i, "changed", i);
                copy.changed(List.of(new Change.Put(changed, null)), i);
                now.put(changed.key(), changed);
            }
            assertThat(copy.load()).isEmpty();
            free.set(Long.MAX_VALUE);
            while (copy.load().isEmpty()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            assertThat(copy.load().orElseThrow().entries()).isEqualTo(List.copyOf(now.values()));
        }
    }
}
