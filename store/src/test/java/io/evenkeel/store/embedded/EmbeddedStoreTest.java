package io.evenkeel.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.kernel.store.WatchRecorder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir private Path directory = Path.of("");

    private EmbeddedConfig config() {
        return EmbeddedConfig.at(directory).minFreeBytes(0);
    }

    private static long put(Store store, String key, String value) {
        TxnOutcome outcome = store.txn(Txn.of(Op.put(key, value)), SOON);
        assertThat(outcome).isInstanceOf(TxnOutcome.Committed.class);
        return ((TxnOutcome.Committed) outcome).revision();
    }

    private static RangeResult.Range read(Store store, String prefix) {
        return (RangeResult.Range) store.range(RangeQuery.prefix(prefix), SOON);
    }

    @Test
    void everythingSurvivesARestart() {
        long revision;
        List<Entry> before;
        try (Store store = EmbeddedStore.open(config())) {
            put(store, "/a", "1");
            put(store, "/a", "2");
            put(store, "/b", "1");
            store.txn(Txn.of(Op.delete("/b")), SOON);
            revision = put(store, "/c", "3");
            before = read(store, "/").entries();
        }
        try (Store store = EmbeddedStore.open(config())) {
            RangeResult.Range after = read(store, "/");
            assertThat(after.entries()).isEqualTo(before);
            assertThat(after.revision()).isEqualTo(revision);
            assertThat(put(store, "/d", "4")).isEqualTo(revision + 1);
        }
    }

    @Test
    void aLeaseSurvivesARestartWithItsWholeTtlAndItsIdIsNotGivenAgain() {
        long lease;
        try (Store store = EmbeddedStore.open(config())) {
            LeaseOutcome granted = store.grant(Duration.ofSeconds(2), SOON);
            lease = ((LeaseOutcome.Held) granted).leaseId();
            store.txn(Txn.of(Op.putLeased("/p/1", Value.EMPTY, lease)), SOON);
        }
        try (Store store = EmbeddedStore.open(config())) {
            assertThat(read(store, "/p/").entries()).hasSize(1);
            LeaseOutcome other = store.grant(Duration.ofSeconds(60), SOON);
            assertThat(((LeaseOutcome.Held) other).leaseId()).isGreaterThan(lease);
            WatchRecorder watch = new WatchRecorder();
            store.watch("/p/", read(store, "/p/").revision() + 1, watch);
            assertThat(watch.keysUpTo(0)).containsExactly("-/p/1");
        }
    }

    @Test
    void aWatchFromBeforeARestartIsToldToReadAgain() {
        long revision;
        try (Store store = EmbeddedStore.open(config())) {
            revision = put(store, "/a", "1");
            put(store, "/a", "2");
        }
        try (Store store = EmbeddedStore.open(config())) {
            WatchRecorder watch = new WatchRecorder();
            store.watch("/", revision, watch);
            assertThat(watch.end().reason()).isEqualTo(WatchEnd.Reason.RESYNC);
        }
    }

    @Test
    void aSecondOpeningIsRefusedWithTheProcessThatHasIt() {
        try (Store store = EmbeddedStore.open(config())) {
            assertThatThrownBy(() -> EmbeddedStore.open(config()).close())
                    .isInstanceOf(StoreOpenException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("stop it, or choose another directory");
            put(store, "/still", "works");
        }
        EmbeddedStore.open(config()).close();
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefusedWithTheReason() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThatThrownBy(() -> EmbeddedStore.open(EmbeddedConfig.at(file)).close())
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aFileThatIsNoStoreIsRefused() throws IOException {
        Files.write(directory.resolve("store.mv"), new byte[50_000]);
        assertThatThrownBy(() -> EmbeddedStore.open(config()).close())
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("backup");
    }

    @Test
    void aFileThatLostItsAcknowledgedEndIsRefusedUntilTheLossIsAccepted() throws IOException {
        Path data = directory.resolve("store.mv");
        Path old = directory.resolve("old");
        long lost;
        try (Store store = EmbeddedStore.open(config())) {
            put(store, "/kept", "1");
        }
        Files.copy(data, old);
        try (Store store = EmbeddedStore.open(config())) {
            lost = put(store, "/lost", "1");
        }
        Files.copy(old, data, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> EmbeddedStore.open(config()).close())
                .isInstanceOfSatisfying(
                        StoreOpenException.class,
                        e ->
                                assertThat(e.code())
                                        .isEqualTo(StoreOpenException.Code.ACKNOWLEDGED_LOST))
                .hasMessageContaining("--accept-data-loss");
        try (Store store = EmbeddedStore.open(config().acceptingLoss())) {
            assertThat(read(store, "/").entries()).hasSize(1);
            assertThat(put(store, "/new", "1"))
                    .as("no revision is given twice")
                    .isGreaterThan(lost);
        }
        EmbeddedStore.open(config()).close();
    }

    @Test
    void aTornTailOfWhatWasAcknowledgedIsNoticed() throws IOException {
        Path data = directory.resolve("store.mv");
        try (Store store = EmbeddedStore.open(config())) {
            for (int i = 0; i < 20; i++) {
                put(store, "/k" + i, "v".repeat(3_000));
            }
        }
        long size = Files.size(data);
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.WRITE)) {
            channel.truncate(size / 2 / 4096 * 4096);
        }
        assertThatThrownBy(() -> EmbeddedStore.open(config()).close())
                .isInstanceOf(StoreOpenException.class);
    }

    @Test
    void overwritingDoesNotGrowTheFile() throws Exception {
        try (Store store = EmbeddedStore.open(config().retentionMillis(50))) {
            int threads = 50;
            CountDownLatch done = new CountDownLatch(threads);
            for (int t = 0; t < threads; t++) {
                int first = t * 20;
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; i < 400; i++) {
                                put(store, "/k/" + (first + i % 20), i + "v".repeat(200));
                            }
                            done.countDown();
                        });
            }
            done.await();
            assertThat(read(store, "/k/").entries()).hasSize(1_000);
        }
        // Without reuse it is some 380 MiB; how much is left over depends on the disk's speed.
        assertThat(Files.size(directory.resolve("store.mv"))).isLessThan(64 << 20);
    }

    @Test
    void aSlowWatcherIsToldToReadAgainAndHoldsNobodyUp() throws Exception {
        StoreLimits limits = StoreLimits.DEFAULT.history(10, 1 << 20);
        CountDownLatch inTheWay = new CountDownLatch(1);
        WatchRecorder slow = new WatchRecorder(inTheWay);
        try (Store store = EmbeddedStore.open(config().limits(limits))) {
            store.watch("/", 0, slow);
            WatchRecorder quick = new WatchRecorder();
            store.watch("/", 0, quick);
            for (int i = 0; i < 100; i++) {
                quick.keysUpTo(put(store, "/k" + i, "v"));
            }
            inTheWay.countDown();
            assertThat(slow.end().reason()).isEqualTo(WatchEnd.Reason.RESYNC);
        }
    }

    @Test
    void aListenerThatThrowsEndsItsWatchAlone() {
        try (Store store = EmbeddedStore.open(config())) {
            WatchRecorder ends = new WatchRecorder();
            store.watch(
                    "/",
                    0,
                    new WatchListener() {
                        @Override
                        public void onBatch(WatchBatch batch) {
                            throw new IllegalStateException("planted");
                        }

                        @Override
                        public void onEnd(WatchEnd end) {
                            ends.onEnd(end);
                        }
                    });
            WatchRecorder other = new WatchRecorder();
            store.watch("/", 0, other);
            long last = put(store, "/a", "1");
            assertThat(ends.end().reason()).isEqualTo(WatchEnd.Reason.FAILED);
            assertThat(other.keysUpTo(last)).containsExactly("/a");
        }
    }

    @Test
    void whatIsNotConfirmedInTimeIsUnknown() {
        try (Store store = EmbeddedStore.open(config())) {
            TxnOutcome outcome = store.txn(Txn.of(Op.put("/a", "1")), Duration.ZERO);
            assertThat(outcome).isInstanceOf(Unknown.class);
            assertThat(put(store, "/b", "1")).as("behind it").isGreaterThan(0);
            assertThat(read(store, "/").entries()).hasSize(2);
        }
    }

    @Test
    void aNearlyFullDiskRefusesWritesAndSaysWhatToDo() throws IOException {
        long never = Files.getFileStore(directory).getTotalSpace() + 1;
        try (Store store = EmbeddedStore.open(EmbeddedConfig.at(directory).minFreeBytes(never))) {
            TxnOutcome outcome;
            do { // the flusher looks first thing it does
                outcome = store.txn(Txn.of(Op.put("/a", "1")), SOON);
            } while (outcome instanceof TxnOutcome.Committed);
            assertThat(outcome).isInstanceOf(Rejected.class);
            assertThat(((Rejected) outcome).code()).isEqualTo(Rejected.Code.READ_ONLY);
            assertThat(((Rejected) outcome).message()).contains("MiB free", "free space there");
            assertThat(read(store, "/")).isNotNull();
        }
    }

    @Test
    void moreThanTheQueueHoldsIsAnsweredBusyAndNothingAnsweredIsLost() throws Exception {
        try (Store store = EmbeddedStore.open(config().queueLimit(4))) {
            int threads = 64;
            CountDownLatch done = new CountDownLatch(threads);
            java.util.concurrent.atomic.AtomicInteger committed =
                    new java.util.concurrent.atomic.AtomicInteger();
            for (int t = 0; t < threads; t++) {
                String key = "/k" + t;
                Thread.ofVirtual()
                        .start(() -> {
                            TxnOutcome outcome = store.txn(Txn.of(Op.put(key, "v")), SOON);
                            if (outcome instanceof TxnOutcome.Committed) {
                                committed.incrementAndGet();
                            } else {
                                assertThat(((Rejected) outcome).code())
                                        .isEqualTo(Rejected.Code.BUSY);
                            }
                            done.countDown();
                        });
            }
            done.await();
            assertThat(read(store, "/").entries()).hasSize(committed.get());
        }
    }
}
