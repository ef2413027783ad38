package io.evenkeel.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Store} promises; run it against each by saying how to open one. */
public abstract class StoreContract {
    protected static final Duration SOON = Duration.ofSeconds(10);

    protected Store store = new MemoryStore();

    /** Opens an empty store with these limits. */
    protected abstract Store open(StoreLimits limits);

    @BeforeEach
    void openStore() {
        store.close();
        store = open(StoreLimits.DEFAULT);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    protected TxnOutcome.Committed commit(Op... ops) {
        return committed(store.txn(Txn.of(ops), SOON));
    }

    protected static TxnOutcome.Committed committed(TxnOutcome outcome) {
        assertThat(outcome).isInstanceOf(TxnOutcome.Committed.class);
        return (TxnOutcome.Committed) outcome;
    }

    protected RangeResult.Range read(RangeQuery query) {
        RangeResult result = store.range(query, SOON);
        assertThat(result).isInstanceOf(RangeResult.Range.class);
        return (RangeResult.Range) result;
    }

    protected List<String> keys(RangeQuery query) {
        return read(query).entries().stream().map(Entry::key).toList();
    }

    private long lease(Duration ttl) {
        LeaseOutcome outcome = store.grant(ttl, SOON);
        assertThat(outcome).isInstanceOf(LeaseOutcome.Held.class);
        return ((LeaseOutcome.Held) outcome).leaseId();
    }

    private static void rejected(TxnOutcome outcome, Rejected.Code code, String message) {
        assertThat(outcome).isInstanceOf(Rejected.class);
        assertThat(((Rejected) outcome).code()).isEqualTo(code);
        assertThat(((Rejected) outcome).message()).contains(message);
    }

    // Keys and revisions

    @Test
    void everyTxnThatChangesSomethingTakesTheNextRevision() {
        long first = commit(Op.put("/k", "1")).revision();
        assertThat(commit(Op.put("/k", "2"), Op.put("/l", "3")).revision()).isEqualTo(first + 1);
        assertThat(commit(Op.delete("/nothing")).revision()).isEqualTo(first + 1);
        assertThat(commit(Op.read(RangeQuery.key("/k"))).revision()).isEqualTo(first + 1);
        assertThat(commit(Op.delete("/l")).revision()).isEqualTo(first + 2);
    }

    @Test
    void aKeyKnowsItsCreationItsLastWriteAndItsVersion() {
        long created = commit(Op.put("/k", "1")).revision();
        long changed = commit(Op.put("/k", "2")).revision();
        assertThat(read(RangeQuery.key("/k")).entries())
                .containsExactly(new Entry("/k", Value.of("2"), created, changed, 2, 0));
        commit(Op.delete("/k"));
        assertThat(read(RangeQuery.key("/k")).entries()).isEmpty();
        long again = commit(Op.put("/k", "3")).revision();
        assertThat(read(RangeQuery.key("/k")).entries())
                .containsExactly(new Entry("/k", Value.of("3"), again, again, 1, 0));
    }

    @Test
    void aRangeIsInKeyOrderAndItsPagesJoinUp() {
        for (String key : List.of("/b/2", "/a/1", "/b/1", "/b/3", "/c", "/b0")) {
            commit(Op.put(key, "v"));
        }
        RangeQuery query = RangeQuery.prefix("/b/");
        assertThat(keys(query)).containsExactly("/b/1", "/b/2", "/b/3");
        RangeResult.Range page = read(query.limit(2));
        assertThat(page.more()).isTrue();
        assertThat(page.count()).isEqualTo(3);
        RangeResult.Range rest = read(query.limit(2).after("/b/2"));
        assertThat(rest.entries().getFirst().key()).isEqualTo("/b/3");
        assertThat(rest.more()).isFalse();
        assertThat(read(query.counting()).count()).isEqualTo(3);
        assertThat(read(query.counting()).entries()).isEmpty();
    }

    @Test
    void anOldRevisionReadsAsItWas() {
        commit(Op.put("/a", "1"), Op.put("/b", "1"));
        long then = commit(Op.put("/a", "2")).revision();
        commit(Op.delete("/a"));
        commit(Op.put("/c", "1"), Op.put("/b", "2"));
        RangeResult.Range old = read(RangeQuery.prefix("/").at(then));
        assertThat(old.entries().stream().map(e -> e.key() + e.value()).toList())
                .containsExactly("/a2", "/b1");
        assertThat(store.range(RangeQuery.key("/a").at(then + 1_000), SOON))
                .isInstanceOf(Rejected.class);
    }

    @Test
    void bytesComeBackAsTheyWere() {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        commit(Op.put("/bytes", Value.of(bytes)), Op.put("/empty", Value.EMPTY));
        assertThat(read(RangeQuery.key("/bytes")).entries().getFirst().value().toBytes())
                .isEqualTo(bytes);
        assertThat(read(RangeQuery.key("/empty")).entries().getFirst().value().size()).isZero();
    }

    // Txns

    @Test
    void aTxnHappensWhollyOrNotAtAll() {
        long revision = commit(Op.put("/k", "1")).revision();
        Txn stale =
                Txn.when(Compare.modRevision("/k", revision - 1))
                        .then(Op.put("/k", "2"), Op.put("/other", "2"))
                        .otherwise(RangeQuery.key("/k"))
                        .build();
        TxnOutcome outcome = store.txn(stale, SOON);
        assertThat(outcome).isInstanceOf(TxnOutcome.Refused.class);
        TxnOutcome.Refused refused = (TxnOutcome.Refused) outcome;
        assertThat(refused.reads().getFirst().entries().getFirst().value())
                .isEqualTo(Value.of("1"));
        assertThat(keys(RangeQuery.prefix("/"))).containsExactly("/k");
        assertThat(read(RangeQuery.key("/k")).revision()).isEqualTo(revision);
    }

    @Test
    void everyCompareIsHeld() {
        long created = commit(Op.put("/k", "b")).revision();
        long changed = commit(Op.put("/k", "b")).revision();
        List<Compare> holding =
                List.of(
                        Compare.modRevision("/k", changed),
                        Compare.createRevision("/k", created),
                        Compare.version("/k", 2),
                        Compare.exists("/k"),
                        Compare.absent("/none"),
                        Compare.version("/none", 0),
                        Compare.value("/k", Value.of("b")),
                        new Compare.OfValue("/k", Compare.Relation.GREATER, Value.of("a")),
                        new Compare.OfValue("/k", Compare.Relation.LESS, Value.of("c")),
                        new Compare.OfNumber(
                                "/k",
                                Compare.Field.MOD_REVISION,
                                Compare.Relation.LESS,
                                changed + 1),
                        new Compare.OfNumber("/k", Compare.Field.LEASE, Compare.Relation.EQUAL, 0));
        List<Compare> failing =
                List.of(
                        Compare.modRevision("/k", created),
                        Compare.createRevision("/k", changed),
                        Compare.version("/k", 1),
                        Compare.exists("/none"),
                        Compare.absent("/k"),
                        Compare.value("/k", Value.of("a")),
                        Compare.value("/none", Value.EMPTY),
                        new Compare.OfNumber(
                                "/k", Compare.Field.VERSION, Compare.Relation.NOT_EQUAL, 2));
        for (Compare compare : holding) {
            Txn txn = Txn.when(compare).build();
            assertThat(store.txn(txn, SOON)).isInstanceOf(TxnOutcome.Committed.class);
        }
        for (Compare compare : failing) {
            Txn txn = Txn.when(Compare.exists("/k"), compare).build();
            assertThat(store.txn(txn, SOON)).isInstanceOf(TxnOutcome.Refused.class);
        }
    }

    @Test
    void resultsSayWhatWasReplacedAndReadsSeeTheOperationsBeforeThem() {
        commit(Op.put("/d/1", "1"), Op.put("/d/2", "2"));
        TxnOutcome.Committed done =
                commit(
                        Op.deletePrefix("/d/"),
                        Op.read(RangeQuery.prefix("/")),
                        Op.put("/e", "3"),
                        Op.read(RangeQuery.prefix("/")));
        OpResult.DeleteDone deleted = (OpResult.DeleteDone) done.results().get(0);
        assertThat(deleted.previous().stream().map(Entry::key)).containsExactly("/d/1", "/d/2");
        assertThat(((OpResult.ReadDone) done.results().get(1)).range().entries()).isEmpty();
        assertThat(((OpResult.PutDone) done.results().get(2)).previous()).isNull();
        assertThat(((OpResult.ReadDone) done.results().get(3)).range().entries()).hasSize(1);
    }

    @Test
    void concurrentIncrementsByCompareLoseNothing() throws Exception {
        commit(Op.put("/n", "0"));
        int threads = 8;
        int each = 25;
        CountDownLatch done = new CountDownLatch(threads);
        AtomicInteger retries = new AtomicInteger();
        for (int t = 0; t < threads; t++) {
            Thread.ofVirtual()
                    .start(() -> {
                        for (int i = 0; i < each; ) {
                            Entry now = read(RangeQuery.key("/n")).entries().getFirst();
                            int next = Integer.parseInt(now.value().text()) + 1;
                            Txn txn =
                                    Txn.when(Compare.modRevision("/n", now.modRevision()))
                                            .then(Op.put("/n", Integer.toString(next)))
                                            .build();
                            if (store.txn(txn, SOON) instanceof TxnOutcome.Committed) {
                                i++;
                            } else {
                                retries.incrementAndGet();
                            }
                        }
                        done.countDown();
                    });
        }
        done.await();
        assertThat(read(RangeQuery.key("/n")).entries().getFirst().value().text())
                .as("after %d retries", retries.get())
                .isEqualTo(Integer.toString(threads * each));
    }

    // Limits

    @Test
    void whatIsTooLargeIsRefusedWithItsSizeAndTheLimit() {
        Txn.Builder full = Txn.builder();
        for (int i = 0; i < 128; i++) {
            full.then(Op.put("/many/" + i, "v"));
        }
        committed(store.txn(full.build(), SOON));
        rejected(
                store.txn(full.then(Op.put("/many/128", "v")).build(), SOON),
                Rejected.Code.INVALID,
                "129 (expected: <= 128)");
        int most = StoreLimits.DEFAULT.valueBytes();
        commit(Op.put("/large", Value.of(new byte[most])));
        rejected(
                store.txn(Txn.of(Op.put("/large", Value.of(new byte[most + 1]))), SOON),
                Rejected.Code.INVALID,
                (most + 1) + " bytes (expected: <= " + most + ")");
        String longest = "/" + "k".repeat(StoreLimits.DEFAULT.keyLength() - 1);
        commit(Op.put(longest, "v"));
        assertThat(keys(RangeQuery.prefix(longest))).containsExactly(longest);
        rejected(
                store.txn(Txn.of(Op.put(longest + "k", "v")), SOON),
                Rejected.Code.INVALID,
                "(expected: <= " + StoreLimits.DEFAULT.keyLength() + ")");
        rejected(
                store.txn(
                        Txn.of(
                                Op.put("/1", Value.of(new byte[most])),
                                Op.put("/2", Value.of(new byte[most]))),
                        SOON),
                Rejected.Code.INVALID,
                "split the txn");
        assertThat(keys(RangeQuery.key("/1"))).isEmpty();
    }

    @Test
    void aKeyThatIsNotPrintableAsciiIsRefused() {
        for (String key : List.of("", "/a b", "/\u00e4", "/\n", "/\u007f", "/\0")) {
            assertThat(store.txn(Txn.of(Op.put(key, "v")), SOON)).isInstanceOf(Rejected.class);
        }
    }

    @Test
    void oneKeyIsWrittenAtMostOnceInATxn() {
        for (Txn txn :
                List.of(
                        Txn.of(Op.put("/k", "1"), Op.put("/k", "2")),
                        Txn.of(Op.put("/k", "1"), Op.delete("/k")),
                        Txn.of(Op.deletePrefix("/"), Op.put("/k", "1")))) {
            rejected(store.txn(txn, SOON), Rejected.Code.INVALID, "/k is written twice");
        }
    }

    // Leases

    @Test
    void theEndOfALeaseDeletesItsKeysAtOneRevision() {
        long lease = lease(Duration.ofSeconds(60));
        commit(Op.putLeased("/p/1", Value.EMPTY, lease), Op.putLeased("/p/2", Value.EMPTY, lease));
        long before = commit(Op.put("/p/kept", "v")).revision();
        WatchRecorder watch = new WatchRecorder();
        store.watch("/p/", before + 1, watch);
        assertThat(store.revoke(lease, SOON)).isEqualTo(new LeaseOutcome.Gone(lease));
        WatchBatch batch = watch.batch();
        assertThat(batch.revision()).isEqualTo(before + 1);
        assertThat(batch.changes().stream().map(Change::key))
                .containsExactlyInAnyOrder("/p/1", "/p/2");
        assertThat(batch.changes()).allMatch(change -> change instanceof Change.Delete);
        assertThat(keys(RangeQuery.prefix("/p/"))).containsExactly("/p/kept");
        assertThat(store.keepAlive(lease, SOON)).isEqualTo(new LeaseOutcome.Gone(lease));
        rejected(
                store.txn(Txn.of(Op.putLeased("/p/3", Value.EMPTY, lease)), SOON),
                Rejected.Code.NO_LEASE,
                "grant a new one");
    }

    @Test
    void aLeaseThatIsNotKeptAliveEnds() {
        long lease = lease(Duration.ofSeconds(1));
        long before = commit(Op.putLeased("/p/1", Value.of("x"), lease)).revision();
        WatchRecorder watch = new WatchRecorder();
        store.watch("/p/", before + 1, watch);
        Change change = watch.batch().changes().getFirst();
        assertThat(change).isInstanceOf(Change.Delete.class);
        assertThat(change.previous()).isNotNull();
        assertThat(keys(RangeQuery.prefix("/p/"))).isEmpty();
    }

    @Test
    void aKeyWrittenAgainWithoutTheLeaseOutlivesIt() {
        long lease = lease(Duration.ofSeconds(60));
        commit(Op.putLeased("/p/1", Value.EMPTY, lease), Op.putLeased("/p/2", Value.EMPTY, lease));
        assertThat(read(RangeQuery.key("/p/1")).entries().getFirst().leaseId()).isEqualTo(lease);
        commit(Op.put("/p/1", "free"));
        store.revoke(lease, SOON);
        assertThat(keys(RangeQuery.prefix("/p/"))).containsExactly("/p/1");
    }

    @Test
    void leasesAreGrantedOnceAndWithinBounds() {
        assertThat(lease(Duration.ofSeconds(5))).isNotEqualTo(lease(Duration.ofSeconds(5)));
        assertThat(store.grant(Duration.ofMillis(1), SOON)).isInstanceOf(Rejected.class);
        assertThat(store.grant(Duration.ofDays(10_000), SOON)).isInstanceOf(Rejected.class);
        assertThat(store.keepAlive(12_345_678, SOON)).isEqualTo(new LeaseOutcome.Gone(12_345_678));
    }

    // Watches

    @Test
    void aWatchHearsEveryRevisionOnceInOrderWithWhatWasBefore() {
        long first = commit(Op.put("/w/1", "a")).revision();
        commit(Op.put("/elsewhere", "x"));
        WatchRecorder watch = new WatchRecorder();
        store.watch("/w/", first, watch);
        commit(Op.put("/w/1", "b"), Op.put("/w/2", "c"), Op.put("/elsewhere", "y"));
        long last = commit(Op.deletePrefix("/w/")).revision();

        List<String> heard = new ArrayList<>();
        WatchBatch batch;
        do {
            batch = watch.batch();
            for (Change change : batch.changes()) {
                Entry before = change.previous();
                heard.add(
                        change.revision()
                                - first
                                + change.key()
                                + (before == null ? "" : " was " + before.value())
                                + (change instanceof Change.Put put
                                        ? " is " + put.entry().value()
                                        : ""));
            }
        } while (batch.revision() < last);
        assertThat(heard)
                .containsExactly(
                        "0/w/1 is a",
                        "2/w/1 was a is b",
                        "2/w/2 is c",
                        "3/w/1 was b",
                        "3/w/2 was c");
    }

    @Test
    void aWatchFromZeroHearsOnlyWhatComesAfter() {
        commit(Op.put("/w/1", "a"));
        WatchRecorder watch = new WatchRecorder();
        store.watch("/w/", 0, watch);
        commit(Op.put("/w/2", "b"));
        assertThat(watch.batch().changes().getFirst().key()).isEqualTo("/w/2");
    }

    @Test
    void aWatchFromCompactedHistoryIsToldToReadAgain() {
        long first = commit(Op.put("/w/1", "a")).revision();
        commit(Op.put("/w/2", "a"));
        long last = commit(Op.put("/w/3", "a")).revision();
        assertThat(store.compact(last, SOON)).isInstanceOf(Compacted.class);

        WatchRecorder late = new WatchRecorder();
        store.watch("/w/", first, late);
        WatchEnd end = late.end();
        assertThat(end.reason()).isEqualTo(WatchEnd.Reason.RESYNC);
        assertThat(end.revision()).isEqualTo(last);
        assertThat(store.range(RangeQuery.prefix("/w/").at(first), SOON))
                .isEqualTo(new Compacted(last));
        assertThat(keys(RangeQuery.prefix("/w/"))).hasSize(3);

        WatchRecorder inTime = new WatchRecorder();
        store.watch("/w/", last + 1, inTime);
        commit(Op.put("/w/4", "a"));
        assertThat(inTime.batch().revision()).isEqualTo(last + 1);
    }

    @Test
    void compactionBeyondTheNewestRevisionForgetsAllHistoryThereIs() {
        commit(Op.put("/w/1", "a"));
        long last = commit(Op.put("/w/1", "b")).revision();
        assertThat(store.compact(last + 1_000, SOON)).isEqualTo(new Compacted(last));
        assertThat(store.range(RangeQuery.key("/w/1").at(last - 1), SOON))
                .isEqualTo(new Compacted(last));
        assertThat(read(RangeQuery.key("/w/1").at(last)).entries()).hasSize(1);
    }

    @Test
    void aClosedWatchIsSilentAndTheOthersGoOn() {
        WatchRecorder closed = new WatchRecorder();
        WatchRecorder open = new WatchRecorder();
        Watch watch = store.watch("/w/", 0, closed);
        store.watch("/w/", 0, open);
        watch.close();
        watch.close();
        commit(Op.put("/w/1", "a"));
        commit(Op.put("/w/2", "a"));
        assertThat(open.keysUpTo(read(RangeQuery.key("/w/2")).revision()))
                .containsExactly("/w/1", "/w/2");
        assertThat(closed.isEmpty()).isTrue();
    }

    @Test
    void whatAnAnswerShowsAWatchWillShow() {
        WatchRecorder watch = new WatchRecorder();
        store.watch("/", 0, watch);
        List<String> written = new ArrayList<>();
        long last = 0;
        for (int i = 0; i < 200; i++) {
            last = commit(Op.put("/k" + i, "v")).revision();
            written.add("/k" + i);
        }
        assertThat(watch.keysUpTo(last)).isEqualTo(written);
    }

    // The end

    @Test
    void aClosedStoreSaysSoToCallersAndWatches() {
        WatchRecorder watch = new WatchRecorder();
        store.watch("/", 0, watch);
        store.close();
        store.close();
        assertThat(watch.end().reason()).isEqualTo(WatchEnd.Reason.CLOSED);
        rejected(store.txn(Txn.of(Op.put("/k", "v")), SOON), Rejected.Code.CLOSED, "closed");
        assertThat(store.range(RangeQuery.key("/k"), SOON)).isInstanceOf(Rejected.class);
        assertThat(store.grant(SOON, SOON)).isInstanceOf(Rejected.class);
    }
}
