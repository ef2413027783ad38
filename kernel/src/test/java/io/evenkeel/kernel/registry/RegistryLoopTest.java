package io.evenkeel.kernel.registry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.decision.AuditEntry;
import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.registry.AdmissionReply.Code;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The identity rules, each on the store's own semantics. */
class RegistryLoopTest {
    private static final EndpointKey WEB_1 = new EndpointKey("default", "w1.80");

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private final ImageBuilder builder = new ImageBuilder();
    private final RegistryLoop loop = new RegistryLoop(new TreeSet<>(List.of("default")));
    private long seen = store.revision();

    private static Registration web(String incarnation) {
        return Registration.of("web", "w1", "10.0.0.1:80", incarnation);
    }

    private RegistryDecision decide(Registration registration) {
        return loop.register(builder.image(), registration, past(), 1_000, "uid-1");
    }

    private EndpointPast past() {
        Entry ring = read(RegistryLoop.decisionsKey(WEB_1));
        Entry replaced = read(RegistryLoop.incarnationsKey(WEB_1));
        return new EndpointPast(
                replaced == null ? Incarnations.NONE : stored(replaced, Incarnations.class),
                ring == null ? DecisionRing.EMPTY : stored(ring, DecisionRing.class),
                ring == null ? 0 : ring.modRevision());
    }

    private @Nullable Entry read(String key) {
        RangeResult.Range range = (RangeResult.Range) store.range(RangeQuery.key(key));
        return range.entries().isEmpty() ? null : range.entries().getFirst();
    }

    private static <T> T stored(Entry entry, Class<T> type) {
        return Stored.read(entry.value().toBytes(), type).orElseThrow();
    }

    private long admitted(Registration registration) {
        RegistryDecision decision = decide(registration);
        RegistryDecision.Commit commit = requireNonNull(decision.commit(), decision.toString());
        return RegistryDecision.admitted(commit, committed(commit)).epoch();
    }

    private long committed(RegistryDecision.Commit commit) {
        TxnOutcome outcome = store.txn(new Txn(commit.compares(), commit.ops(), List.of()));
        assertThat(outcome).isInstanceOf(TxnOutcome.Committed.class);
        follow();
        return ((TxnOutcome.Committed) outcome).revision();
    }

    private void commit(Op... ops) {
        store.txn(Txn.of(ops));
        follow();
    }

    private void follow() {
        while (seen < store.revision()) {
            builder.apply(store.batch(++seen));
        }
    }

    private void refused(Registration registration, Code code, String... parts) {
        RegistryDecision decision = decide(registration);
        assertThat(decision).isInstanceOf(RegistryDecision.Refuse.class);
        AdmissionReply.Refused reply = ((RegistryDecision.Refuse) decision).reply();
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.message()).contains(parts);
    }

    private EndpointImage endpoint() {
        return requireNonNull(builder.image().endpoints().get(WEB_1));
    }

    private void present(long epoch) {
        commit(
                Op.put(
                        Keys.presence("g1", WEB_1),
                        Value.of(Stored.write(new PresenceRecord(epoch, 1)))));
    }

    @Test
    void theFirstRegistrationOfAnUnknownServiceNeedsNoConfiguration() {
        long epoch = admitted(web("a"));
        assertThat(epoch).isEqualTo(store.revision()).isEqualTo(endpoint().epoch());
        assertThat(builder.image().services()).containsOnlyKeys(new ServiceKey("default", "web"));
        assertThat(endpoint().metadata().uid()).isEqualTo("uid-1");
        assertThat(endpoint().metadata().source()).isEqualTo(Source.LINK);
    }

    @Test
    void severalLinksOfOneIncarnationAreOneEndpointOfOneEpoch() {
        long epoch = admitted(web("a"));
        long revision = store.revision();
        assertThat(admitted(web("a"))).isEqualTo(epoch);
        assertThat(admitted(web("a"))).isEqualTo(epoch);
        assertThat(store.revision()).isEqualTo(revision);
    }

    @Test
    void aNewerIncarnationTakesOverWithAHigherEpochAndTheOlderIsRefusedWhenItReturns() {
        long first = admitted(web("a"));
        long second = admitted(web("b"));
        assertThat(second).isGreaterThan(first);
        assertThat(endpoint().spec().incarnation()).isEqualTo("b");
        assertThat(endpoint().metadata().uid())
                .as("it is still the same endpoint")
                .isEqualTo("uid-1");
        refused(web("a"), Code.SUPERSEDED, "incarnation a", "restart it");
        assertThat(admitted(web("b"))).isEqualTo(second);
        assertThat(admitted(web("c"))).isGreaterThan(second);
        refused(web("a"), Code.SUPERSEDED, "was replaced");
        refused(web("b"), Code.SUPERSEDED, "was replaced");
    }

    @Test
    void whatDecidedOnAStaleImageCannotCommit() {
        RegistryDecision.Commit one = requireNonNull(decide(web("a")).commit());
        RegistryDecision.Commit other = requireNonNull(decide(web("b")).commit());
        committed(one);
        assertThat(store.txn(new Txn(other.compares(), other.ops(), List.of())))
                .isInstanceOf(TxnOutcome.Refused.class);
    }

    @Test
    void anIdOfAnotherWorkloadIsADuplicate() {
        Registration first = web("a");
        admitted(first);
        Registration other =
                new Registration(
                        "",
                        "web",
                        "w2",
                        "w1.80",
                        "",
                        "10.0.0.2:80",
                        "x",
                        "",
                        "",
                        first.labels(),
                        0,
                        0,
                        "",
                        "",
                        "",
                        List.of());
        refused(other, Code.DUPLICATE, "w1.80", "workload w1", "w2", "another endpoint id");
    }

    @Test
    void anIdThatAnOperatorDeclaredIsADuplicate() {
        EndpointSpec spec = EndpointSpec.of("web", HostPort.parse("10.0.0.9:80"));
        Metadata metadata = Metadata.of("default", "w1.80", Source.FILE);
        commit(
                Op.put(
                        Keys.spec(Kind.ENDPOINT, "default", "w1.80"),
                        Value.of(Stored.spec(Resource.of(metadata, spec)))));
        refused(web("a"), Code.DUPLICATE, "declared by file", "delete the resource");
    }

    @Test
    void anIncarnationCannotBeAnythingElseThanItWas() {
        admitted(web("a"));
        refused(
                Registration.of("web", "w1", "10.0.0.2:80", "a"),
                Code.DUPLICATE,
                "10.0.0.1:80",
                "10.0.0.2:80",
                "restart it");
    }

    @Test
    void anEndpointThatServesOneServiceIsRefusedForAnother() {
        long epoch = admitted(web("a"));
        present(epoch);
        Registration elsewhere = Registration.of("api", "w1", "10.0.0.1:80", "b");
        refused(elsewhere, Code.WRONG_SERVICE, "serves service web", "api", "leave first");
        commit(Op.delete(Keys.presence("g1", WEB_1)));
        assertThat(admitted(elsewhere)).isGreaterThan(epoch);
        assertThat(builder.image().services()).containsOnlyKeys(new ServiceKey("default", "api"));
    }

    @Test
    void aPoliteLeaveEndsTheEndpointAndAllThatWasSetOnIt() {
        admitted(web("a"));
        long epoch = admitted(web("b"));
        commit(
                Op.put(
                        Keys.assign(WEB_1),
                        Value.of(Stored.write(new Assignment(AdminState.DRAIN, "", "me", 1)))));
        RegistryDecision decision = loop.leave(builder.image(), WEB_1, epoch, "SIGTERM", past(), 5);
        committed(requireNonNull(decision.commit()));
        assertThat(builder.image().services()).isEmpty();
        RangeResult.Range left = (RangeResult.Range) store.range(RangeQuery.prefix("/ek/1/"));
        assertThat(left.entries())
                .as("what was done and why stays for a while")
                .allMatch(entry ->
                        entry.key().startsWith("/ek/1/audit/")
                                || entry.key().equals(RegistryLoop.decisionsKey(WEB_1)));
    }

    @Test
    void aLeaveOfAnOlderEpochChangesNothing() {
        long old = admitted(web("a"));
        admitted(web("b"));
        assertThat(loop.leave(builder.image(), WEB_1, old, "late", past(), 5))
                .isInstanceOf(RegistryDecision.Ignore.class);
    }

    @Test
    void anEndpointThatIsPresentAgainIsNotForgotten() {
        long epoch = admitted(web("a"));
        assertThat(loop.forget(builder.image(), WEB_1, epoch, "absent", past(), 5).commit())
                .isNotNull();
        present(epoch);
        assertThat(loop.forget(builder.image(), WEB_1, epoch, "absent", past(), 5))
                .isInstanceOf(RegistryDecision.Ignore.class);
    }

    @Test
    void everyChangeHasItsAuditEntryAtItsOwnRevision() {
        long first = admitted(web("a"));
        long second = admitted(web("b"));
        RegistryDecision leave = loop.leave(builder.image(), WEB_1, second, "bye", past(), 7);
        long third = committed(requireNonNull(leave.commit()));
        RangeResult.Range audit =
                (RangeResult.Range) store.range(RangeQuery.prefix(Keys.prefix(Keys.Area.AUDIT)));
        assertThat(audit.entries())
                .extracting(
                        entry -> entry.modRevision(),
                        entry ->
                                Stored.read(entry.value().toBytes(), AuditEntry.class)
                                        .orElseThrow()
                                        .action())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(first, "admit"),
                        org.assertj.core.groups.Tuple.tuple(second, "admit"),
                        org.assertj.core.groups.Tuple.tuple(third, "leave"));
    }

    @Test
    void aBadRegistrationGetsOneRefusalThatSaysWhatIsWrong() {
        Registration good = web("a");
        refused(Registration.of("", "w1", "h:80", "a"), Code.INVALID, "service: ''");
        refused(Registration.of("Web", "w1", "h:80", "a"), Code.INVALID, "service: 'Web'");
        refused(Registration.of("web", "a_b", "h:80", "a"), Code.INVALID, "workload: 'a_b'");
        refused(Registration.of("web", "w1", "h", "a"), Code.INVALID, "address: 'h'", "host:port");
        refused(Registration.of("web", "w1", "h:0", "a"), Code.INVALID, "port");
        refused(Registration.of("web", "w1", "h:80", ""), Code.INVALID, "incarnation");
        refused(
                Registration.of("w".repeat(300), "w1", "h:80", "a"),
                Code.OVERSIZED,
                "300 characters");
        refused(with(good, "other", "", 0, "x"), Code.WRONG_TENANT, "'other'", "default");
        refused(with(good, "", "robot", 0, "x"), Code.INVALID, "kind: 'robot'", "container");
        refused(with(good, "", "", 257, "x"), Code.INVALID, "weight: 257", "256");
        refused(with(good, "", "", -1, "x"), Code.INVALID, "weight: -1");
        refused(with(good, "", "", 1, "x".repeat(20_000)), Code.OVERSIZED, "16384");
    }

    private static Registration with(
            Registration r, String tenant, String kind, int weight, String label) {
        return new Registration(
                tenant,
                r.service(),
                r.workload(),
                "",
                kind,
                r.address(),
                r.incarnation(),
                "",
                "",
                java.util.Map.of("l", label),
                weight,
                0,
                "",
                "",
                "",
                List.of());
    }

    @Test
    void aCredentialIsNeverShown() {
        Registration secret =
                new Registration(
                        "",
                        "web",
                        "w1",
                        "",
                        "",
                        "h:80",
                        "a",
                        "",
                        "",
                        java.util.Map.of(),
                        0,
                        0,
                        "",
                        "",
                        "hunter2",
                        List.of());
        assertThat(secret.toString()).doesNotContain("hunter2");
        assertThat(String.valueOf(decide(secret))).doesNotContain("hunter2");
    }
}
