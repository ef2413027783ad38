package io.evenkeel.kernel.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElectionTest {
    private static final String LOCK = "/ek/1/lock/leaders/default/control";
    private static final Duration TTL = Duration.ofSeconds(3);
    private static final long SECOND = 1_000_000_000L;
    private static final Unknown LOST = new Unknown("lost on the way");

    private final StoreState store = new StoreState(StoreLimits.DEFAULT);
    private long now;

    private Election candidate(String id) {
        return new Election(LOCK, TTL, Value.of(id), now);
    }

    /** Does what is due, until the candidate waits. */
    private void play(Election candidate) {
        while (true) {
            switch (candidate.next(now)) {
                case ElectionAction.Grant(Duration ttl) ->
                        candidate.leased(now, now, store.grant(now, ttl));
                case ElectionAction.KeepAlive(long lease) ->
                        candidate.leased(now, now, store.keepAlive(now, lease));
                case ElectionAction.Claim(Txn txn) -> candidate.claimed(now, store.txn(txn));
                case ElectionAction.Await _ -> {
                    return;
                }
            }
        }
    }

    /** The store's clock: leases whose time is over end. */
    private void pass(Duration time) {
        now += time.toNanos();
        expire();
    }

    private void expire() {
        for (long lease = store.expired(now); lease != 0; lease = store.expired(now)) {
            store.revoke(lease);
        }
    }

    private TxnOutcome write(Term term, String key) {
        return term.outcome(store.txn(term.guarded(Txn.of(Op.put(key, "x")))));
    }

    @Test
    void firstLeadsTheOthersWaitAndTakeOverWhenItIsDead() {
        Election first = candidate("a");
        Election second = candidate("b");
        play(first);
        play(second);
        Term old = first.term(now).orElseThrow();
        assertThat(second.term(now)).isEmpty();
        assertThat(write(old, "/k")).isInstanceOf(TxnOutcome.Committed.class);
        // The first is dead: its lease ends, the other has renewed its own.
        for (int i = 0; i < 4; i++) {
            pass(Duration.ofSeconds(1));
            play(second);
        }
        second.lockDeleted(store.revision());
        play(second);
        Term next = second.term(now).orElseThrow();
        assertThat(next.number()).isGreaterThan(old.number());
        assertThat(first.term(now)).isEmpty();
        assertThat(write(old, "/k"))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.code()).isEqualTo(Rejected.Code.DEPOSED));
        assertThat(write(next, "/k")).isInstanceOf(TxnOutcome.Committed.class);
    }

    @Test
    void candidateTakesTheLockSomeTimeAlsoWhenNobodySaysThatItIsFree() {
        Election first = candidate("a");
        Election second = candidate("b");
        play(first);
        play(second);
        for (int i = 0; i < 8; i++) {
            pass(Duration.ofSeconds(1));
            play(second);
        }
        assertThat(second.term(now)).isPresent();
    }

    @Test
    void leaderThatCannotRenewStopsBeforeItsLeaseEnds() {
        Election leader = candidate("a");
        play(leader);
        pass(TTL.dividedBy(2));
        assertThat(leader.term(now)).isPresent();
        assertThat(leader.next(now)).isInstanceOf(ElectionAction.KeepAlive.class);
        leader.leased(now, now, LOST);
        pass(TTL.multipliedBy(3).dividedBy(10));
        assertThat(leader.term(now)).isEmpty();
        assertThat(store.range(RangeQuery.key(LOCK)))
                .isInstanceOfSatisfying(
                        RangeResult.Range.class, range -> assertThat(range.entries()).hasSize(1));
    }

    /** The store was silent and its leases lived on: nobody else led in between. */
    @Test
    void leaderLeadsOnUnderTheSameTermWhenItsLeaseLivedThroughASilence() {
        Election leader = candidate("a");
        play(leader);
        Term term = leader.term(now).orElseThrow();
        now += TTL.toNanos() * 5;
        assertThat(leader.term(now)).isEmpty();
        play(leader);
        assertThat(leader.term(now)).contains(term);
        assertThat(write(term, "/k")).isInstanceOf(TxnOutcome.Committed.class);
    }

    @Test
    void claimOfWhichNobodyKnowsTheOutcomeIsFoundByClaimingAgain() {
        Election candidate = candidate("a");
        candidate.leased(now, now, store.grant(now, TTL));
        ElectionAction.Claim claim = (ElectionAction.Claim) candidate.next(now);
        store.txn(claim.txn());
        candidate.claimed(now, LOST);
        assertThat(candidate.term(now)).isEmpty();
        assertThat(candidate.next(now)).isInstanceOf(ElectionAction.Await.class);
        pass(Duration.ofMillis(500));
        play(candidate);
        assertThat(candidate.term(now)).contains(new Term(LOCK, store.revision()));
    }

    @Test
    void lockTakenAwayByAnOperatorEndsTheTerm() {
        Election leader = candidate("a");
        play(leader);
        Term old = leader.term(now).orElseThrow();
        store.txn(Txn.of(Op.delete(LOCK)));
        leader.lockDeleted(store.revision());
        assertThat(leader.term(now)).isEmpty();
        play(leader);
        assertThat(leader.term(now).orElseThrow().number()).isGreaterThan(old.number());
        // Word of an earlier end comes late.
        leader.lockDeleted(old.number());
        assertThat(leader.term(now)).isPresent();
    }

    @Test
    void refusalOfTheWritersOwnCompareStaysOne() {
        Election leader = candidate("a");
        play(leader);
        Term term = leader.term(now).orElseThrow();
        Txn txn =
                Txn.when(io.evenkeel.kernel.store.Compare.exists("/none"))
                        .then(Op.put("/k", "x"))
                        .otherwise(RangeQuery.key("/k"))
                        .build();
        assertThat(term.outcome(store.txn(term.guarded(txn))))
                .isInstanceOfSatisfying(
                        TxnOutcome.Refused.class,
                        refused -> assertThat(refused.reads()).hasSize(1));
    }

    /** A candidate with a clock of its own and a way to the store that delays and loses. */
    private final class Far {
        final Election election;
        final double pace;
        final long offset;
        long busyUntil;
        Runnable pending = () -> {};

        Far(int id, Random random) {
            pace = 0.95 + random.nextDouble() / 10;
            offset = random.nextLong() >> 2;
            election = new Election(LOCK, TTL, Value.of("c" + id), clock());
        }

        long clock() {
            return offset + (long) (now * pace);
        }

        boolean leads() {
            return election.term(clock()).isPresent();
        }
    }

    /**
     * Candidates that pause, whose clocks run at different speeds, whose calls and answers are late
     * or lost. Two never lead at the same time, and no write takes effect of one whose lock it
     * isn't, whenever it arrives.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void neverTwoLead(long seed) {
        Random random = new Random(seed);
        List<Far> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(new Far(i, random));
        }
        record Late(long at, Term term) {}
        List<Late> late = new ArrayList<>();
        int effective = 0;
        int deposed = 0;
        long terms = 0;
        long lastTerm = 0;
        for (int step = 0; step < 100_000; step++) {
            now += 10_000_000L;
            expire();
            for (Far far : all) {
                if (now < far.busyUntil) {
                    continue;
                }
                far.pending.run();
                far.pending = () -> {};
                act(far, random);
            }
            List<Far> leaders = all.stream().filter(Far::leads).toList();
            assertThat(leaders).as("seed %d at %d", seed, now).hasSizeLessThanOrEqualTo(1);
            for (Far leader : leaders) {
                Term term = leader.election.term(leader.clock()).orElseThrow();
                assertThat(term.number()).isGreaterThanOrEqualTo(lastTerm);
                if (term.number() > lastTerm) {
                    lastTerm = term.number();
                    terms++;
                }
                if (random.nextInt(4) == 0) {
                    // Up to ten seconds on its way: longer than any lease.
                    late.add(new Late(now + (long) (random.nextDouble() * 10 * SECOND), term));
                }
            }
            for (Late write : late.stream().filter(w -> w.at() <= now).toList()) {
                long held =
                        ((RangeResult.Range) store.range(RangeQuery.key(LOCK)))
                                .entries().stream()
                                        .findFirst()
                                        .map(entry -> entry.createRevision())
                                        .orElse(0L);
                boolean done = write(write.term(), "/k") instanceof TxnOutcome.Committed;
                assertThat(done)
                        .as("seed %d at %d", seed, now)
                        .isEqualTo(held == write.term().number());
                effective += done ? 1 : 0;
                deposed += done ? 0 : 1;
            }
            late.removeIf(write -> write.at() <= now);
            if (random.nextInt(2_000) == 0) {
                // A pause, up to three leases long; a kill is one without end for its calls.
                Far victim = all.get(random.nextInt(all.size()));
                victim.busyUntil = now + (long) (random.nextDouble() * 3 * TTL.toNanos());
            }
        }
        assertThat(terms).as("seed %d", seed).isGreaterThan(5);
        assertThat(effective).isGreaterThan(1_000);
        assertThat(deposed).isGreaterThan(10);
    }

    /** One call: it arrives late or never, its answer comes late or never. */
    private void act(Far far, Random random) {
        ElectionAction action = far.election.next(far.clock());
        if (action instanceof ElectionAction.Await) {
            return;
        }
        long sent = far.clock();
        boolean arrives = random.nextInt(50) != 0;
        boolean answered = random.nextInt(50) != 0;
        far.busyUntil = now + (long) (random.nextDouble() * SECOND / 4);
        switch (action) {
            case ElectionAction.Grant(Duration ttl) -> {
                LeaseOutcome outcome = arrives ? store.grant(now, ttl) : LOST;
                far.pending =
                        () -> far.election.leased(sent, far.clock(), answered ? outcome : LOST);
            }
            case ElectionAction.KeepAlive(long lease) -> {
                LeaseOutcome outcome = arrives ? store.keepAlive(now, lease) : LOST;
                far.pending =
                        () -> far.election.leased(sent, far.clock(), answered ? outcome : LOST);
            }
            case ElectionAction.Claim(Txn txn) -> {
                TxnOutcome outcome = arrives ? store.txn(txn) : LOST;
                far.pending = () -> far.election.claimed(far.clock(), answered ? outcome : LOST);
            }
            case ElectionAction.Await _ -> {}
        }
    }
}
