package io.evenkeel.store.etcd;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.HistoryPart;
import io.evenkeel.kernel.store.Keys;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchRecorder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories on a real etcd and on the pure {@link StoreState}: every outcome, read and watch
 * is the same but for where revisions begin and how leases are numbered ({@link Translation}).
 */
class RandomHistoryTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int STEPS = 250;
    private static final String[] PREFIXES = {"/a/", "/a/x", "/b/", "/"};
    private static @Nullable EtcdProcess etcd;

    @BeforeAll
    static void start(@TempDir Path directory) {
        etcd = EtcdProcess.start(directory);
    }

    @AfterAll
    static void stop() {
        if (etcd != null) {
            etcd.close();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void etcdAnswersAsThePureStateDoes(long seed) {
        try (EtcdStore store =
                EtcdStore.open(
                        EtcdConfig.of(List.of(requireNonNull(etcd).endpoint()), new Random(seed))
                                .namespace("/seed-" + seed))) {
            new Run(seed, store).steps();
        }
    }

    /** One seed. */
    private static final class Run {
        private final Random random;
        private final String where;
        private final EtcdStore store;
        private final StoreState state = new StoreState(StoreLimits.DEFAULT);
        private final Translation translation;

        Run(long seed, EtcdStore store) {
            this.random = new Random(seed);
            this.where = "seed " + seed;
            this.store = store;
            RangeResult now = store.range(RangeQuery.key("/any"), SOON);
            this.translation =
                    new Translation(((RangeResult.Range) now).revision() - state.revision());
        }

        void steps() {
            for (int step = 0; step < STEPS; step++) {
                String at = where + " step " + step;
                switch (random.nextInt(16)) {
                    case 0 -> grant();
                    case 1 -> revoke();
                    case 2 -> compact();
                    default -> txn(at);
                }
                read(at);
            }
            watch();
        }

        private void txn(String at) {
            Txn.Builder txn = Txn.builder();
            for (int i = random.nextInt(3); i > 0; i--) {
                txn.when(compare());
            }
            for (int i = random.nextInt(5); i > 0; i--) {
                txn.then(op());
            }
            if (random.nextBoolean()) {
                txn.otherwise(query(), RangeQuery.key(key()));
            }
            Txn built = txn.build();
            assertThat(translation.fromEtcd(store.txn(translation.toEtcd(built), SOON)))
                    .as("%s %s", at, built)
                    .isEqualTo(Translation.comparable(state.txn(built)));
        }

        private void read(String at) {
            RangeQuery query = query();
            if (random.nextInt(3) == 0) {
                query = query.at(random.nextLong(state.revision() + 2));
            }
            assertThat(translation.fromEtcd(store.range(translation.toEtcd(query), SOON)))
                    .as("%s %s", at, query)
                    .isEqualTo(Translation.comparable(state.range(query)));
        }

        private void grant() {
            long pure = ((LeaseOutcome.Held) state.grant(0, LONG)).leaseId();
            translation.lease(pure, ((LeaseOutcome.Held) store.grant(LONG, SOON)).leaseId());
        }

        private void revoke() {
            long lease = translation.anyLease(random);
            state.revoke(lease);
            store.revoke(translation.leaseToEtcd(lease), SOON);
        }

        private void compact() {
            long upTo = state.compactRevision() + random.nextLong(3);
            if (upTo <= state.revision()) {
                state.compact(upTo);
                store.compact(translation.revisionToEtcd(upTo), SOON);
            }
        }

        private void watch() {
            for (String prefix : PREFIXES) {
                long from = state.compactRevision() + 1;
                HistoryPart part =
                        requireNonNull(
                                state.history(prefix, from, state.revision(), Integer.MAX_VALUE));
                List<Change> expected = new ArrayList<>();
                part.batches().forEach(batch -> expected.addAll(batch.changes()));
                WatchRecorder recorder = new WatchRecorder();
                store.watch(prefix, translation.revisionToEtcd(from), recorder);
                List<Change> heard = new ArrayList<>();
                while (heard.size() < expected.size()) {
                    WatchBatch batch = recorder.batch();
                    batch.changes().forEach(change -> heard.add(translation.fromEtcd(change)));
                }
                assertThat(heard).as("%s watch of %s", where, prefix).isEqualTo(expected);
            }
        }

        private Op op() {
            return switch (random.nextInt(8)) {
                case 0 -> Op.read(query());
                case 1 -> Op.delete(key());
                case 2 -> {
                    RangeQuery range = query();
                    yield new Op.Delete(range.from(), range.to());
                }
                case 3, 4 -> Op.putLeased(key(), value(), translation.anyLease(random));
                default -> Op.put(key(), value());
            };
        }

        private Compare compare() {
            Compare.Relation relation = any(Compare.Relation.values());
            if (random.nextInt(4) == 0) {
                return new Compare.OfValue(key(), relation, value());
            }
            return switch (any(Compare.Field.values())) {
                case VERSION ->
                        new Compare.OfNumber(
                                key(), Compare.Field.VERSION, relation, random.nextLong(4));
                case LEASE ->
                        new Compare.OfNumber(
                                key(),
                                Compare.Field.LEASE,
                                random.nextBoolean()
                                        ? Compare.Relation.EQUAL
                                        : Compare.Relation.NOT_EQUAL,
                                translation.anyLease(random));
                case CREATE_REVISION ->
                        new Compare.OfNumber(
                                key(), Compare.Field.CREATE_REVISION, relation, revision());
                case MOD_REVISION ->
                        new Compare.OfNumber(
                                key(), Compare.Field.MOD_REVISION, relation, revision());
            };
        }

        /** Often one that the present holds. */
        private long revision() {
            return random.nextInt(3) == 0 ? 0 : Math.max(0, state.revision() - random.nextLong(6));
        }

        private RangeQuery query() {
            RangeQuery query =
                    switch (random.nextInt(5)) {
                        case 0 -> RangeQuery.key(key());
                        case 2 -> new RangeQuery("/b", "/a", 0, 0, false);
                        case 1 -> new RangeQuery(key(), Keys.successor(key()), 0, 0, false);
                        default -> RangeQuery.prefix(any(PREFIXES));
                    };
            query = random.nextInt(3) == 0 ? query.limit(1 + random.nextInt(3)) : query;
            return random.nextInt(6) == 0 ? query.counting() : query;
        }

        private String key() {
            return any(PREFIXES) + (char) ('a' + random.nextInt(4));
        }

        private Value value() {
            byte[] bytes = new byte[random.nextInt(3)];
            random.nextBytes(bytes);
            return Value.of(bytes);
        }

        private <T> T any(T[] of) {
            return of[random.nextInt(of.length)];
        }
    }
}
