package io.evenkeel.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * While the disk is slow, groups grow to many megabytes. MVStore writes by itself when so much
 * waits, in the middle of a group, unless it is told not to.
 */
class LargeGroupTest {
    private static final int CHANGES = 3_000;

    @TempDir private Path folder = Path.of("");

    private MvFile open(String name) {
        return MvFile.open(
                folder.toString(),
                folder.resolve(name).toString(),
                folder.resolve(name + ".mark").toString(),
                0,
                false,
                () -> {});
    }

    private static Write put(long revision, String key, Value value) {
        Entry entry = new Entry(key, value, revision, revision, 1, 0);
        return new Write.Changed(new WatchBatch(revision, List.of(new Change.Put(entry, null))));
    }

    /** Thirty megabytes, at whose end the file is copied as a crash there would leave it. */
    private final class Group extends AbstractList<Write> {
        private final Value value = Value.of(new byte[10_000]);

        @Override
        public Write get(int index) {
            if (index == CHANGES - 1) {
                try {
                    Files.copy(folder.resolve("store.mv"), folder.resolve("crashed.mv"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return put(3 + index, "/k/" + index, value);
        }

        @Override
        public int size() {
            return CHANGES;
        }
    }

    @Test
    void aCrashInTheMiddleOfALargeGroupLeavesNothingOfIt() throws IOException {
        try (MvFile file = open("store.mv")) {
            file.write(List.of(put(2, "/before", Value.EMPTY)), 2, 0);
            file.write(new Group(), 2 + CHANGES, 0);
        }
        try (MvFile crashed = open("crashed.mv")) {
            StoreState state = crashed.load(StoreLimits.DEFAULT, 0);
            RangeResult.Range all = (RangeResult.Range) state.range(RangeQuery.prefix("/"));
            assertThat(all.entries()).extracting(Entry::key).containsExactly("/before");
            assertThat(all.revision()).isEqualTo(2);
        }
    }
}
