package io.evenkeel.agent.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.model.bind.Size;
import io.evenkeel.model.tree.Bound;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AliveKeyTest {
    private static final HostKey HOST = new HostKey("default", "h1");
    private static final String KEY = Keys.hostAlive(HOST);
    private static final Duration TTL = Duration.ofSeconds(6);
    private static final HostUse USE = new HostUse(Instant.EPOCH, 700, new Size(1 << 20));
    private static final Unknown LOST = new Unknown("lost on the way");

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private long now;

    private static HostRecord record(String instance, String boot) {
        return new HostRecord(
                instance,
                boot,
                "1",
                0,
                new HostInventory("10.0.0.1", "amd64", "6.1", 4, new Size(1L << 32)));
    }

    private AliveKey agent(String instance, String boot) {
        return new AliveKey(HOST, TTL, record(instance, boot), now);
    }

    /** Does what is due, until the agent waits. */
    private void play(AliveKey agent) {
        while (true) {
            switch (agent.next(now)) {
                case AliveAction.Grant(Duration ttl) ->
                        agent.leased(now, now, store.grant(now, ttl));
                case AliveAction.KeepAlive(long lease) ->
                        agent.leased(now, now, store.keepAlive(now, lease));
                case AliveAction.Claim(Txn txn) -> agent.claimed(now, store.txn(txn));
                case AliveAction.Await _ -> {
                    return;
                }
            }
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
        for (long lease = store.expired(now); lease != 0; lease = store.expired(now)) {
            store.revoke(lease);
        }
    }

    private Optional<Entry> entry(String key) {
        return store.range(RangeQuery.key(key)) instanceof RangeResult.Range range
                ? range.entries().stream().findFirst()
                : Optional.empty();
    }

    private String holder() {
        Bound<HostRecord> read =
                Stored.read(entry(KEY).orElseThrow().value().toBytes(), HostRecord.class);
        return ((Bound.Good<HostRecord>) read).value().instance();
    }

    @Test
    void takingTheKeyLeavesATraceThatOutlivesIt() {
        play(agent("run1", "boot1"));
        pass(TTL.multipliedBy(2));
        assertThat(store.range(RangeQuery.key(KEY)))
                .asInstanceOf(type(RangeResult.Range.class))
                .extracting(RangeResult.Range::count)
                .isEqualTo(0L);
        assertThat(store.range(RangeQuery.key(Keys.hostSeen(HOST))))
                .asInstanceOf(type(RangeResult.Range.class))
                .extracting(RangeResult.Range::count)
                .isEqualTo(1L);
    }

    @Test
    void keyLivesAsLongAsItIsRenewedAndNoLonger() {
        AliveKey agent = agent("a", "boot");
        play(agent);
        for (int i = 0; i < 30; i++) {
            pass(Duration.ofSeconds(2));
            play(agent);
            assertThat(agent.held()).isTrue();
            assertThat(holder()).isEqualTo("a");
        }
        pass(TTL);
        assertThat(entry(KEY)).isEmpty();
    }

    @Test
    void formerRunOfTheSameBootIsReplacedAtOnce() {
        play(agent("killed", "boot"));
        AliveKey next = agent("next", "boot");
        play(next);
        assertThat(next.held()).isTrue();
        assertThat(holder()).isEqualTo("next");
        // The lease of the killed one ends; the key is the next one's.
        pass(Duration.ofSeconds(2));
        play(next);
        pass(Duration.ofSeconds(4));
        assertThat(holder()).isEqualTo("next");
    }

    @Test
    void anotherMachineOfTheSameNameWaitsUntilTheNameIsFree() {
        AliveKey first = agent("first", "boot-1");
        AliveKey second = agent("second", "boot-2");
        play(first);
        for (int i = 0; i < 10; i++) {
            play(second);
            assertThat(second.held()).isFalse();
            assertThat(second.other()).hasValueSatisfying(by -> assertThat(by).contains("boot-1"));
            pass(Duration.ofSeconds(2));
            play(first);
        }
        pass(TTL);
        play(second);
        assertThat(holder()).isEqualTo("second");
        assertThat(second.other()).isEmpty();
    }

    @Test
    void pausedLongerThanTheLeaseItIsKnownAgain() {
        AliveKey agent = agent("a", "boot");
        play(agent);
        pass(Duration.ofMinutes(1));
        assertThat(entry(KEY)).isEmpty();
        play(agent);
        assertThat(holder()).isEqualTo("a");
    }

    @Test
    void claimWhoseOutcomeNobodyKnowsIsAskedFor() {
        AliveKey agent = agent("a", "boot");
        agent.leased(now, now, store.grant(now, TTL));
        assertThat(agent.next(now))
                .isInstanceOfSatisfying(
                        AliveAction.Claim.class,
                        claim -> {
                            store.txn(claim.txn());
                            agent.claimed(now, LOST);
                        });
        long written = entry(KEY).orElseThrow().modRevision();
        pass(Duration.ofSeconds(1));
        play(agent);
        assertThat(agent.held()).isTrue();
        assertThat(entry(KEY).orElseThrow().modRevision()).isEqualTo(written);
    }

    @Test
    void whatIsInUseGoesWithTheKeyAndAKeyTakenAwayIsTakenAgain() {
        AliveKey agent = agent("a", "boot");
        assertThat(agent.tell(USE)).isEmpty();
        play(agent);
        assertThat(agent.told(now, store.txn(agent.tell(USE).orElseThrow()))).isTrue();
        assertThat(entry(Keys.hostUse(HOST))).isPresent();
        // Somebody deletes the key; the lease lives on.
        store.txn(Txn.of(Op.delete(KEY)));
        assertThat(agent.told(now, store.txn(agent.tell(USE).orElseThrow()))).isFalse();
        play(agent);
        assertThat(holder()).isEqualTo("a");
        pass(TTL);
        assertThat(entry(Keys.hostUse(HOST))).isEmpty();
    }

    /** Calls are lost, answers are lost, it pauses, others write: it comes back in the end. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void afterAnyTroubleTheKeyIsItsOwn(long seed) {
        Random random = new Random(seed);
        AliveKey agent = agent("a", "boot");
        for (int i = 0; i < 2_000; i++) {
            boolean arrives = random.nextInt(4) != 0;
            boolean answered = arrives && random.nextInt(4) != 0;
            switch (agent.next(now)) {
                case AliveAction.Grant(Duration ttl) -> {
                    var outcome = arrives ? store.grant(now, ttl) : LOST;
                    agent.leased(now, now, answered ? outcome : LOST);
                }
                case AliveAction.KeepAlive(long lease) -> {
                    var outcome = arrives ? store.keepAlive(now, lease) : LOST;
                    agent.leased(now, now, answered ? outcome : LOST);
                }
                case AliveAction.Claim(Txn txn) -> {
                    TxnOutcome outcome = arrives ? store.txn(txn) : LOST;
                    agent.claimed(now, answered ? outcome : LOST);
                }
                case AliveAction.Await _ -> {
                    if (random.nextInt(20) == 0) {
                        store.txn(Txn.of(Op.put(KEY, Value.of("{\"v\":1,\"boot\":\"other\"}"))));
                    }
                    if (random.nextInt(10) == 0) {
                        store.txn(Txn.of(Op.delete(KEY)));
                    }
                    agent.tell(USE)
                            .ifPresent(txn -> {
                                TxnOutcome outcome = arrives ? store.txn(txn) : LOST;
                                boolean ignored = agent.told(now, answered ? outcome : LOST);
                            });
                    pass(Duration.ofMillis(random.nextInt(random.nextInt(20) == 0 ? 9_000 : 900)));
                }
            }
        }
        store.txn(Txn.of(Op.delete(KEY)));
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofSeconds(1));
            agent.tell(USE)
                    .ifPresent(txn -> {
                        boolean ignored = agent.told(now, store.txn(txn));
                    });
            play(agent);
        }
        assertThat(agent.held()).as("seed " + seed).isTrue();
        assertThat(List.of(holder())).as("seed " + seed).containsExactly("a");
    }

    @Test
    void keyIsGoodForATtlFromTheRenewalThatWasHeardLast() {
        now = 50;
        AliveKey agent = agent("a", "boot");
        assertThat(agent.goodUntil()).isEqualTo(50);
        play(agent);
        assertThat(agent.goodUntil()).isEqualTo(50 + TTL.toNanos());
        pass(Duration.ofSeconds(2));
        play(agent);
        long renewed = now + TTL.toNanos();
        assertThat(agent.goodUntil()).isEqualTo(renewed);
        // Asked for, and not heard; then heard, but the key was lost with the lease meanwhile.
        pass(Duration.ofSeconds(2));
        agent.leased(now, now, LOST);
        assertThat(agent.goodUntil()).isEqualTo(renewed);
        pass(TTL);
        agent.leased(now, now, new LeaseOutcome.Gone(agent.leaseId()));
        assertThat(agent.held()).isFalse();
        assertThat(agent.goodUntil()).isEqualTo(renewed);
        agent.leased(now, now, store.grant(now, TTL));
        assertThat(agent.goodUntil()).isEqualTo(renewed);
        play(agent);
        assertThat(agent.goodUntil()).isEqualTo(now + TTL.toNanos());
    }
}
