package io.evenkeel.control.registry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.Stored;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry's threads on the real embedded store. */
class RegistryTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final EndpointKey WEB_1 = new EndpointKey("default", "w1.80");

    @TempDir private Path directory = Path.of("");
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Store store = new FaultyStore(new io.evenkeel.kernel.store.MemoryStore(), 0, 0);

    @BeforeEach
    void openStore() {
        store = EmbeddedStore.open(EmbeddedConfig.at(directory).minFreeBytes(0));
        opened.add(store);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private Registry start(Store over, RegistryConfig config) throws InterruptedException {
        Registry registry = Registry.start(over, config, List.of());
        opened.add(registry);
        opened.add(
                Housekeeper.start(over, registry.feed(), config, java.time.InstantSource.system()));
        assertThat(registry.awaitReady(SOON)).isTrue();
        return registry;
    }

    private static Registration web(int number, String incarnation) {
        return Registration.of("web", "w" + number, "127.0.0.1:80", incarnation);
    }

    private static CompletableFuture<AdmissionReply> ask(Registry registry, Registration r) {
        CompletableFuture<AdmissionReply> reply = new CompletableFuture<>();
        registry.admission()
                .admit(r, answer -> assertThat(reply.complete(answer)).as("one answer").isTrue());
        return reply;
    }

    private static AdmissionReply answer(Registry registry, Registration r) throws Exception {
        return ask(registry, r).get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private static long admitted(Registry registry, Registration r) throws Exception {
        AdmissionReply reply = answer(registry, r);
        assertThat(reply).isInstanceOf(AdmissionReply.Admitted.class);
        return ((AdmissionReply.Admitted) reply).epoch();
    }

    /** Waits until the image is as wanted. */
    private static ClusterImage await(Registry registry, Predicate<ClusterImage> wanted)
            throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        registry.feed()
                .subscribe(delta -> {
                    if (wanted.test(delta.after())) {
                        seen.countDown();
                    }
                });
        boolean done = wanted.test(registry.image()) || seen.await(20, TimeUnit.SECONDS);
        assertThat(done).as("image: %s", registry.image()).isTrue();
        return registry.image();
    }

    private static boolean present(ClusterImage image, EndpointKey key) {
        EndpointImage endpoint = image.endpoints().get(key);
        return endpoint != null && endpoint.presentAnywhere();
    }

    @Test
    void anAdmissionIsDurableBeforeItIsAnswered() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1"));
        long epoch = admitted(registry, web(1, "a"));
        closeAll();
        opened.clear();
        openStore();
        Registry again = start(store, RegistryConfig.of("g1"));
        assertThat(requireNonNull(again.image().endpoints().get(WEB_1)).epoch()).isEqualTo(epoch);
        assertThat(admitted(again, web(1, "a"))).isEqualTo(epoch);
        assertThat(admitted(again, web(1, "b"))).isGreaterThan(epoch);
    }

    @Test
    void aBurstOf2500IsAdmittedWholeWithAnEpochEach() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1"));
        List<CompletableFuture<AdmissionReply>> replies = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            replies.add(ask(registry, web(i, "a")));
        }
        long last = 0;
        for (CompletableFuture<AdmissionReply> reply : replies) {
            AdmissionReply answer = reply.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer).isInstanceOf(AdmissionReply.Admitted.class);
            long epoch = ((AdmissionReply.Admitted) answer).epoch();
            assertThat(epoch).isGreaterThanOrEqualTo(last);
            last = epoch;
        }
        ClusterImage image = await(registry, i -> i.endpoints().size() == 2_500);
        assertThat(
                        requireNonNull(image.services().get(new ServiceKey("default", "web")))
                                .endpoints())
                .hasSize(2_500);
    }

    @Test
    void aFloodIsAnsweredBusyAndEverybodyIsAnsweredOnce() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1").queueLimit(50));
        List<CompletableFuture<AdmissionReply>> replies = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            replies.add(ask(registry, web(i, "a")));
        }
        int admitted = 0;
        for (CompletableFuture<AdmissionReply> reply : replies) {
            switch (reply.get(SOON.toSeconds(), TimeUnit.SECONDS)) {
                case AdmissionReply.Admitted _ -> admitted++;
                case AdmissionReply.Refused refused -> {
                    assertThat(refused.code()).isEqualTo(AdmissionReply.Code.BUSY);
                    assertThat(refused.retryAfter()).isPositive();
                }
            }
        }
        assertThat(admitted).isBetween(50, 4_999);
        int there = admitted;
        await(registry, image -> image.endpoints().size() == there);
        admitted(registry, web(9_999, "a"));
    }

    @Test
    void incarnationsOfOneEndpointAreDecidedInTheirOrder() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1"));
        List<CompletableFuture<AdmissionReply>> replies = new ArrayList<>();
        for (String incarnation : List.of("a", "b", "c", "a", "c")) {
            replies.add(ask(registry, web(1, incarnation)));
        }
        List<Object> answers = new ArrayList<>();
        for (CompletableFuture<AdmissionReply> reply : replies) {
            answers.add(
                    switch (reply.get(SOON.toSeconds(), TimeUnit.SECONDS)) {
                        case AdmissionReply.Admitted a -> a.epoch();
                        case AdmissionReply.Refused refused -> refused.code();
                    });
        }
        assertThat((Long) answers.get(1)).isGreaterThan((Long) answers.get(0));
        assertThat((Long) answers.get(2)).isGreaterThan((Long) answers.get(1));
        assertThat(answers.get(3)).isEqualTo(AdmissionReply.Code.SUPERSEDED);
        assertThat(answers.get(4)).isEqualTo(answers.get(2));
    }

    @Test
    void aPoliteLeaveRemovesTheEndpointAndALateOneDoesNot() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1"));
        long old = admitted(registry, web(1, "a"));
        long epoch = admitted(registry, web(1, "b"));
        registry.admission().leave(WEB_1, old, "late");
        registry.admission().leave(new EndpointKey("default", "nobody"), 1, "unknown");
        admitted(registry, web(2, "a"));
        await(registry, image -> image.endpoints().size() == 2);
        registry.admission().leave(WEB_1, epoch, "SIGTERM");
        await(registry, image -> !image.endpoints().containsKey(WEB_1));
    }

    @Test
    void presenceFollowsTheGatewayAndEndsWithIt() throws Exception {
        Registry one = start(store, RegistryConfig.of("g1"));
        Registry two = start(store, RegistryConfig.of("g2"));
        long epoch = admitted(one, web(1, "a"));
        one.presence().present(WEB_1, epoch);
        await(two, image -> present(image, WEB_1));
        assertThat(requireNonNull(two.image().endpoints().get(WEB_1)).presentAt("g1")).isTrue();
        one.presence().absent(WEB_1, epoch - 1);
        long newer = admitted(one, web(1, "b"));
        one.presence().present(WEB_1, newer);
        one.presence().absent(WEB_1, epoch);
        await(two, image -> present(image, WEB_1));
        one.close();
        await(two, image -> !present(image, WEB_1));
    }

    @Test
    void aLostLeaseIsReplacedAndAllPresenceWrittenAgain() throws Exception {
        Registry registry =
                start(store, RegistryConfig.of("g1").presenceTtl(Duration.ofSeconds(1)));
        long epoch = admitted(registry, web(1, "a"));
        registry.presence().present(WEB_1, epoch);
        await(registry, image -> present(image, WEB_1));
        RangeResult.Range range =
                (RangeResult.Range) store.range(RangeQuery.key(Keys.presence("g1", WEB_1)), SOON);
        long lease = range.entries().getFirst().leaseId();
        store.revoke(lease, SOON);
        await(registry, image -> !present(image, WEB_1));
        await(registry, image -> present(image, WEB_1));
    }

    @Test
    void whoIsAbsentEverywhereForTooLongIsForgotten() throws Exception {
        Duration soon = Duration.ofMillis(50);
        Registry registry = start(store, RegistryConfig.of("g1").absentFor(soon, soon));
        long here = admitted(registry, web(1, "a"));
        registry.presence().present(WEB_1, here);
        admitted(registry, web(2, "a"));
        await(
                registry,
                image -> image.endpoints().containsKey(new EndpointKey("default", "w2.80")));
        await(
                registry,
                image -> !image.endpoints().containsKey(new EndpointKey("default", "w2.80")));
        registry.presence().absent(WEB_1, here);
        await(registry, image -> !image.endpoints().containsKey(WEB_1));
    }

    @Test
    void everyChangeLeavesItsDecisionInTheSameTransaction() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1"));
        long first = admitted(registry, web(1, "a"));
        long second = admitted(registry, web(1, "b"));
        registry.admission().leave(WEB_1, second, "SIGTERM");
        await(registry, image -> image.revision() > second && image.endpoints().isEmpty());
        Entry ring = decisions();
        assertThat(ring.createRevision()).isEqualTo(first);
        DecisionRing decisions =
                Stored.read(ring.value().toBytes(), DecisionRing.class).orElseThrow();
        assertThat(decisions.records())
                .extracting(DecisionRecord::rule)
                .containsExactly("first-registration", "newer-incarnation-wins", "polite-leave");
        DecisionRecord replaced = decisions.records().get(1);
        assertThat(replaced.inputs())
                .contains(
                        new DecisionRecord.Input("incarnation", "b"),
                        new DecisionRecord.Input("incarnation before", "a"));
        assertThat(replaced.refused())
                .extracting(DecisionRecord.Refused::alternative)
                .containsExactly("keep incarnation a");
    }

    @Test
    void confirmedIncarnationWritesNoDecision() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1"));
        long epoch = admitted(registry, web(1, "a"));
        assertThat(admitted(registry, web(1, "a"))).isEqualTo(epoch);
        assertThat(decisions().version()).isEqualTo(1);
    }

    @Test
    void ringHoldsTheLastDecisionsOfAnEndpointThatRestartsForEver() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1"));
        for (int i = 0; i < DecisionRing.CAPACITY + 5; i++) {
            admitted(registry, web(1, "n" + i));
        }
        assertThat(
                        Stored.read(decisions().value().toBytes(), DecisionRing.class)
                                .orElseThrow()
                                .records())
                .hasSize(DecisionRing.CAPACITY);
    }

    @Test
    void refusedRegistrationsAreKeptForOperatorsEachOnceWithACount() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1"));
        admitted(registry, web(1, "a"));
        admitted(registry, web(1, "b"));
        for (int i = 0; i < 3; i++) {
            answer(registry, web(1, "a"));
        }
        answer(registry, Registration.of("web", "not a name", "10.0.0.1:80", "x"));
        assertThat(registry.refusals())
                .extracting(refusal -> refusal.code() + " " + refusal.count())
                .containsExactly("INVALID 1", "SUPERSEDED 3");
        assertThat(registry.refusals().getLast().endpoint()).isEqualTo("w1.80");
        assertThat(registry.refusals().getFirst().endpoint()).isEmpty();
    }

    private Entry decisions() {
        RangeResult.Range range =
                (RangeResult.Range)
                        store.range(
                                RangeQuery.key(Keys.decision("endpoints", "default", "w1.80")),
                                SOON);
        return range.entries().getFirst();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void lostAnswersOfTheStoreAdmitNobodyTwice(long seed) throws Exception {
        FaultyStore faulty = new FaultyStore(store, seed, 30);
        Registry registry = start(faulty, RegistryConfig.of("g1"));
        List<CompletableFuture<AdmissionReply>> replies = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            replies.add(ask(registry, web(i, "a")));
        }
        TreeSet<String> admitted = new TreeSet<>();
        for (CompletableFuture<AdmissionReply> reply : replies) {
            AdmissionReply answer = reply.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer).as("seed %d", seed).isInstanceOf(AdmissionReply.Admitted.class);
            AdmissionReply.Admitted ok = (AdmissionReply.Admitted) answer;
            admitted.add(ok.endpoint() + " " + ok.epoch());
        }
        ClusterImage image = await(registry, i -> i.endpoints().size() == 300);
        TreeSet<String> there = new TreeSet<>();
        image.endpoints().forEach((key, endpoint) -> there.add(key + " " + endpoint.epoch()));
        assertThat(admitted).as("seed %d", seed).isEqualTo(there);
        RangeResult.Range audit =
                (RangeResult.Range)
                        store.range(RangeQuery.prefix(Keys.prefix(Keys.Area.AUDIT)), SOON);
        assertThat(audit.count()).as("seed %d: one admission each", seed).isEqualTo(300);
    }

    @Test
    void whileTheStoreTakesNoWritesRegistrationsAreToldToComeBack() throws Exception {
        FaultyStore faulty = new FaultyStore(store, 1, 0);
        Registry registry = start(faulty, RegistryConfig.of("g1"));
        faulty.readOnly(true);
        AdmissionReply reply = answer(registry, web(1, "a"));
        assertThat(reply).isInstanceOf(AdmissionReply.Refused.class);
        AdmissionReply.Refused refused = (AdmissionReply.Refused) reply;
        assertThat(refused.code()).isEqualTo(AdmissionReply.Code.UNAVAILABLE);
        assertThat(refused.retryAfter()).isPositive();
        assertThat(refused.message()).contains("the disk is full");
        faulty.readOnly(false);
        admitted(registry, web(1, "a"));
    }

    @Test
    void aFeedThatFellBehindReadsAgainAndMissesNothing() throws Exception {
        store.close();
        StoreLimits short1 = StoreLimits.DEFAULT.history(5, 1 << 20);
        store = EmbeddedStore.open(EmbeddedConfig.at(directory).minFreeBytes(0).limits(short1));
        opened.add(store);
        Registry registry = start(store, RegistryConfig.of("g1"));
        CountDownLatch stuck = new CountDownLatch(1);
        registry.feed()
                .subscribe(delta -> {
                    try {
                        if (!delta.isEmpty()) { // so that subscribing does not wait
                            stuck.await();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        Registry other = start(store, RegistryConfig.of("g2"));
        for (int i = 0; i < 60; i++) {
            admitted(other, web(i, "a"));
        }
        stuck.countDown();
        await(registry, image -> image.endpoints().size() == 60);
    }

    @Test
    void anUnreadableRecordStopsNothing() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1"));
        store.txn(Txn.of(Op.put("/ek/1/spec/endpoints/default/broken", "{")), SOON);
        admitted(registry, web(1, "a"));
        await(registry, image -> image.endpoints().size() == 1);
    }

    @Test
    void afterItIsClosedEverybodyIsTold() throws Exception {
        Registry registry = start(store, RegistryConfig.of("g1"));
        registry.close();
        AdmissionReply reply = answer(registry, web(1, "a"));
        assertThat(((AdmissionReply.Refused) reply).code())
                .isEqualTo(AdmissionReply.Code.UNAVAILABLE);
    }
}
