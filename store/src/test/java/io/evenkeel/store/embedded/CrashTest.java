package io.evenkeel.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power goes at every write: what was answered is there, and what is there is a whole number of
 * txns.
 */
class CrashTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long SEED = 20_260_101;

    /** Every key's text after so many txns, and the store's revision then. */
    private record Moment(Map<String, String> keys, long revision) {}

    private final Random random = new Random(SEED);
    private final CrashDisk disk = new CrashDisk();
    private final List<Moment> moments = new ArrayList<>();
    private final Map<String, String> keys = new TreeMap<>();

    private static Store open(CrashDisk disk) {
        // No retention at all: space is reused as early as it ever can be.
        EmbeddedConfig config = EmbeddedConfig.at(Path.of("/crash")).retentionMillis(0);
        return EmbeddedStore.open(
                config, disk.file("store.mv"), disk.file("acknowledged"), System::nanoTime);
    }

    private static Moment read(Store store) {
        RangeResult.Range range = (RangeResult.Range) store.range(RangeQuery.prefix("/"), SOON);
        Map<String, String> keys = new TreeMap<>();
        for (Entry entry : range.entries()) {
            keys.put(entry.key(), entry.value().text());
        }
        return new Moment(keys, range.revision());
    }

    /** One txn over two to four of 30 keys, deletions among them. */
    private Txn randomTxn(int number) {
        Txn.Builder txn = Txn.builder();
        txn.then(Op.put("/last", Integer.toString(number)));
        keys.put("/last", Integer.toString(number));
        int first = random.nextInt(30);
        for (int i = 0; i <= random.nextInt(3); i++) {
            String key = "/k/" + (first + i);
            if (random.nextInt(4) == 0) {
                txn.then(Op.delete(key));
                keys.remove(key);
            } else {
                String value = number + "-" + "v".repeat(random.nextInt(2_000));
                txn.then(Op.put(key, value));
                keys.put(key, value);
            }
        }
        return txn.build();
    }

    private void work(int txns) {
        try (Store store = open(disk)) {
            moments.add(read(store));
            for (int i = 0; i < txns; i++) {
                TxnOutcome outcome = store.txn(randomTxn(i), SOON);
                assertThat(outcome).isInstanceOf(TxnOutcome.Committed.class);
                disk.answered(i);
                moments.add(
                        new Moment(
                                new TreeMap<>(keys), ((TxnOutcome.Committed) outcome).revision()));
            }
        }
    }

    private void crashAndReopen(int step, CrashDisk.Loss loss) {
        String where = "seed " + SEED + ", crash after step " + step + ", loss " + loss;
        CrashDisk left = disk.crashedAfter(step, loss, new Random(SEED + step));
        try (Store store = open(left)) {
            Moment found = read(store);
            int last = Integer.parseInt(found.keys().getOrDefault("/last", "-1"));
            assertThat(last).as(where).isGreaterThanOrEqualTo(disk.lastAnswered(step));
            assertThat(found).as(where).isEqualTo(moments.get(last + 1));
            assertThat(store.txn(Txn.of(Op.put("/after", "crash")), SOON))
                    .as(where)
                    .isEqualTo(
                            new TxnOutcome.Committed(
                                    found.revision() + 1,
                                    List.of(new io.evenkeel.kernel.store.OpResult.PutDone(null))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whateverWriteTheCrashFollowsEveryAnsweredTxnIsThereWhole(CrashDisk.Loss loss) {
        work(40);
        for (int step = 0; step <= disk.steps(); step++) {
            if (step == disk.steps() || disk.isWrite(step) || step % 7 == 0) {
                crashAndReopen(step, loss);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void soItIsWhileTheFileIsTidied(CrashDisk.Loss loss) {
        work(900);
        for (int i = 0; i < 40; i++) {
            crashAndReopen(random.nextInt(disk.steps() + 1), loss);
        }
    }

    @Test
    void onADiskThatFillsUpNothingAnsweredIsLostAndReadsGoOn() {
        for (int more : new int[] {0, 1, 2, 3, 5, 8, 13}) {
            CrashDisk full = new CrashDisk();
            int answered = -1;
            TxnOutcome outcome;
            try (Store store = open(full)) {
                store.txn(Txn.of(Op.put("/last", "0")), SOON);
                full.failAfter(more);
                int next = 0;
                do {
                    answered = next++;
                    outcome = store.txn(Txn.of(Op.put("/last", "" + next)), SOON);
                } while (outcome instanceof TxnOutcome.Committed);
                assertThat(outcome).isInstanceOf(Unknown.class);
                assertThat(((Unknown) outcome).reason()).contains("No space left", "restarted");

                assertThat(read(store).keys()).containsEntry("/last", "" + answered);
                TxnOutcome later = store.txn(Txn.of(Op.put("/last", "x")), SOON);
                assertThat(later).isInstanceOf(Rejected.class);
                assertThat(((Rejected) later).code()).isEqualTo(Rejected.Code.READ_ONLY);
                assertThat(store.grant(SOON, SOON)).isInstanceOf(Rejected.class);
            }
            CrashDisk left = full.crashedAfter(full.steps(), CrashDisk.Loss.ALL_UNSYNCED, random);
            try (Store store = open(left)) {
                int last = Integer.parseInt(read(store).keys().getOrDefault("/last", "-1"));
                assertThat(last).as("fails after %d", more).isBetween(answered, answered + 1);
            }
        }
    }
}
