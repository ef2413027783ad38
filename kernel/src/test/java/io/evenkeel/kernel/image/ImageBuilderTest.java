package io.evenkeel.kernel.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Availability;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceSpec;
import io.evenkeel.model.Source;
import io.evenkeel.model.Spec;
import io.evenkeel.model.Stored;
import io.evenkeel.model.bind.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageBuilderTest {
    private static final ServiceKey WEB = new ServiceKey("default", "web");
    private static final EndpointKey E1 = new EndpointKey("default", "w1.80");

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final ImageBuilder builder = new ImageBuilder();

    private ImageDelta commit(Op... ops) {
        store.txn(Txn.of(ops));
        return builder.apply(store.batch(store.revision()));
    }

    private List<Entry> everything() {
        return ((RangeResult.Range) store.range(RangeQuery.prefix("/"))).entries();
    }

    private static Op spec(String name, Spec spec, Source source) {
        Metadata metadata = Metadata.of("default", name, source);
        Value value = Value.of(Stored.spec(Resource.of(metadata, spec)));
        return Op.put(Keys.spec(Kind.of(spec), "default", name), value);
    }

    private static EndpointSpec endpoint(String service, int port) {
        return EndpointSpec.of(service, new HostPort("127.0.0.1", port));
    }

    private static Op present(String gateway, EndpointKey key, long epoch) {
        return Op.put(
                Keys.presence(gateway, key), Value.of(Stored.write(new PresenceRecord(epoch, 5))));
    }

    private static GatewayRecord gateway(String instance) {
        return new GatewayRecord(
                instance,
                new HostPort("10.0.0.1", 80),
                Optional.of(new HostPort("10.0.0.1", 7081)),
                new HostPort("127.0.0.1", 7082),
                "1",
                9);
    }

    private static Op holds(String id, GatewayRecord record) {
        return Op.put(Keys.gateway(id), Value.of(Stored.write(record)));
    }

    @Test
    void gatewayIsInTheImageAsLongAsItHoldsItsKey() {
        ImageDelta came = commit(holds("gw-1", gateway("a")));
        assertThat(came.gateways()).hasSize(1);
        assertThat(requireNonNull(came.after().gateways().get("gw-1")).record())
                .isEqualTo(gateway("a"));
        // It is nothing by which requests are routed.
        assertThat(came.isEmpty()).isTrue();
        assertThat(commit(holds("gw-1", gateway("b"))).gateways().getFirst().after())
                .isEqualTo(new GatewayImage("gw-1", gateway("b"), store.revision()));
        ImageDelta went = commit(Op.delete(Keys.gateway("gw-1")));
        assertThat(went.gateways().getFirst().removed()).isTrue();
        assertThat(went.after().gateways().isEmpty()).isTrue();
    }

    /** What is not below a prefix is seen while it is watched, and missed when it is read. */
    @Test
    void everythingOfWhichImagesAreMadeIsRead() {
        List<String> keys = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            keys.add(Keys.spec(kind, "default", "n"));
            keys.add(Keys.status(kind, "default", "n"));
            keys.add(Keys.assign(kind, "default", "n"));
        }
        keys.add(Keys.presence("gw-1", E1));
        keys.add(Keys.gateway("gw-1"));
        keys.add(Keys.hostAlive(H1));
        keys.add(Keys.hostUse(H1));
        keys.add(Keys.leader("control"));
        keys.add(Keys.control("c1"));
        keys.add(Keys.hostSeen(H1));
        keys.add(HostKeys.procedure(H1));
        keys.add(HostKeys.death(H1));
        keys.add(HostKeys.decisions(H1));
        keys.add(RunRecord.key("default", "m1"));
        List<String> relevant =
                keys.stream()
                        .filter(key -> ImageRecords.relevant(Keys.parse(key).orElseThrow()))
                        .toList();
        assertThat(relevant)
                .contains(
                        Keys.hostAlive(H1),
                        Keys.hostUse(H1),
                        Keys.gateway("gw-1"),
                        HostKeys.procedure(H1),
                        RunRecord.key("default", "m1"))
                .doesNotContain(
                        Keys.leader("control"),
                        Keys.control("c1"),
                        HostKeys.death(H1),
                        HostKeys.decisions(H1))
                .allSatisfy(key ->
                        assertThat(ImageBuilder.PREFIXES.stream().filter(key::startsWith))
                                .hasSize(1));
    }

    private static final HostKey H1 = new HostKey("default", "h1");

    private static HostRecord host(String instance) {
        return new HostRecord(
                instance,
                "boot",
                "1",
                9,
                new HostInventory("10.0.0.1", "amd64", "6.1", 4, new Size(1L << 34)));
    }

    @Test
    void hostIsInTheImageWhileItIsDeclaredOrItsAgentLives() {
        HostUse use = new HostUse(Instant.EPOCH, 700, new Size(1 << 20));
        Op says = Op.put(Keys.hostUse(H1), Value.of(Stored.write(use)));
        // What is in use makes no host by itself.
        assertThat(commit(says).hosts()).isEmpty();
        ImageDelta came =
                commit(Op.put(Keys.hostAlive(H1), Value.of(Stored.write(host("a")))), says);
        HostImage known = requireNonNull(came.after().hosts().get(H1));
        assertThat(known.alive()).isEqualTo(host("a"));
        assertThat(known.aliveRevision()).isEqualTo(store.revision());
        assertThat(known.use()).isEqualTo(use);
        assertThat(known.metadata()).isNull();
        assertThat(came.isEmpty()).isTrue();
        Resource<?, ?> declared =
                Resource.of(
                        Metadata.of("default", "h1", Source.API),
                        new HostSpec(
                                "10.0.0.9",
                                "rack-1",
                                "",
                                false,
                                List.of(),
                                false,
                                Optional.empty(),
                                false,
                                0,
                                new Size(0)));
        commit(Op.put(Keys.spec(Kind.HOST, "default", "h1"), Value.of(Stored.spec(declared))));
        ImageDelta died = commit(Op.delete(Keys.hostAlive(H1)), Op.delete(Keys.hostUse(H1)));
        HostImage dead = requireNonNull(died.hosts().getFirst().after());
        assertThat(dead.alive()).isNull();
        assertThat(dead.use()).isNull();
        assertThat(dead.spec().zone()).isEqualTo("rack-1");
        ImageDelta gone = commit(Op.delete(Keys.spec(Kind.HOST, "default", "h1")));
        assertThat(gone.hosts().getFirst().removed()).isTrue();
        assertThat(gone.after().hosts().isEmpty()).isTrue();
    }

    /** Marks and key are under one lease: who reads the end of one sees the end of both. */
    @Test
    void gatewaysEndAndThatOfItsMarksAreOneDelta() {
        commit(spec("w1.80", endpoint("web", 80), Source.LINK));
        commit(holds("gw-1", gateway("a")), present("gw-1", E1, store.revision()));
        ImageDelta delta =
                commit(Op.delete(Keys.gateway("gw-1")), Op.delete(Keys.presence("gw-1", E1)));
        assertThat(delta.gateways().getFirst().removed()).isTrue();
        assertThat(requireNonNull(delta.endpoints().getFirst().after()).presentAnywhere())
                .isFalse();
    }

    @Test
    void gatewayThatWentWhileNobodyLookedIsInTheDeltaOfTheNextReading() {
        commit(holds("gw-1", gateway("a")), holds("gw-2", gateway("b")));
        store.txn(Txn.of(Op.delete(Keys.gateway("gw-1"))));
        ImageDelta delta = builder.load(everything(), store.revision());
        assertThat(delta.gateways()).hasSize(1);
        assertThat(delta.gateways().getFirst().key()).isEqualTo("gw-1");
        assertThat(delta.gateways().getFirst().removed()).isTrue();
    }

    private static Op assign(EndpointKey key, AdminState state) {
        return Op.put(
                Keys.assign(key), Value.of(Stored.write(new Assignment(state, "why", "me", 7))));
    }

    @Test
    void ofSpecAndOperatorTheStricterAppliesToAService() {
        commit(
                spec(
                        "web",
                        new ServiceSpec(AdminState.DRAIN, "default", Availability.UNLIMITED),
                        Source.FILE),
                spec("w1.80", endpoint("web", 80), Source.LINK));
        assertThat(web().adminState()).isEqualTo(AdminState.DRAIN);
        ImageDelta delta = commit(assignWeb(AdminState.MAINT));
        assertThat(delta.services()).singleElement().extracting(ImageChange::key).isEqualTo(WEB);
        assertThat(delta.endpoints()).isEmpty();
        assertThat(web().adminState()).isEqualTo(AdminState.MAINT);
        assertThat(web().spec().adminState()).isEqualTo(AdminState.DRAIN);
        commit(Op.delete(Keys.assign(Kind.SERVICE, "default", "web")));
        assertThat(web().adminState()).isEqualTo(AdminState.DRAIN);
    }

    @Test
    void operatorsWordOnAServiceStandsThoughNothingElseIsLeftOfIt() {
        commit(spec("w1.80", endpoint("web", 80), Source.LINK), assignWeb(AdminState.DRAIN));
        commit(Op.delete(Keys.spec(Kind.ENDPOINT, "default", "w1.80")));
        assertThat(web().endpoints().isEmpty()).isTrue();
        ImageBuilder anew = new ImageBuilder();
        anew.load(everything(), store.revision());
        assertThat(anew.image().services().get(WEB)).isEqualTo(web());
        ImageDelta delta = commit(Op.delete(Keys.assign(Kind.SERVICE, "default", "web")));
        assertThat(delta.services()).singleElement().matches(ImageChange::removed);
    }

    private ServiceImage web() {
        return requireNonNull(builder.image().services().get(WEB));
    }

    private static Op assignWeb(AdminState state) {
        return Op.put(
                Keys.assign(Kind.SERVICE, "default", "web"),
                Value.of(Stored.write(new Assignment(state, "why", "me", 7))));
    }

    @Test
    void theFirstRegistrationCreatesItsServiceAndTheLastLeaveEndsIt() {
        ImageDelta delta = commit(spec("w1.80", endpoint("web", 80), Source.LINK));
        assertThat(delta.services()).singleElement().matches(ImageChange::added);
        ServiceImage web = requireNonNull(builder.image().services().get(WEB));
        assertThat(web.spec()).isEqualTo(ServiceSpec.defaults());
        assertThat(web.policy()).isEqualTo(PolicySpec.defaults());
        assertThat(web.endpoints().keySet()).containsExactly(E1);
        EndpointImage image = requireNonNull(builder.image().endpoints().get(E1));
        assertThat(image.epoch()).isEqualTo(store.revision());
        assertThat(image.declared()).isFalse();

        delta = commit(Op.delete(Keys.spec(Kind.ENDPOINT, "default", "w1.80")));
        assertThat(delta.services()).singleElement().matches(ImageChange::removed);
        assertThat(builder.image().services()).isEmpty();
        assertThat(builder.image().endpoints()).isEmpty();
    }

    @Test
    void presenceCountsOnlyForTheIncarnationThatIsThere() {
        commit(spec("w1.80", endpoint("web", 80), Source.LINK));
        long epoch = store.revision();
        commit(present("g1", E1, epoch), present("g2", E1, epoch - 1));
        EndpointImage image = requireNonNull(builder.image().endpoints().get(E1));
        assertThat(image.presentAt("g1")).isTrue();
        assertThat(image.presentAt("g2")).isFalse();
        commit(spec("w1.80", endpoint("web", 81), Source.LINK));
        assertThat(requireNonNull(builder.image().endpoints().get(E1)).presentAnywhere()).isFalse();
    }

    @Test
    void whatAnOperatorSetIsThereBeforeTheEndpointReturns() {
        commit(assign(E1, AdminState.DRAIN));
        commit(spec("w1.80", endpoint("web", 80), Source.LINK));
        assertThat(requireNonNull(builder.image().endpoints().get(E1)).adminState())
                .isEqualTo(AdminState.DRAIN);
    }

    @Test
    void aPolicyReachesTheServicesThatNameItAndNoOther() {
        commit(
                spec("w1.80", endpoint("web", 80), Source.LINK),
                spec("a1.80", endpoint("api", 80), Source.LINK),
                spec(
                        "api",
                        new ServiceSpec(AdminState.READY, "own", Availability.UNLIMITED),
                        Source.API));
        ImageDelta delta = commit(spec("default", PolicySpec.defaults(), Source.API));
        assertThat(delta.isEmpty()).as("says what was built in anyway").isTrue();
        commit(spec("own", PolicySpec.defaults(), Source.API));
        delta = commit(Op.put(Keys.spec(Kind.POLICY, "default", "own"), POLICY_WITH_RETRIES));
        assertThat(delta.services()).singleElement().matches(c -> c.key().name().equals("api"));
        assertThat(delta.endpoints()).isEmpty();
    }

    private static final String POLICY_WITH_RETRIES =
            "{\"v\":1,\"metadata\":{},\"spec\":{\"retries\":{\"attempts\":7}}}";

    @Test
    void anUnreadableRecordIsReportedAndWhatItSaidBeforeStays() {
        commit(spec("w1.80", endpoint("web", 80), Source.LINK));
        String key = Keys.spec(Kind.ENDPOINT, "default", "w1.80");
        ImageDelta delta = commit(Op.put(key, "{\"v\":1,\"spec\":"));
        assertThat(delta.isEmpty()).isTrue();
        assertThat(delta.unreadable()).singleElement().matches(u -> u.key().equals(key));
        assertThat(builder.image().endpoints()).containsKey(E1);

        ImageBuilder fresh = new ImageBuilder();
        delta = fresh.load(everything(), store.revision());
        assertThat(delta.unreadable()).hasSize(1);
        assertThat(fresh.image().endpoints()).isEmpty();
    }

    @Test
    void anEndpointThatMovesLeavesItsOldService() {
        commit(spec("w1.80", endpoint("web", 80), Source.API));
        ImageDelta delta = commit(spec("w1.80", endpoint("api", 80), Source.API));
        assertThat(delta.services()).hasSize(2);
        assertThat(delta.endpoints()).hasSize(1);
        assertThat(builder.image().services()).doesNotContainKey(WEB);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void stepByStepAndAllAtOnceAgreeAndDeltasSayExactlyWhatDiffers(long seed) {
        Random random = new Random(seed);
        TreeMap<EndpointKey, EndpointImage> endpoints = new TreeMap<>();
        TreeMap<ServiceKey, ServiceImage> services = new TreeMap<>();
        for (int step = 0; step < 300; step++) {
            Op op = randomOp(random);
            long before = store.revision();
            store.txn(Txn.of(op));
            if (store.revision() == before) {
                continue;
            }
            ImageDelta delta =
                    random.nextInt(20) == 0
                            ? builder.load(everything(), store.revision())
                            : builder.apply(store.batch(store.revision()));
            replay(delta.endpoints(), endpoints);
            replay(delta.services(), services);
            assertThat(builder.image().endpoints()).as("seed %d", seed).isEqualTo(endpoints);
            assertThat(builder.image().services()).as("seed %d", seed).isEqualTo(services);

            ImageBuilder fresh = new ImageBuilder();
            fresh.load(everything(), store.revision());
            assertThat(fresh.image()).as("seed %d step %d", seed, step).isEqualTo(builder.image());
        }
    }

    private static <K, T> void replay(List<ImageChange<K, T>> changes, Map<K, T> model) {
        for (ImageChange<K, T> change : changes) {
            assertThat(model.get(change.key())).isEqualTo(change.before());
            assertThat(change.after()).isNotEqualTo(change.before());
            T after = change.after();
            if (after == null) {
                model.remove(change.key());
            } else {
                model.put(change.key(), after);
            }
        }
    }

    private static Op randomOp(Random random) {
        String name = "e" + random.nextInt(6);
        EndpointKey key = new EndpointKey("default", name);
        String service = "s" + random.nextInt(3);
        return switch (random.nextInt(10)) {
            case 0 -> Op.delete(Keys.spec(Kind.ENDPOINT, "default", name));
            case 1 -> Op.delete(Keys.spec(Kind.SERVICE, "default", service));
            case 2 ->
                    spec(
                            service,
                            new ServiceSpec(
                                    AdminState.READY,
                                    "p" + random.nextInt(2),
                                    Availability.UNLIMITED),
                            Source.API);
            case 3 -> spec("p" + random.nextInt(2), PolicySpec.defaults(), Source.API);
            case 4 -> Op.put(Keys.spec(Kind.POLICY, "default", "p0"), POLICY_WITH_RETRIES);
            case 5 -> present("g" + random.nextInt(2), key, random.nextInt(100));
            case 6 -> Op.delete(Keys.presence("g" + random.nextInt(2), key));
            case 7 ->
                    random.nextBoolean()
                            ? assign(key, AdminState.MAINT)
                            : Op.delete(Keys.assign(key));
            default -> spec(name, endpoint(service, 1 + random.nextInt(3)), Source.LINK);
        };
    }
}
