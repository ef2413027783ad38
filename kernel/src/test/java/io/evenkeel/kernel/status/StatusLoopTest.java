package io.evenkeel.kernel.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Availability;
import io.evenkeel.model.Condition;
import io.evenkeel.model.Condition.Truth;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Match;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Mirror;
import io.evenkeel.model.Percent;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.RouteSpec;
import io.evenkeel.model.ServiceSpec;
import io.evenkeel.model.Source;
import io.evenkeel.model.Spec;
import io.evenkeel.model.Stored;
import io.evenkeel.model.bind.Size;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusLoopTest {
    private static final long SECOND = 1_000_000_000L;
    private static final ResourceKey WEB = new ResourceKey(Kind.SERVICE, "default", "web");
    private static final ResourceKey E1 = new ResourceKey(Kind.ENDPOINT, "default", "e1");
    private static final ResourceKey ROUTE = new ResourceKey(Kind.ROUTE, "default", "r");
    private static final ResourceKey FAST = new ResourceKey(Kind.POLICY, "default", "fast");

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final ImageBuilder builder = new ImageBuilder();
    private StatusLoop loop = new StatusLoop(0);
    private long nowNanos;
    private int written;

    @BeforeEach
    void longAfterTheStart() {
        nowNanos = StatusLoop.REDIAL.toNanos();
    }

    private long millis() {
        return nowNanos / 1_000_000;
    }

    private long commit(Op... ops) {
        store.txn(Txn.of(ops));
        observe(builder.apply(store.batch(store.revision())));
        return store.revision();
    }

    private void observe(ImageDelta delta) {
        loop.observe(nowNanos, millis(), delta);
    }

    /** Lets time pass, then writes what is due, as often as it takes. */
    private void settle() {
        nowNanos += SECOND;
        for (List<StatusWrite> due = loop.due(nowNanos, 7);
                !due.isEmpty();
                due = loop.due(nowNanos, 7)) {
            written += due.size();
            Txn.Builder txn = Txn.builder();
            due.forEach(write -> txn.when(write.unchanged()).then(write.op()));
            store.txn(txn.build());
            observe(builder.apply(store.batch(store.revision())));
        }
        assertThat(loop.nextNanos().isEmpty() || loop.nextNanos().getAsLong() > nowNanos).isTrue();
    }

    @Test
    void hostIsAliveAsLongAsItsAgentHoldsItsKeyAndSaysSinceWhenItIsNot() {
        ResourceKey host = new ResourceKey(Kind.HOST, "default", "h1");
        Resource<?, ?> declared =
                Resource.of(Metadata.of("default", "h1", Source.API), HostSpec.defaults());
        HostRecord record =
                new HostRecord(
                        "a", "b", "1", 9, new HostInventory("10.0.0.1", "", "", 4, new Size(1)));
        String alive = Keys.hostAlive(new HostKey("default", "h1"));
        commit(
                Op.put(Keys.spec(Kind.HOST, "default", "h1"), Value.of(Stored.spec(declared))),
                Op.put(alive, Value.of(Stored.write(record))));
        settle();
        assertThat(condition(host, "Alive").status()).isEqualTo(Truth.TRUE);
        nowNanos += 60 * SECOND;
        long died = millis();
        commit(Op.delete(alive));
        settle();
        settle();
        Condition dead = condition(host, "Alive");
        assertThat(dead.status()).isEqualTo(Truth.FALSE);
        assertThat(dead.lastTransition().toEpochMilli()).isEqualTo(died);
    }

    private void restart() {
        loop = new StatusLoop(nowNanos);
        observe(ImageDelta.whole(builder.image()));
    }

    private static Op spec(String name, long generation, Spec spec) {
        return spec(name, generation, spec, Source.API);
    }

    private static Op spec(String name, long generation, Spec spec, Source source) {
        Metadata metadata =
                new Metadata("default", name, "", generation, 0, new TreeMap<>(), source);
        return Op.put(
                Keys.spec(Kind.of(spec), "default", name),
                Value.of(Stored.spec(Resource.of(metadata, spec))));
    }

    private static Op endpoint(String name) {
        EndpointSpec spec = EndpointSpec.of("web", new HostPort("127.0.0.1", 80));
        return spec(name, 1, spec, Source.LINK);
    }

    private static Op present(String endpoint, long epoch) {
        return Op.put(
                Keys.presence("g", new EndpointKey("default", endpoint)),
                Value.of(Stored.write(new PresenceRecord(epoch, 5))));
    }

    private static Op absent(String endpoint) {
        return Op.delete(Keys.presence("g", new EndpointKey("default", endpoint)));
    }

    private static ServiceSpec service(String policy) {
        return new ServiceSpec(AdminState.READY, policy, Availability.UNLIMITED);
    }

    private Condition condition(ResourceKey key, String type) {
        return builder.image().status(key).conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyKindIsJudgedAndObservedAtItsGeneration() {
        commit(
                spec("web", 3, service("fast")),
                spec("r", 2, RouteSpec.of(0, new Match(List.of(), "/", List.of()), "web")),
                spec("fast", 5, PolicySpec.defaults()),
                endpoint("e1"));
        settle();
        assertThat(builder.image().status(WEB).observedGeneration()).isEqualTo(3);
        assertThat(builder.image().status(ROUTE).observedGeneration()).isEqualTo(2);
        assertThat(builder.image().status(FAST).observedGeneration()).isEqualTo(5);
        assertThat(builder.image().status(E1).observedGeneration()).isEqualTo(1);
        assertThat(condition(WEB, "Ready").reason()).isEqualTo("NonePresent");
        assertThat(condition(WEB, "PolicyResolved").status()).isEqualTo(Truth.TRUE);
        assertThat(condition(ROUTE, "Resolved").status()).isEqualTo(Truth.TRUE);
        assertThat(condition(FAST, "Referenced").status()).isEqualTo(Truth.TRUE);
        assertThat(condition(E1, "Present").status()).isEqualTo(Truth.FALSE);
        commit(spec("web", 4, service("slow")));
        settle();
        assertThat(builder.image().status(WEB).observedGeneration()).isEqualTo(4);
        assertThat(condition(WEB, "PolicyResolved").reason()).isEqualTo("PolicyUnknown");
        assertThat(condition(FAST, "Referenced").status()).isEqualTo(Truth.FALSE);
    }

    @Test
    void nothingIsWrittenWhenNothingChanges() {
        long epoch = commit(spec("web", 1, service("default")), endpoint("e1"));
        commit(present("e1", epoch));
        settle();
        assertThat(written).isEqualTo(2);
        commit(Op.put(Keys.of(Keys.Area.TASK, "t", "default", "x"), Value.of("{}")));
        for (int i = 2; i < 12; i++) {
            commit(present("e1", epoch));
            settle();
        }
        assertThat(written).isEqualTo(2);
        restart();
        settle();
        assertThat(written).as("also not after a restart").isEqualTo(2);
    }

    @Test
    void joinsAndLeavesOfAServiceThatStaysReadyDoNotWriteItsStatus() {
        long first = commit(endpoint("e1"));
        commit(present("e1", first));
        settle();
        for (int i = 2; i < 30; i++) {
            long epoch = commit(endpoint("e" + i));
            commit(present("e" + i, epoch));
            settle();
        }
        assertThat(written).as("the service once, each endpoint once").isEqualTo(30);
        for (int i = 2; i < 30; i++) {
            commit(Op.delete(Keys.spec(Kind.ENDPOINT, "default", "e" + i)), absent("e" + i));
        }
        settle();
        assertThat(written).as("and each goes once").isEqualTo(58);
        assertThat(builder.image().statuses().size()).isEqualTo(2);
    }

    @Test
    void whatComesAndGoesWithinAMomentIsNotWrittenAndKeepsItsTime() {
        long epoch = commit(endpoint("e1"));
        commit(present("e1", epoch));
        settle();
        Condition before = condition(E1, "Present");
        int was = written;
        nowNanos += 5 * SECOND;
        commit(absent("e1"));
        nowNanos += StatusLoop.ENDPOINT_SETTLE.toNanos() / 2;
        assertThat(loop.due(nowNanos, 9)).noneMatch(write -> write.key().equals(E1));
        commit(present("e1", epoch));
        settle();
        assertThat(written).isEqualTo(was);
        assertThat(condition(E1, "Present")).isEqualTo(before);
    }

    @Test
    void transitionIsWhenItWasSeenAndStaysWhenOnlyTheReasonChanges() {
        commit(spec("web", 1, service("default")));
        long seen = millis();
        nowNanos += SECOND / 20;
        commit(spec("web", 2, service("default")));
        settle();
        assertThat(condition(WEB, "Ready").reason()).isEqualTo("NoEndpoints");
        assertThat(condition(WEB, "Ready").lastTransition().toEpochMilli()).isEqualTo(seen);
        nowNanos += 9 * SECOND;
        commit(endpoint("e1"));
        settle();
        assertThat(condition(WEB, "Ready").reason()).isEqualTo("NonePresent");
        assertThat(condition(WEB, "Ready").lastTransition().toEpochMilli()).isEqualTo(seen);
    }

    @Test
    void restartKeepsTransitionsThoughNobodyHasDialledYet() {
        long epoch = commit(endpoint("e1"));
        commit(present("e1", epoch));
        settle();
        Condition ready = condition(WEB, "Ready");
        Condition there = condition(E1, "Present");
        int was = written;
        nowNanos += 100 * SECOND;
        commit(absent("e1"));
        restart();
        settle();
        nowNanos += 5 * SECOND;
        commit(present("e1", epoch));
        settle();
        nowNanos += StatusLoop.REDIAL.toNanos();
        settle();
        assertThat(written).isEqualTo(was);
        assertThat(condition(WEB, "Ready")).isEqualTo(ready);
        assertThat(condition(E1, "Present")).isEqualTo(there);
    }

    @Test
    void whoDoesNotComeBackAfterARestartIsSeenToBeAbsentInTime() {
        long epoch = commit(endpoint("e1"));
        commit(present("e1", epoch));
        settle();
        commit(absent("e1"));
        restart();
        nowNanos += StatusLoop.REDIAL.toNanos();
        settle();
        assertThat(condition(E1, "Present").reason()).isEqualTo("NoLink");
        assertThat(condition(WEB, "Ready").reason()).isEqualTo("NonePresent");
    }

    @Test
    void statusOfWhatIsGoneIsDeletedAlsoIfItWentWhileNobodyLooked() {
        commit(spec("fast", 1, PolicySpec.defaults()), spec("web", 1, service("fast")));
        settle();
        store.txn(Txn.of(Op.delete(Keys.spec(Kind.POLICY, "default", "fast"))));
        builder.apply(store.batch(store.revision()));
        restart();
        settle();
        assertThat(builder.image().statuses().containsKey(FAST)).isFalse();
        assertThat(condition(WEB, "PolicyResolved").status()).isEqualTo(Truth.FALSE);
    }

    @Test
    void operatorsWordAndAvailabilityAreConditions() {
        long epoch =
                commit(
                        spec(
                                "web",
                                1,
                                new ServiceSpec(
                                        AdminState.READY,
                                        "default",
                                        new Availability(
                                                java.util.Optional.of(
                                                        io.evenkeel.model.Amount.parse("2")),
                                                java.util.Optional.empty()))),
                        endpoint("e1"),
                        endpoint("e2"));
        commit(present("e1", epoch), present("e2", epoch));
        settle();
        assertThat(condition(WEB, "Available").status()).isEqualTo(Truth.TRUE);
        commit(absent("e2"));
        settle();
        assertThat(condition(WEB, "Available").reason()).isEqualTo("TooFewServe");
        assertThat(condition(WEB, "Ready").status()).isEqualTo(Truth.TRUE);
        commit(
                Op.put(
                        Keys.assign(Kind.SERVICE, "default", "web"),
                        Value.of(Stored.write(new Assignment(AdminState.DRAIN, "", "me", 0)))));
        settle();
        assertThat(condition(WEB, "Ready").message()).isEqualTo("the service is in drain");
    }

    @Test
    void routeFollowsItsMirrorToo() {
        RouteSpec plain = RouteSpec.of(0, new Match(List.of(), "/", List.of()), "web");
        RouteSpec mirrored =
                new RouteSpec(
                        0,
                        plain.match(),
                        "other",
                        Optional.empty(),
                        Optional.empty(),
                        plain.headers(),
                        Optional.of(new Mirror("web", new Percent(1))));
        commit(spec("other", 1, service("fast")), spec("r", 1, mirrored));
        settle();
        assertThat(condition(ROUTE, "Resolved").message()).isEqualTo("there is no service web");
        commit(endpoint("e1"));
        settle();
        assertThat(condition(ROUTE, "Resolved").reason()).isEqualTo("ServiceKnown");
        commit(Op.delete(Keys.spec(Kind.ENDPOINT, "default", "e1")));
        settle();
        assertThat(condition(ROUTE, "Resolved").reason()).isEqualTo("ServiceUnknown");
    }

    @Test
    void routeFollowsItsServiceThatComesAndGoes() {
        commit(spec("r", 1, RouteSpec.of(0, new Match(List.of(), "/", List.of()), "web")));
        settle();
        assertThat(condition(ROUTE, "Resolved").reason()).isEqualTo("ServiceUnknown");
        commit(endpoint("e1"));
        settle();
        assertThat(condition(ROUTE, "Resolved").reason()).isEqualTo("ServiceKnown");
        commit(Op.delete(Keys.spec(Kind.ENDPOINT, "default", "e1")));
        settle();
        assertThat(condition(ROUTE, "Resolved").reason()).isEqualTo("ServiceUnknown");
    }
}
