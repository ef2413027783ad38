package io.evenkeel.control.registry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.registry.Freshness.Origin;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.kernel.store.CompactOutcome;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.MemoryStore;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreCopy;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Watch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.store.copy.LocalCopy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images while the store is away, is back, or is back at an earlier time. */
@Timeout(60)
class ImageFeedTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration AT_ONCE = Duration.ofMillis(50);
    private static final EndpointKey WEB_1 = new EndpointKey("default", "w1.80");

    @TempDir private Path folder = Path.of("");
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        opened.add(one);
        return one;
    }

    private static Registration web(int number, String incarnation) {
        return Registration.of("web", "w" + number, "127.0.0.1:80", incarnation);
    }

    private static AdmissionReply ask(Registry registry, Registration registration)
            throws Exception {
        CompletableFuture<AdmissionReply> reply = new CompletableFuture<>();
        registry.admission().admit(registration, reply::complete);
        return reply.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private static long admitted(Registry registry, Registration registration) throws Exception {
        AdmissionReply reply = ask(registry, registration);
        assertThat(reply).isInstanceOf(AdmissionReply.Admitted.class);
        return ((AdmissionReply.Admitted) reply).epoch();
    }

    private Registry start(Store store, StoreCopy copy, BlockingQueue<ImageDelta> deltas)
            throws InterruptedException {
        Registry registry =
                keep(
                        Registry.start(
                                store,
                                copy,
                                RegistryConfig.of("g1").copyAfter(AT_ONCE),
                                List.of(deltas::add)));
        assertThat(registry.awaitReady(SOON)).isTrue();
        return registry;
    }

    private static Freshness until(Registry registry, Origin origin) {
        while (registry.feed().freshness().origin() != origin) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return registry.feed().freshness();
    }

    /** Runs a gateway on the store until its copy holds what it has admitted; the epochs. */
    private List<Long> epochsKeptOf(Store store, int endpoints) throws Exception {
        List<Long> epochs = new ArrayList<>();
        try (LocalCopy copy = LocalCopy.open(folder);
                Registry registry =
                        Registry.start(store, copy, RegistryConfig.of("g1"), List.of())) {
            for (int i = 1; i <= endpoints; i++) {
                epochs.add(admitted(registry, web(i, "a")));
            }
            assertThat(registry.feed().awaitRevision(epochs.getLast(), SOON)).isTrue();
            // The copy hears of a revision after who awaits it.
            while (copy.load().map(StoreCopy.Kept::revision).orElse(0L) < epochs.getLast()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
        return epochs;
    }

    @Test
    void withoutTheStoreTheCopyIsServedAndThenTheStoresTruthAsOneDelta() throws Exception {
        Away store = keep(new Away(keep(new MemoryStore())));
        List<Long> epochs = epochsKeptOf(store, 3);

        store.away(true);
        LocalCopy copy = keep(LocalCopy.open(folder));
        BlockingQueue<ImageDelta> deltas = new LinkedBlockingQueue<>();
        Registry registry = start(store, copy, deltas);
        ClusterImage shown = registry.image();
        assertThat(shown.endpoints().size()).isEqualTo(3);
        assertThat(requireNonNull(shown.endpoints().get(WEB_1)).epoch())
                .isEqualTo(epochs.getFirst());
        Freshness freshness = registry.feed().freshness();
        assertThat(freshness.origin()).isEqualTo(Origin.COPY);
        assertThat(freshness.revision()).isEqualTo(shown.revision());
        assertThat(registry.feed().storeIsSilent()).isTrue();

        // Meanwhile another gateway admits one more, and replaces one.
        try (Registry other = Registry.start(store.store, RegistryConfig.of("g2"), List.of())) {
            assertThat(other.awaitReady(SOON)).isTrue();
            admitted(other, web(1, "b"));
            admitted(other, web(4, "a"));
        }
        store.away(false);
        until(registry, Origin.STORE);
        assertThat(registry.image().endpoints().size()).isEqualTo(4);
        deltas.take();
        ImageDelta truth = deltas.take();
        assertThat(truth.before()).isEqualTo(shown);
        assertThat(truth.endpoints()).hasSize(2);
    }

    @Test
    void whoIsKnownIsConfirmedWhileTheStoreIsAwayAndNobodyElse() throws Exception {
        Away store = keep(new Away(keep(new MemoryStore())));
        List<Long> epochs = epochsKeptOf(store, 1);
        store.away(true);
        Registry registry = start(store, keep(LocalCopy.open(folder)), new LinkedBlockingQueue<>());

        assertThat(admitted(registry, web(1, "a"))).isEqualTo(epochs.getFirst());
        assertThat(ask(registry, web(1, "b"))).isInstanceOf(AdmissionReply.Refused.class);
        assertThat(ask(registry, web(2, "a"))).isInstanceOf(AdmissionReply.Refused.class);
        store.away(false);
        until(registry, Origin.STORE);
        assertThat(admitted(registry, web(2, "a"))).isGreaterThan(epochs.getFirst());
    }

    @Test
    void theStoreBackAtAnEarlierTimeIsOneDeltaAndRegistrationsGoOn() throws Exception {
        Away store = keep(new Away(keep(new MemoryStore())));
        BlockingQueue<ImageDelta> deltas = new LinkedBlockingQueue<>();
        Registry registry = start(store, StoreCopy.NONE, deltas);
        for (int i = 1; i <= 20; i++) {
            admitted(registry, web(i, "a"));
        }
        long before = registry.image().revision();
        assertThat(registry.feed().timeline()).isZero();

        MemoryStore backup = keep(new MemoryStore());
        try (Registry other = Registry.start(backup, RegistryConfig.of("g2"), List.of())) {
            assertThat(other.awaitReady(SOON)).isTrue();
            admitted(other, web(1, "old"));
        }
        store.becomes(backup);
        while (registry.feed().timeline() == 0 || registry.image().revision() >= before) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(registry.image().revision()).isLessThan(before);
        assertThat(registry.image().endpoints().size()).isEqualTo(1);
        assertThat(requireNonNull(registry.image().endpoints().get(WEB_1)).spec().incarnation())
                .isEqualTo("old");
        // Those that registered since the backup come back, and are not waited for in vain.
        long epoch = admitted(registry, web(1, "a"));
        assertThat(epoch).isLessThan(before);
        assertThat(registry.feed().awaitRevision(epoch, SOON)).isTrue();
        assertThat(requireNonNull(registry.image().endpoints().get(WEB_1)).epoch())
                .isEqualTo(epoch);
    }

    @Test
    void theImageIsAsOldAsTheStoreIsSilent() throws Exception {
        Away store = keep(new Away(keep(new MemoryStore())));
        Registry registry = start(store, StoreCopy.NONE, new LinkedBlockingQueue<>());
        admitted(registry, web(1, "a"));
        // Nothing changes, and yet the store is asked: the image does not age.
        int asked = store.asked.get();
        while (store.asked.get() < asked + 4) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(registry.feed().freshness().age()).isLessThan(Duration.ofSeconds(3));
        assertThat(registry.feed().storeIsSilent()).isFalse();

        store.away(true);
        long begun = System.nanoTime();
        while (!registry.feed().storeIsSilent()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(5).toNanos());
        assertThat(registry.feed().freshness().origin()).isEqualTo(Origin.STORE);
        assertThat(registry.feed().freshness().age()).isGreaterThan(Duration.ofSeconds(3));
        assertThat(registry.image().endpoints().size()).isEqualTo(1);
        store.away(false);
        while (registry.feed().storeIsSilent()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Test
    void aCopyOfNothingHelpsNobody() throws Exception {
        Away store = keep(new Away(keep(new MemoryStore())));
        store.away(true);
        Registry registry =
                keep(
                        Registry.start(
                                store,
                                keep(LocalCopy.open(folder)),
                                RegistryConfig.of("g1").copyAfter(AT_ONCE),
                                List.of()));
        assertThat(registry.awaitReady(Duration.ofMillis(300))).isFalse();
        assertThat(registry.feed().freshness().origin()).isEqualTo(Origin.NONE);
    }

    /** C11: within two seconds from the record, which the leader writes before its first round. */
    @Test
    void suspicionOfAHostIsInTheNextImageAndStaysInTheCopy() throws Exception {
        Away store = keep(new Away(keep(new MemoryStore())));
        String procedure = HostKeys.procedure(new HostKey("default", "h1"));
        try (LocalCopy copy = LocalCopy.open(folder)) {
            Registry registry = start(store, copy, new LinkedBlockingQueue<>());
            long epoch = admitted(registry, web(1, "a"));
            assertThat(registry.feed().awaitRevision(epoch, SOON)).isTrue();
            put(store, RunRecord.key("default", "w1"), "{\"v\":1,\"host\":\"h1\",\"on\":true}");
            put(
                    store,
                    procedure,
                    """
                    {"v":1,"stage":"asking","sinceMillis":7,"suspectedMillis":7,"stageMillis":7,\
                    "seenRevision":1,"silentMillis":0,"rounds":0,"token":0,"fenced":[],\
                    "proof":"","planned":false,"evidence":[]}\
                    """);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            while (!suspected(registry.image())) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
        store.away(true);
        try (LocalCopy copy = LocalCopy.open(folder)) {
            Registry registry = start(store, copy, new LinkedBlockingQueue<>());
            assertThat(registry.feed().freshness().origin()).isEqualTo(Origin.COPY);
            assertThat(suspected(registry.image())).isTrue();
            store.away(false);
            until(registry, Origin.STORE);
            assertThat(suspected(registry.image())).isTrue();
            store.txn(Txn.of(Op.delete(procedure)), SOON);
            while (suspected(registry.image())) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    private static void put(Store store, String key, String value) {
        assertThat(store.txn(Txn.of(Op.put(key, value)), SOON))
                .isInstanceOf(TxnOutcome.Committed.class);
    }

    private static boolean suspected(ClusterImage image) {
        return requireNonNull(image.endpoints().get(WEB_1)).suspected();
    }

    @Test
    void onlyWhatImagesAreMadeOfIsKept() throws Exception {
        epochsKeptOf(keep(new MemoryStore()), 2);
        try (LocalCopy copy = LocalCopy.open(folder)) {
            assertThat(copy.load().orElseThrow().entries())
                    .extracting(Entry::key)
                    .isNotEmpty()
                    .allSatisfy(key -> assertThat(key).doesNotStartWith("/ek/1/audit/"))
                    .allSatisfy(key -> assertThat(key).doesNotStartWith("/ek/1/decision/"));
        }
    }

    /** A store that may be away, or become another one, as etcd after a restore. */
    private static final class Away implements Store {
        private volatile Store store;
        private volatile boolean away;
        private final AtomicInteger asked = new AtomicInteger();
        private final List<WatchListener> listeners = new ArrayList<>();

        Away(Store store) {
            this.store = store;
        }

        void away(boolean now) {
            away = now;
        }

        synchronized void becomes(Store other) {
            store = other;
            WatchEnd resync = new WatchEnd(WatchEnd.Reason.RESYNC, 0, "gone back");
            listeners.forEach(listener -> listener.onEnd(resync));
            listeners.clear();
        }

        @Override
        public RangeResult range(RangeQuery query, Duration deadline) {
            if (query.from().equals(Keys.ROOT)) {
                asked.incrementAndGet();
            }
            return away ? new Unknown("away") : store.range(query, deadline);
        }

        @Override
        public TxnOutcome txn(Txn txn, Duration deadline) {
            return away ? new Rejected(Rejected.Code.BUSY, "away") : store.txn(txn, deadline);
        }

        @Override
        public LeaseOutcome grant(Duration ttl, Duration deadline) {
            return away ? new Unknown("away") : store.grant(ttl, deadline);
        }

        @Override
        public LeaseOutcome keepAlive(long leaseId, Duration deadline) {
            return away ? new Unknown("away") : store.keepAlive(leaseId, deadline);
        }

        @Override
        public LeaseOutcome revoke(long leaseId, Duration deadline) {
            return away ? new Unknown("away") : store.revoke(leaseId, deadline);
        }

        @Override
        public CompactOutcome compact(long revision, Duration deadline) {
            return store.compact(revision, deadline);
        }

        @Override
        public synchronized Watch watch(String prefix, long fromRevision, WatchListener listener) {
            listeners.add(listener);
            return store.watch(prefix, fromRevision, listener);
        }

        @Override
        public void close() {}
    }
}
