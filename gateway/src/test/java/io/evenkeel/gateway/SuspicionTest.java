package io.evenkeel.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.AccessLog;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.observe.RequestIds;
import io.evenkeel.kernel.availability.Disruptions;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.balancing.ServiceQueue;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointKind;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HealthCheck;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Locality;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** C11: who is picked while hosts are suspected, from the store's records to the queue. */
final class SuspicionTest {
    private static final ServiceKey WEB = new ServiceKey("default", "web");

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final ImageBuilder images = new ImageBuilder();
    private final PickContext context = new PickContext(new SplittableRandom(11));
    private final ServiceTable table =
            new ServiceTable(
                    GatewaySettings.of(
                            "gw-1", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                    List.of(new LoopObserver(0, new RequestIds(1), 0, AccessLog.none())),
                    () -> 1_000_000,
                    new Departures() {
                        @Override
                        public void unused(Node node) {}

                        @Override
                        public void drains(Node node, long nanos) {}
                    },
                    new HealthWatch() {
                        @Override
                        public void check(ServiceState s, EndpointState e, HealthCheck how) {}

                        @Override
                        public void forget(ServiceState service, Node node) {}
                    });

    private void commit(Op... ops) {
        store.txn(Txn.of(ops));
        table.apply(images.apply(store.batch(store.revision())));
    }

    private void suspect(String host, String stage) {
        commit(
                Op.put(
                        HostKeys.procedure(new HostKey("default", host)),
                        """
                        {"v":1,"stage":"%s","sinceMillis":7,"suspectedMillis":7,"stageMillis":1,\
                        "seenRevision":1,"silentMillis":0,"rounds":1,"token":0,"fenced":[],\
                        "proof":"","planned":false,"evidence":[]}\
                        """
                                .formatted(stage)));
    }

    private void trust(String host) {
        commit(Op.delete(HostKeys.procedure(new HostKey("default", host))));
    }

    private void run(String machine, RunRecord run) {
        commit(Op.put(RunRecord.key("default", machine), Value.of(Stored.write(run))));
    }

    /** It registers and its link stands; a new incarnation each time. */
    private long registers(EndpointKind kind, String workload, String host) {
        EndpointKey key = key(workload);
        EndpointSpec spec =
                new EndpointSpec(
                        "web",
                        workload,
                        kind,
                        new HostPort("10.0.0.1", 80),
                        new Locality("", host),
                        1,
                        0,
                        new TreeMap<>(),
                        "",
                        Optional.empty(),
                        "incarnation-" + store.revision());
        Metadata metadata = Metadata.of("default", key.name(), Source.LINK);
        commit(
                Op.put(
                        Keys.spec(Kind.ENDPOINT, "default", key.name()),
                        Value.of(Stored.spec(Resource.of(metadata, spec)))));
        long epoch = store.revision();
        table.present(key, epoch);
        commit(
                Op.put(
                        Keys.presence("gw-1", key),
                        "{\"v\":1,\"epoch\":%d,\"sinceMillis\":1}".formatted(epoch)));
        return epoch;
    }

    private void containers(int count) {
        for (int i = 1; i <= count; i++) {
            registers(EndpointKind.CONTAINER, "c" + i, "h" + i);
        }
    }

    private static EndpointKey key(String workload) {
        return new EndpointKey("default", workload + ".80");
    }

    private ServiceQueue queue() {
        return requireNonNull(table.find(WEB)).queue();
    }

    /** Who gets thirty requests, one after the other. */
    private SortedSet<String> picked() {
        SortedSet<String> picked = new TreeSet<>();
        for (int i = 0; i < 30; i++) {
            context.reset();
            if (queue().acquire(context) instanceof Node node) {
                picked.add(node.id());
                queue().release(node, Outcome.SUCCESS, 1);
            }
        }
        return picked;
    }

    private QueueSnapshot.Entry entry(String workload) {
        return queue().snapshot().entries().stream()
                .filter(one -> one.endpoint().equals(key(workload).name()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void endpointsOnASuspectedHostGetNothingFromTheNextImageOnAndAreBackWhenItLives() {
        containers(4);
        registers(EndpointKind.CONTAINER, "c5", "h1");
        assertThat(picked()).containsExactly("c1.80", "c2.80", "c3.80", "c4.80", "c5.80");
        suspect("h1", "asking");
        assertThat(picked()).containsExactly("c2.80", "c3.80", "c4.80");
        assertThat(entry("c1").eligibility())
                .isEqualTo(new Eligibility.NotEligible(List.of(Eligibility.Reason.SUSPECTED)));
        trust("h1");
        assertThat(picked()).containsExactly("c1.80", "c2.80", "c3.80", "c4.80", "c5.80");
    }

    @Test
    void endpointThatComesWhileItsHostIsSuspectedIsSuspectedAtOnce() {
        containers(3);
        suspect("h1", "confirmed");
        registers(EndpointKind.CONTAINER, "late", "h1");
        assertThat(picked()).containsExactly("c2.80", "c3.80");
    }

    @Test
    void serviceAllOfWhoseHostsAreSuspectedGoesOnWithAllOfThem() {
        containers(4);
        suspect("h1", "asking");
        suspect("h2", "asking");
        assertThat(queue().snapshot().panic()).as("half is not below half").isFalse();
        assertThat(picked()).containsExactly("c3.80", "c4.80");
        suspect("h3", "asking");
        assertThat(queue().snapshot().panic()).isTrue();
        suspect("h4", "asking");
        assertThat(picked()).containsExactly("c1.80", "c2.80", "c3.80", "c4.80");
        assertThat(queue().snapshot().eligible()).isZero();
        trust("h2");
        trust("h3");
        assertThat(queue().snapshot().panic()).isFalse();
        assertThat(picked()).containsExactly("c2.80", "c3.80");
    }

    /** As with an ejected one: its host may be dead, and what it knew of the session with it. */
    @Test
    void sessionBoundToASuspectGoesElsewhere() {
        containers(3);
        Pick at = bound("c1");
        assertThat(at).isSameAs(queue().node("c1.80"));
        assertThat(context.binding()).isEqualTo(PickContext.Binding.HONOURED);
        suspect("h1", "asking");
        assertThat(bound("c1")).isInstanceOf(Node.class).isNotSameAs(at);
        assertThat(context.binding()).isEqualTo(PickContext.Binding.BROKEN);
        assertThat(queue().outstanding((Node) at)).as("what runs there goes on").isEqualTo(1);
        suspect("h2", "asking");
        suspect("h3", "asking");
        assertThat(bound("c1")).as("in panic it is picked like any").isSameAs(at);
    }

    private Pick bound(String workload) {
        context.reset();
        context.bind(ServiceQueue.endpointHash(key(workload).name()));
        return queue().acquire(context);
    }

    @Test
    void otherWordOnASuspectLeavesItOne() {
        containers(3);
        suspect("h1", "asking");
        long epoch = requireNonNull(images.image().endpoints().get(key("c1"))).epoch();
        table.absent(key("c1"), epoch, false);
        table.present(key("c1"), epoch);
        commit(Op.delete(Keys.presence("gw-1", key("c1"))));
        table.draining(key("c1"), epoch, true);
        table.draining(key("c1"), epoch, false);
        assertThat(picked()).containsExactly("c2.80", "c3.80");
    }

    /**
     * A machine that was recovered returns behind its balancer, once (apache/cloudstack#9145): by
     * its own registration, under the same endpoint, in place of the older one.
     */
    @Test
    void recoveredMachineRegistersAgainAndIsCountedOnceByImageQueueAndAvailability() {
        for (int i = 1; i <= 3; i++) {
            run("vm" + i, new RunRecord("h" + i, true));
            registers(EndpointKind.VM, "vm" + i, "");
        }
        suspect("h1", "asking");
        counts(3, 2);
        suspect("h1", "fenced");
        run("vm1", new RunRecord("h2", true, "h1", store.revision()));
        counts(3, 2);
        assertThat(picked())
                .as("the run's record has moved, the registration is of the older run")
                .containsExactly("vm2.80", "vm3.80");
        long older = entry("vm1").epoch();

        long newer = registers(EndpointKind.VM, "vm1", "");
        assertThat(newer).isGreaterThan(older);
        counts(3, 3);
        assertThat(entry("vm1").epoch()).isEqualTo(newer);
        assertThat(picked()).containsExactly("vm1.80", "vm2.80", "vm3.80");
        trust("h1");
        counts(3, 3);
        suspect("h2", "asking");
        assertThat(picked()).as("it shares its new host's fate").isNotEmpty();
        counts(3, 1);
    }

    private void counts(int endpoints, int serving) {
        ServiceImage web = requireNonNull(images.image().services().get(WEB));
        assertThat(web.endpoints().size()).isEqualTo(endpoints);
        assertThat(web.endpoints().values().stream().filter(Disruptions::serves)).hasSize(serving);
        QueueSnapshot queue = queue().snapshot();
        assertThat(queue.entries()).hasSize(endpoints);
        assertThat(queue.eligible()).isEqualTo(serving);
        assertThat(web.endpoints().values().stream().map(EndpointImage::epoch))
                .containsExactlyInAnyOrderElementsOf(
                        queue.entries().stream().map(QueueSnapshot.Entry::epoch).toList());
    }

    /** The link and the registration of a machine that moves while it runs go on as they are. */
    @Test
    void machineThatMovesAliveIsPickedAllTheTime() {
        run("vm1", new RunRecord("h1", true));
        registers(EndpointKind.VM, "vm1", "");
        registers(EndpointKind.VM, "vm2", "");
        run("vm1", new RunRecord("h2", true));
        assertThat(picked()).containsExactly("vm1.80", "vm2.80");
        suspect("h1", "fenced");
        assertThat(picked()).containsExactly("vm1.80", "vm2.80");
        suspect("h2", "asking");
        assertThat(picked()).containsExactly("vm2.80");
    }
}
