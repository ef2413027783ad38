package io.evenkeel.kernel.witness;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.machine.RunTable;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointKind;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Locality;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import io.evenkeel.model.bind.Size;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What links say of hosts: heard at a gateway, lost in the store. */
class LinksTest {
    private static final HostKey H1 = new HostKey("default", "h1");
    private static final HostKey H2 = new HostKey("default", "h2");

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final ImageBuilder builder = new ImageBuilder();
    private final RunTable runs = new RunTable();
    private final Map<String, Long> heard = new HashMap<>();
    private final HeardLinks hearing = new HeardLinks();
    private final LostLinks losing = new LostLinks();
    private ClusterImage image = ClusterImage.EMPTY;

    private void commit(Op... ops) {
        store.txn(Txn.of(ops));
        WatchBatch batch = store.batch(store.revision());
        runs.apply(batch);
        image = builder.apply(batch).after();
    }

    private void backend(String name, EndpointKind kind, String host) {
        EndpointSpec spec =
                new EndpointSpec(
                        "web",
                        name,
                        kind,
                        new HostPort("10.0.0.1", 80),
                        new Locality("", host),
                        1,
                        0,
                        new TreeMap<>(),
                        "",
                        Optional.empty(),
                        "");
        commit(
                Op.put(
                        Keys.spec(Kind.ENDPOINT, "default", name),
                        Value.of(
                                Stored.spec(
                                        Resource.of(
                                                Metadata.of("default", name, Source.LINK),
                                                spec)))));
    }

    private static String mark(String name) {
        return Keys.presence("g1", new EndpointKey("default", name));
    }

    private void linked(String name) {
        EndpointKey key = new EndpointKey("default", name);
        long epoch = Objects.requireNonNull(image.endpoints().get(key)).epoch();
        commit(Op.put(mark(name), Value.of(Stored.write(new PresenceRecord(epoch, 1)))));
    }

    private void unlinked(String... names) {
        Op[] ops = new Op[names.length];
        for (int i = 0; i < names.length; i++) {
            ops[i] = Op.delete(mark(names[i]));
        }
        commit(ops);
    }

    private void runs(String machine, String host) {
        commit(
                Op.put(
                        RunRecord.key("default", machine),
                        Value.of(Stored.write(new RunRecord(host, true)))));
    }

    private static Resource<?, ?> declared(HostKey host) {
        return Resource.of(
                Metadata.of("default", host.name(), Source.API),
                new HostSpec(
                        "",
                        "",
                        "",
                        false,
                        List.of(),
                        false,
                        Optional.empty(),
                        false,
                        0,
                        new Size(0)));
    }

    private void suspect(HostKey host) {
        commit(
                Op.put(
                        Keys.spec(Kind.HOST, "default", host.name()),
                        Value.of(Stored.spec(declared(host)))),
                Op.put(
                        HostKeys.procedure(host),
                        """
                        {"v":1,"stage":"asking","sinceMillis":5,"suspectedMillis":5,"stageMillis":5,\
                        "seenRevision":1,"silentMillis":0,"rounds":1,"token":0,"fenced":[],\
                        "proof":"","planned":false,"evidence":[]}\
                        """));
    }

    private Map<HostKey, Integer> hear() {
        return hearing.look(
                image,
                key ->
                        heard.containsKey(key.name())
                                ? OptionalLong.of(heard.get(key.name()))
                                : OptionalLong.empty());
    }

    @Test
    void hostIsHeardByWhatCameSinceTheLookBefore() {
        backend("a", EndpointKind.PROCESS, "h1");
        backend("b", EndpointKind.PROCESS, "h1");
        backend("c", EndpointKind.PROCESS, "h2");
        heard.putAll(Map.of("a", 100L, "b", 100L, "c", 100L));
        assertThat(hear()).isEmpty();
        suspect(H1);
        assertThat(hear()).isEmpty();
        // Links that merely stand say nothing, nor do those of a host that nobody suspects.
        heard.put("c", 200L);
        assertThat(hear()).isEmpty();
        heard.put("a", 200L);
        assertThat(hear()).containsExactly(Map.entry(H1, 1));
        assertThat(hear()).isEmpty();
        heard.putAll(Map.of("a", 300L, "b", 300L));
        assertThat(hear()).containsExactly(Map.entry(H1, 2));
        heard.clear();
        assertThat(hear()).isEmpty();
        // One that dials after the suspicion is heard as well.
        heard.put("b", 1L);
        assertThat(hear()).containsExactly(Map.entry(H1, 1));
    }

    @Test
    void hostHasLostItsLinksWithTheLastOfThem() {
        backend("a", EndpointKind.PROCESS, "h1");
        backend("v", EndpointKind.VM, "");
        runs("v", "h1");
        backend("c", EndpointKind.PROCESS, "h2");
        linked("a");
        linked("v");
        linked("c");
        assertThat(losing.look(image, runs)).isEmpty();
        unlinked("a");
        assertThat(losing.look(image, runs)).isEmpty();
        unlinked("v");
        assertThat(losing.look(image, runs)).containsExactly(Map.entry(H1, 1));
        assertThat(losing.look(image, runs)).isEmpty();
        backend("d", EndpointKind.PROCESS, "h3");
        assertThat(losing.look(image, runs)).isEmpty();
    }

    @Test
    void machineThatMovesTakesItsLinkAlong() {
        backend("v", EndpointKind.VM, "");
        backend("w", EndpointKind.VM, "");
        runs("v", "h1");
        runs("w", "h1");
        linked("v");
        linked("w");
        assertThat(losing.look(image, runs)).isEmpty();
        runs("v", "h2");
        assertThat(losing.look(image, runs)).isEmpty();
        unlinked("v", "w");
        assertThat(losing.look(image, runs)).containsExactly(Map.entry(H1, 1), Map.entry(H2, 1));
    }

    @Test
    void markOfAnOlderEpochIsNoLink() {
        backend("a", EndpointKind.PROCESS, "h1");
        linked("a");
        assertThat(losing.look(image, runs)).isEmpty();
        commit(Op.put(mark("a"), Value.of(Stored.write(new PresenceRecord(1, 1)))));
        assertThat(losing.look(image, runs)).containsKey(H1);
    }
}
