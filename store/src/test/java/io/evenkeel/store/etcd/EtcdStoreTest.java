package io.evenkeel.store.etcd;

import static java.util.Objects.requireNonNull;
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
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.kernel.store.WatchRecorder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store on etcd promises beside the contract. */
class EtcdStoreTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final AtomicInteger OPENED = new AtomicInteger();
    private static @Nullable EtcdProcess etcd;

    private final Store store = open("/test-" + OPENED.incrementAndGet());

    @BeforeAll
    static void start(@TempDir Path directory) {
        etcd = EtcdProcess.start(directory);
    }

    @AfterAll
    static void stop() {
        if (etcd != null) {
            etcd.close();
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Store open(String namespace) {
        return open(namespace, requireNonNull(etcd).endpoint());
    }

    private static Store open(String namespace, String... endpoints) {
        return EtcdStore.open(
                EtcdConfig.of(List.of(endpoints), new Random(1)).namespace(namespace));
    }

    private static long commit(Store store, Op... ops) {
        TxnOutcome outcome = store.txn(Txn.of(ops), SOON);
        assertThat(outcome).isInstanceOf(TxnOutcome.Committed.class);
        return ((TxnOutcome.Committed) outcome).revision();
    }

    @Test
    void aMemberThatIsNotThereIsPassedOver() {
        try (Store other = open("/passed", "127.0.0.1:1", requireNonNull(etcd).endpoint())) {
            long written = commit(other, Op.put("/k", "v"));
            WatchRecorder watch = new WatchRecorder();
            other.watch("/k", written, watch);
            assertThat(watch.batch().revision()).isEqualTo(written);
        }
    }

    @Test
    void withNobodyToAskEveryCallIsAnsweredAtItsDeadline() {
        try (Store nowhere = open("", "127.0.0.1:1", "127.0.0.1:2")) {
            long begun = System.nanoTime();
            assertThat(nowhere.txn(Txn.of(Op.put("/k", "v")), SECOND))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            rejected -> {
                                assertThat(rejected.code()).isEqualTo(Rejected.Code.BUSY);
                                assertThat(rejected.message())
                                        .contains("127.0.0.1:1, 127.0.0.1:2", "refused");
                            });
            assertThat(nowhere.range(RangeQuery.key("/k"), SECOND)).isInstanceOf(Unknown.class);
            assertThat(nowhere.grant(SOON, SECOND)).isInstanceOf(Rejected.class);
            assertThat(System.nanoTime() - begun).isLessThan(SOON.toNanos());
        }
    }

    @Test
    void aListenerThatNeverGreetsCostsItsDeadlineOnly() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Store nowhere = open("", "127.0.0.1:" + silent.getLocalPort())) {
            long begun = System.nanoTime();
            assertThat(nowhere.txn(Txn.of(Op.put("/k", "v")), SECOND)).isInstanceOf(Rejected.class);
            assertThat(System.nanoTime() - begun).isBetween(SECOND.toNanos() / 2, SOON.toNanos());
        }
    }

    @Test
    void namespacesDoNotSeeOneAnother() {
        try (Store other = open("/other")) {
            WatchRecorder watch = new WatchRecorder();
            other.watch("/", 0, watch);
            commit(store, Op.put("/a", "mine"));
            long written = commit(other, Op.put("/b", "theirs"));
            assertThat(watch.keysUpTo(written)).containsExactly("/b");
            assertThat(keys(store)).containsExactly("/a");
            assertThat(keys(other)).containsExactly("/b");
        }
    }

    @Test
    void aRevisionLargerThanAMessageIsDeliveredWhole() {
        Value large = Value.of(new byte[10_000]);
        Op[] puts =
                IntStream.range(0, 120).mapToObj(i -> Op.put("/k/" + i, large)).toArray(Op[]::new);
        long first = commit(store, puts);
        // With what was before, some 2.4 MB: etcd sends at most 1.5 at once.
        long second = commit(store, puts);
        WatchRecorder watch = new WatchRecorder();
        store.watch("/k/", first, watch);
        int changes = 0;
        WatchBatch batch;
        do {
            batch = watch.batch();
            changes += batch.changes().size();
            assertThat(batch.changes().size() % 120).isZero();
        } while (batch.revision() < second);
        assertThat(changes).isEqualTo(240);
    }

    @Test
    void theWholeRangeIsOfOneRevisionHoweverManyPagesItTakes() throws Exception {
        int count = 400;
        Value value = Value.of(new byte[20_000]);
        for (int i = 0; i < count; i++) {
            commit(store, Op.put("/p/" + i, value));
        }
        List<RangeResult> seen = new ArrayList<>();
        Thread reader =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int read = 0; read < 10; read++) {
                                seen.add(store.range(RangeQuery.prefix("/p/"), SOON));
                            }
                        });
        for (int i = 0; reader.isAlive(); i++) {
            commit(store, Op.put("/p/" + i % count, value));
        }
        reader.join();
        assertThat(seen).hasSize(10);
        for (RangeResult result : seen) {
            RangeResult.Range range = (RangeResult.Range) result;
            assertThat(range.count()).isEqualTo(count);
            // Rewritten in turn, a revision each, so at any moment these follow upon one another.
            assertThat(range.entries().stream().map(Entry::modRevision).sorted())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(range.revision() - count + 1, range.revision())
                                    .boxed()
                                    .toList());
        }
        assertThat(keys(store, RangeQuery.prefix("/p/").limit(300))).hasSize(300);
    }

    @Test
    void aListenerThatFailsEndsItsWatchOnly() {
        AtomicReference<@Nullable WatchEnd> ended = new AtomicReference<>();
        WatchRecorder other = new WatchRecorder();
        store.watch(
                "/k",
                0,
                new WatchListener() {
                    @Override
                    public void onBatch(WatchBatch batch) {
                        throw new IllegalStateException("planted");
                    }

                    @Override
                    public void onEnd(WatchEnd end) {
                        ended.set(end);
                        other.onEnd(end);
                    }
                });
        commit(store, Op.put("/k", "v"));
        assertThat(other.end().reason()).isEqualTo(WatchEnd.Reason.FAILED);
        assertThat(requireNonNull(ended.get()).message()).contains("planted");
        store.watch("/k", 0, other);
        long written = commit(store, Op.put("/k", "v"));
        assertThat(other.batch().revision()).isEqualTo(written);
    }

    private static List<String> keys(Store of) {
        return keys(of, RangeQuery.prefix("/"));
    }

    private static List<String> keys(Store of, RangeQuery query) {
        RangeResult result = of.range(query, SOON);
        assertThat(result).isInstanceOf(RangeResult.Range.class);
        return ((RangeResult.Range) result).entries().stream().map(Entry::key).toList();
    }
}
