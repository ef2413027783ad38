package io.evenkeel.kernel.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories: everything the state answers is what a replay of all its history says. */
class StoreStatePropertyTest {
    private static final int STEPS = 400;
    private static final String[] PREFIXES = {"/a/", "/a/x", "/b/", "/"};

    private static final List<Compare.Relation> RELATIONS = List.of(Compare.Relation.values());
    private static final List<Compare.Field> FIELDS = List.of(Compare.Field.values());

    private final StoreState state = new StoreState(StoreLimits.DEFAULT);
    private final NaiveStore model = new NaiveStore();
    private final List<Long> leases = new ArrayList<>(List.of(0L, 0L, 0L));
    private long now = Long.MAX_VALUE - 50_000_000_000L; // the clock wraps in the middle

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void everyAnswerIsWhatAReplayOfTheHistorySays(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(12)) {
                case 0 -> grant(random);
                case 1 -> passTime(random);
                case 2 -> keepAlive(random);
                case 3 -> revoke(random);
                case 4 -> {
                    if (random.nextInt(10) == 0) {
                        state.compact(random.nextLong(state.revision() + 1));
                    }
                }
                default -> txn(random);
            }
            assertThat(state.revision())
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(model.revision);
            checkReads(random, "seed " + seed + " step " + step);
        }
        checkHistory(seed);
        checkRestored(seed);
    }

    private void txn(Random random) {
        Txn.Builder txn = Txn.builder();
        for (int i = random.nextInt(3); i > 0; i--) {
            txn.when(compare(random));
        }
        TreeSet<String> written = new TreeSet<>();
        for (int i = random.nextInt(4) + 1; i > 0; i--) {
            String key = key(random);
            boolean free = written.add(key);
            switch (random.nextInt(6)) {
                case 0 -> txn.then(Op.read(RangeQuery.prefix(prefix(random))));
                case 1 -> {
                    if (free) {
                        txn.then(Op.delete(key));
                    }
                }
                default -> {
                    if (free) {
                        txn.then(Op.putLeased(key, value(random), lease(random)));
                    }
                }
            }
        }
        if (written.isEmpty() || random.nextInt(12) == 0) {
            txn = Txn.builder().then(Op.deletePrefix(prefix(random)), Op.delete(key(random)));
        }
        Txn built = txn.build();
        long before = model.revision;
        boolean done = model.txn(built);
        TxnOutcome outcome = state.txn(built);
        if (done) {
            assertThat(outcome).isInstanceOf(TxnOutcome.Committed.class);
            assertThat(((TxnOutcome.Committed) outcome).revision()).isEqualTo(model.revision);
        } else {
            assertThat(outcome).isNotInstanceOf(TxnOutcome.Committed.class);
            assertThat(state.revision()).isEqualTo(before);
        }
    }

    private Compare compare(Random random) {
        String key = key(random);
        Compare.Relation relation = RELATIONS.get(random.nextInt(RELATIONS.size()));
        if (random.nextInt(4) == 0) {
            return new Compare.OfValue(key, relation, value(random));
        }
        Entry entry = model.at(model.revision).get(key);
        Compare.Field field = FIELDS.get(random.nextInt(FIELDS.size()));
        long number = random.nextInt(4);
        if (entry != null && random.nextInt(3) > 0) {
            number =
                    switch (field) {
                        case CREATE_REVISION -> entry.createRevision();
                        case MOD_REVISION -> entry.modRevision();
                        case VERSION -> entry.version();
                        case LEASE -> entry.leaseId();
                    };
        }
        return new Compare.OfNumber(key, field, relation, number);
    }

    private void grant(Random random) {
        Duration ttl = Duration.ofSeconds(1 + random.nextInt(20));
        LeaseOutcome outcome = state.grant(now, ttl);
        long id = ((LeaseOutcome.Held) outcome).leaseId();
        assertThat(leases).doesNotContain(id);
        leases.add(id);
        model.leaseEnds.put(id, now + ttl.toNanos());
        model.leaseTtls.put(id, ttl.toNanos());
    }

    private void keepAlive(Random random) {
        long id = lease(random);
        LeaseOutcome outcome = state.keepAlive(now, id);
        Long ttl = model.leaseTtls.get(id);
        if (ttl == null) {
            assertThat(outcome).isEqualTo(new LeaseOutcome.Gone(id));
        } else {
            assertThat(outcome).isEqualTo(new LeaseOutcome.Held(id, Duration.ofNanos(ttl)));
            model.leaseEnds.put(id, now + ttl);
        }
    }

    private void revoke(Random random) {
        long id = lease(random);
        boolean there = model.leaseEnds.containsKey(id);
        if (there) {
            model.endLease(id);
        }
        assertThat(state.revoke(id)).isEqualTo(there);
    }

    private void passTime(Random random) {
        now += Duration.ofSeconds(random.nextInt(4)).toNanos();
        for (long id = state.expired(now); id != 0; id = state.expired(now)) {
            assertThat(requireNonNull(model.leaseEnds.get(id)) - now).isLessThanOrEqualTo(0);
            state.revoke(id);
            model.endLease(id);
        }
        for (long end : model.leaseEnds.values()) {
            assertThat(end - now).isPositive();
            assertThat(state.untilExpiryNanos(now)).isLessThanOrEqualTo(end - now);
        }
    }

    private void checkReads(Random random, String where) {
        String prefix = prefix(random);
        RangeQuery query = RangeQuery.prefix(prefix);
        RangeResult.Range present = (RangeResult.Range) state.range(query);
        assertThat(present.entries())
                .as(where)
                .isEqualTo(model.range(query.from(), query.to(), model.revision));

        long then = 1 + random.nextLong(model.revision);
        RangeResult past = state.range(query.at(then));
        if (then < state.compactRevision() && then < state.revision()) {
            assertThat(past).as(where).isEqualTo(new Compacted(state.compactRevision()));
        } else {
            assertThat(((RangeResult.Range) past).entries())
                    .as(where + " at " + then)
                    .isEqualTo(model.range(query.from(), query.to(), then));
        }

        List<Entry> paged = new ArrayList<>();
        RangeQuery page = query.limit(2);
        boolean more = true;
        while (more) {
            RangeResult.Range part = (RangeResult.Range) state.range(page);
            paged.addAll(part.entries());
            more = part.more();
            page = more ? page.after(part.entries().getLast().key()) : page;
        }
        assertThat(paged).as(where).isEqualTo(present.entries());
    }

    private void checkHistory(long seed) {
        for (String prefix : PREFIXES) {
            assertThat(state.history(prefix, state.compactRevision(), state.revision(), 10))
                    .isNull();
            long next = state.compactRevision() + 1;
            while (next <= state.revision()) {
                HistoryPart part = requireNonNull(state.history(prefix, next, state.revision(), 7));
                int delivered = 0;
                for (long r = next; r < part.nextRevision(); r++) {
                    List<String> expected = model.changes(prefix, r);
                    if (!expected.isEmpty()) {
                        WatchBatch batch = part.batches().get(delivered++);
                        assertThat(batch.revision()).isEqualTo(r);
                        assertThat(NaiveStore.texts(batch))
                                .as("seed %d revision %d", seed, r)
                                .isEqualTo(expected);
                    }
                }
                assertThat(part.batches()).hasSize(delivered);
                next = part.nextRevision();
            }
        }
    }

    private void checkRestored(long seed) {
        List<StoreState.LeaseRecord> records = new ArrayList<>();
        model.leaseTtls.forEach((id, ttl) -> records.add(new StoreState.LeaseRecord(id, ttl)));
        StoreState restored =
                StoreState.restore(
                        StoreLimits.DEFAULT,
                        state.revision(),
                        state.entries(),
                        records,
                        state.lastLeaseId(),
                        now);
        assertThat(restored.entries())
                .as("seed %d", seed)
                .containsExactlyElementsOf(state.entries());
        assertThat(restored.revision()).isEqualTo(state.revision());
        for (long id : List.copyOf(model.leaseTtls.keySet())) {
            restored.revoke(id);
            model.endLease(id);
        }
        assertThat(restored.entries()).containsExactlyElementsOf(model.at(model.revision).values());
        assertThat(((LeaseOutcome.Held) restored.grant(now, Duration.ofSeconds(1))).leaseId())
                .isGreaterThan(state.lastLeaseId());
    }

    private long lease(Random random) {
        return leases.get(random.nextInt(leases.size()));
    }

    private static String key(Random random) {
        return prefix(random) + (char) ('a' + random.nextInt(4));
    }

    private static String prefix(Random random) {
        return PREFIXES[random.nextInt(PREFIXES.length)];
    }

    private static Value value(Random random) {
        byte[] bytes = new byte[random.nextInt(3)];
        random.nextBytes(bytes);
        return Value.of(bytes);
    }
}
