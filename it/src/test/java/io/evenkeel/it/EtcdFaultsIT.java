package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Compacted;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchRecorder;
import io.evenkeel.store.etcd.EtcdConfig;
import io.evenkeel.store.etcd.EtcdProcess;
import io.evenkeel.store.etcd.EtcdStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store on etcd while etcd fails: real members, real signals. */
@Tag("X")
@Timeout(120)
class EtcdFaultsIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir private Path directory = Path.of("");

    private final List<EtcdProcess> members = new ArrayList<>();
    private final List<Store> stores = new ArrayList<>();

    private Store start(int count, String... flags) {
        members.addAll(EtcdProcess.start(directory, count, flags));
        return open();
    }

    /** A store that asks the members in the order in which they stand in the list. */
    private Store open() {
        Store store =
                EtcdStore.open(
                        EtcdConfig.of(
                                members.stream().map(EtcdProcess::endpoint).toList(),
                                new Random(1)));
        stores.add(store);
        return store;
    }

    @AfterEach
    void end() {
        stores.forEach(Store::close);
        members.forEach(EtcdProcess::close);
    }

    private static TxnOutcome put(Store store, String key, Duration deadline) {
        return store.txn(Txn.of(Op.put(key, "v")), deadline);
    }

    private static long commit(Store store, Op... ops) {
        TxnOutcome outcome = store.txn(Txn.of(ops), SOON);
        assertThat(outcome).isInstanceOf(TxnOutcome.Committed.class);
        return ((TxnOutcome.Committed) outcome).revision();
    }

    @Test
    void nothingAcknowledgedIsLostAndWatchesGoOnWhenTheOnlyMemberIsKilled() {
        Store store = start(1);
        try (NumberedWrites writes = new NumberedWrites(store, "/numbered/")) {
            for (int round = 0; round < 3; round++) {
                writes.awaitMore(100, SOON);
                members.getFirst().kill();
                members.getFirst().restart();
                writes.awaitMore(100, SOON);
            }
            writes.agree();
        }
    }

    @Test
    void aWriteThatWasOnItsWayWhenTheMemberDiedIsUnknown() throws Exception {
        Store store = start(1);
        commit(store, Op.put("/before", "v"));
        members.getFirst().freeze();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<TxnOutcome> onItsWay = threads.submit(() -> put(store, "/during", SOON));
            // It has left when a second call, sent behind it, has had its second.
            assertThat(put(store, "/during/2", SECOND)).isInstanceOf(Unknown.class);
            members.getFirst().kill();
            // Whoever sent it again would have it committed now.
            members.getFirst().restart();
            assertThat(onItsWay.get()).isInstanceOf(Unknown.class);
        }
        members.getFirst().kill();
        assertThat(put(store, "/after", SECOND))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> {
                            assertThat(rejected.code()).isEqualTo(Rejected.Code.BUSY);
                            assertThat(rejected.message())
                                    .contains(members.getFirst().endpoint(), "nothing was changed");
                        });
        members.getFirst().restart();
        commit(store, Op.put("/after", "v"));
    }

    @Test
    void writesAndWatchesGoOnWhenTheLeaderIsKilled() {
        Store anyFirst = start(3);
        members.sort((a, b) -> Boolean.compare(b.leads(), a.leads()));
        Store leaderFirst = open();
        try (NumberedWrites writes = new NumberedWrites(leaderFirst, "/leader-first/");
                NumberedWrites others = new NumberedWrites(anyFirst, "/any-first/")) {
            writes.awaitMore(100, SOON);
            members.getFirst().kill();
            writes.awaitMore(100, SOON);
            others.awaitMore(100, SOON);
            writes.awaitHeard(1, SOON);
            members.getFirst().restart();
            writes.awaitMore(100, SOON);
            writes.agree();
            others.agree();
        }
    }

    @Test
    void withoutQuorumWritesAreRefusedWithTheReasonAndComeBack() {
        Store store = start(3);
        try (NumberedWrites writes = new NumberedWrites(store, "/numbered/")) {
            writes.awaitMore(100, SOON);
            members.get(0).kill();
            members.get(1).kill();
            writes.awaitRejected(1, Duration.ofSeconds(20));
            assertThat(writes.rejected())
                    .allSatisfy(rejected -> {
                        assertThat(rejected.code()).isEqualTo(Rejected.Code.BUSY);
                        assertThat(rejected.message()).contains("nothing was changed");
                    });
            assertThat(store.range(RangeQuery.key("/any"), SECOND)).isInstanceOf(Unknown.class);
            members.get(2).kill();
            writes.awaitRejected(4, Duration.ofSeconds(20));
            members.forEach(EtcdProcess::launch);
            writes.awaitMore(100, Duration.ofSeconds(20));
            writes.agree();
        }
    }

    @Test
    void aStoppedMemberCostsADeadlineAndTheNextIsAsked() {
        start(3);
        members.sort((a, b) -> Boolean.compare(a.leads(), b.leads()));
        Store followerFirst = open();
        WatchRecorder watch = new WatchRecorder();
        followerFirst.watch("/k", 0, watch);
        long written = commit(followerFirst, Op.put("/k1", "v"));
        assertThat(watch.batch().revision()).isEqualTo(written);

        members.getFirst().freeze();
        long frozen = System.nanoTime();
        assertThat(followerFirst.range(RangeQuery.key("/k1"), SOON))
                .isInstanceOf(RangeResult.Range.class);
        assertThat(System.nanoTime() - frozen).isLessThan(Duration.ofSeconds(5).toNanos());

        Store another = open();
        long begun = System.nanoTime();
        TxnOutcome outcome = put(another, "/k2", SECOND);
        assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(2).toNanos());
        // Nothing was sent: a stopped process accepts connections, and doesn't greet on them.
        assertThat(outcome).isInstanceOf(Rejected.class);
        written = commit(another, Op.put("/k3", "v"));
        assertThat(watch.batch().revision()).isEqualTo(written);
        // The read that found it silent also made the watch leave it, before any ping was missed.
        assertThat(System.nanoTime() - frozen).isLessThan(Duration.ofSeconds(8).toNanos());
        members.getFirst().thaw();
        written = commit(followerFirst, Op.put("/k4", "v"));
        assertThat(watch.batch().revision()).isEqualTo(written);
    }

    @Test
    void aWriteToAStoppedMemberIsUnknownAtItsDeadline() {
        Store store = start(1);
        commit(store, Op.put("/k1", "v"));
        members.getFirst().freeze();
        long begun = System.nanoTime();
        assertThat(put(store, "/k2", SECOND)).isInstanceOf(Unknown.class);
        assertThat(store.range(RangeQuery.key("/k1"), SECOND)).isInstanceOf(Unknown.class);
        assertThat(store.grant(SOON, SECOND)).isInstanceOf(Unknown.class);
        assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(5).toNanos());
        members.getFirst().thaw();
        commit(store, Op.put("/k3", "v"));
    }

    @Test
    void aListenerThatCompactionOvertookIsToldToReadAgain() throws Exception {
        Store store = start(1);
        CountDownLatch goOn = new CountDownLatch(1);
        WatchRecorder slow = new WatchRecorder(goOn);
        long first = commit(store, Op.put("/slow/0", "v"));
        store.watch("/slow/", first, slow);
        // More than etcd and both ends of the connection hold for a watch between them.
        Value value = Value.of(new byte[16 << 10]);
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int i = 1; i <= 2_400; i++) {
                String key = "/slow/" + i % 100;
                threads.execute(() -> commit(store, Op.put(key, value)));
            }
        }
        RangeResult.Range now = (RangeResult.Range) store.range(RangeQuery.prefix("/slow/"), SOON);
        assertThat(now.revision()).isEqualTo(first + 2_400);
        assertThat(store.compact(now.revision(), SOON)).isEqualTo(new Compacted(now.revision()));
        goOn.countDown();

        long next = first;
        Object last = slow.take();
        while (last instanceof WatchBatch batch) {
            assertThat(batch.changes().getFirst().revision()).isEqualTo(next);
            next = batch.revision() + 1;
            last = slow.take();
        }
        assertThat(last).isInstanceOf(WatchEnd.class);
        assertThat(((WatchEnd) last).reason()).isEqualTo(WatchEnd.Reason.RESYNC);
        assertThat(((WatchEnd) last).revision()).isEqualTo(now.revision());
        assertThat(next).isLessThan(now.revision());

        WatchRecorder again = new WatchRecorder();
        store.watch("/slow/", now.revision() + 1, again);
        long written = commit(store, Op.put("/slow/0", "v"));
        assertThat(again.batch().revision()).isEqualTo(written);
    }

    @Test
    void aLeaseEndsWhileItsHolderIsAway() {
        Store watcher = start(1);
        Store holder = open();
        LeaseOutcome granted = holder.grant(Duration.ofSeconds(2), SOON);
        long lease = ((LeaseOutcome.Held) granted).leaseId();
        long written = commit(holder, Op.putLeased("/p/1", Value.of("here"), lease));
        WatchRecorder watch = new WatchRecorder();
        watcher.watch("/p/", written + 1, watch);
        holder.close();

        Change gone = watch.batch().changes().getFirst();
        assertThat(gone).isInstanceOf(Change.Delete.class);
        assertThat(((Change.Delete) gone).previous().value()).isEqualTo(Value.of("here"));
        Store back = open();
        assertThat(back.keepAlive(lease, SOON)).isEqualTo(new LeaseOutcome.Gone(lease));
        assertThat(back.txn(Txn.of(Op.putLeased("/p/1", Value.EMPTY, lease)), SOON))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.code()).isEqualTo(Rejected.Code.NO_LEASE));
    }

    @Test
    void aFullEtcdOnlyReadsAndItsRemedyHelps() {
        Store store = start(1, "--quota-backend-bytes=" + (4 << 20));
        WatchRecorder watch = new WatchRecorder();
        long first = commit(store, Op.put("/first", "v"));
        store.watch("/first", first + 1, watch);
        Value value = Value.of(new byte[256 << 10]);
        Set<String> committed = new TreeSet<>();
        Set<String> unknown = new TreeSet<>();
        List<Rejected> refused = new ArrayList<>();
        for (int i = 0; refused.isEmpty() && i < 100; i++) {
            switch (store.txn(Txn.of(Op.put("/fill/" + i, value)), SOON)) {
                case TxnOutcome.Committed c -> committed.add("/fill/" + i);
                case Unknown u -> unknown.add("/fill/" + i);
                case Rejected r -> refused.add(r);
                case TxnOutcome.Refused r -> throw new AssertionError(r);
            }
        }
        assertThat(refused)
                .singleElement()
                .satisfies(rejected -> {
                    assertThat(rejected.code()).isEqualTo(Rejected.Code.READ_ONLY);
                    assertThat(rejected.message())
                            .contains("etcdctl compact", "etcdctl defrag", "disarm");
                });
        assertThat(store.grant(SOON, SOON)).isInstanceOf(Rejected.class);

        // The write that made it full was answered "space exceeded", and was done.
        Set<String> there = new TreeSet<>();
        RangeResult range = store.range(RangeQuery.prefix("/fill/"), SOON);
        assertThat(range).isInstanceOf(RangeResult.Range.class);
        ((RangeResult.Range) range).entries().forEach(entry -> there.add(entry.key()));
        assertThat(there).containsAll(committed);
        there.removeAll(committed);
        assertThat(unknown).isNotEmpty().containsAll(there);

        EtcdProcess etcd = members.getFirst();
        committed.forEach(etcd::deleteKey);
        etcd.makeSpace();
        long written = commit(store, Op.put("/first", "again"));
        assertThat(watch.batch().revision()).isEqualTo(written);
    }

    @Test
    void aWatchOfAnEtcdThatWentBackInTimeIsToldToReadAgain() throws Exception {
        Store store = start(1);
        EtcdProcess etcd = members.getFirst();
        commit(store, Op.put("/k", "1"));
        etcd.kill();
        Path backup = directory.resolve("backup");
        copy(etcd.directory(), backup);
        etcd.restart();
        WatchRecorder watch = new WatchRecorder();
        store.watch("/k", 0, watch);
        long newest = 0;
        for (int i = 0; i < 20; i++) {
            newest = commit(store, Op.put("/k", "lost"));
        }
        assertThat(watch.keysUpTo(newest)).hasSize(20);
        etcd.kill();
        copy(backup, etcd.directory());
        etcd.restart();
        WatchEnd end = watch.end();
        assertThat(end.reason()).isEqualTo(WatchEnd.Reason.RESYNC);
        assertThat(end.revision()).isLessThan(newest);
        assertThat(end.message()).contains("gone back", "backup");
    }

    /** Replaces {@code to} by a copy of {@code from}. */
    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        int exit =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "rm -rf \"$2\" && cp -a \"$1\" \"$2\"",
                                "copy",
                                from.toString(),
                                to.toString())
                        .start()
                        .waitFor();
        assertThat(exit).isZero();
    }
}
