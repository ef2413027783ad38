package io.evenkeel.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.WatchResponse;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchRecorder;
import io.evenkeel.store.etcd.ScriptedMember.OpenWatch;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What members say at rare moments, and what becomes of calls and watches then. */
class MemberFaultsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Txn TXN = Txn.when(Compare.absent("/k")).build();
    private static final Txn WRITE = Txn.of(Op.deletePrefix("/k"));

    private final ScriptedMember first = new ScriptedMember();
    private final ScriptedMember second = new ScriptedMember();
    private final Store store =
            EtcdStore.open(
                    EtcdConfig.of(List.of(first.endpoint(), second.endpoint()), new Random(1)));
    private final WatchRecorder watch = new WatchRecorder();

    @AfterEach
    void close() {
        store.close();
        first.close();
        second.close();
    }

    @Test
    void everyCallAsksForAMemberThatKnowsALeader() throws Exception {
        store.txn(TXN, SOON);
        store.range(RangeQuery.key("/k"), SOON);
        store.watch("/k", 5, watch);
        first.watch();
        assertThat(first.seen()).containsExactly("Txn true", "Range true", "Watch true");
    }

    @Test
    void aWriteThatMayHaveBeenDoneGoesToNobodyElse() {
        first.answerTxns(Status.UNAVAILABLE.withDescription("etcdserver: request timed out"));
        assertThat(store.txn(WRITE, SOON)).isInstanceOf(Unknown.class);
        assertThat(first.seen()).hasSize(1);
        assertThat(second.seen()).isEmpty();
    }

    @Test
    void aTxnThatOnlyReadsIsAskedElsewhere() {
        first.answerTxns(Status.UNAVAILABLE.withDescription("etcdserver: request timed out"));
        assertThat(store.txn(TXN, SOON)).isInstanceOf(TxnOutcome.Committed.class);
        assertThat(second.seen()).containsExactly("Txn true");
    }

    @Test
    void aWriteThatAMemberWithoutLeaderRefusedIsDoneByTheNext() {
        first.answerTxns(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
        assertThat(store.txn(WRITE, SOON)).isInstanceOf(TxnOutcome.Committed.class);
        assertThat(first.seen()).containsExactly("Txn true");
        assertThat(second.seen()).containsExactly("Txn true");
    }

    @ParameterizedTest
    @CsvSource({
        "RESOURCE_EXHAUSTED, etcdserver: too many requests, BUSY",
        "INVALID_ARGUMENT, etcdserver: request is too large, INVALID",
        "NOT_FOUND, etcdserver: requested lease not found, NO_LEASE",
        "DATA_LOSS, etcdserver: corrupt cluster, READ_ONLY",
        "PERMISSION_DENIED, etcdserver: permission denied, INVALID",
    })
    void whatEtcdItselfRefusesIsCertainAndAskedOnce(
            Status.Code code, String message, Rejected.Code expected) {
        first.answerTxns(code.toStatus().withDescription(message));
        assertThat(store.txn(WRITE, SOON))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.code()).isEqualTo(expected));
        assertThat(first.seen()).hasSize(1);
        assertThat(second.seen()).isEmpty();
    }

    @Test
    void aWatchThatLostItsLeaderGoesOnAtTheNextMemberFromWhatItHadDelivered() throws Exception {
        store.watch("/k", 10, watch);
        OpenWatch opened = first.watch();
        assertThat(opened.from()).isEqualTo(10);
        opened.created(1_000, ScriptedMember.CLUSTER);
        opened.out().onNext(put(12));
        assertThat(watch.batch().revision()).isEqualTo(12);
        opened.fail("etcdserver: no leader");
        assertThat(second.watch().from()).isEqualTo(13);
    }

    @Test
    void aWatchThatBrokeBeforeItDeliveredBeginsWhereItBegan() throws Exception {
        store.watch("/k", 10, watch);
        OpenWatch opened = first.watch();
        opened.created(1_000, ScriptedMember.CLUSTER);
        opened.fail("connection lost");
        assertThat(second.watch().from()).isEqualTo(10);
    }

    @Test
    void aWatchAtAMemberThatLagsWaitsForIt() throws Exception {
        first.revision(20);
        store.watch("/k", 16, watch);
        OpenWatch opened = first.watch();
        opened.created(5, ScriptedMember.CLUSTER);
        opened.out().onNext(put(16));
        assertThat(watch.batch().revision()).isEqualTo(16);
    }

    @Test
    void aWatchOfAStoreThatWentBackIsToldToReadAgain() throws Exception {
        first.revision(8);
        store.watch("/k", 16, watch);
        first.watch().created(8, ScriptedMember.CLUSTER);
        WatchEnd end = watch.end();
        assertThat(end.reason()).isEqualTo(WatchEnd.Reason.RESYNC);
        assertThat(end.revision()).isEqualTo(8);
    }

    @Test
    void aWatchThatMeetsAnotherClusterIsToldToReadAgain() throws Exception {
        store.watch("/k", 16, watch);
        OpenWatch opened = first.watch();
        opened.created(20, ScriptedMember.CLUSTER);
        opened.fail("connection lost");
        second.watch().created(2_000, ScriptedMember.CLUSTER + 1);
        WatchEnd end = watch.end();
        assertThat(end.reason()).isEqualTo(WatchEnd.Reason.RESYNC);
        assertThat(end.message()).contains("another cluster");
    }

    private static WatchResponse put(long revision) {
        KeyValue kv =
                KeyValue.newBuilder()
                        .setKey(ByteString.copyFromUtf8("/k"))
                        .setModRevision(revision)
                        .setCreateRevision(revision)
                        .setVersion(1)
                        .build();
        return WatchResponse.newBuilder()
                .setHeader(ScriptedMember.header(revision))
                .addEvents(Event.newBuilder().setKv(kv))
                .build();
    }
}
