package io.evenkeel.app;

import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.model.Keys;
import io.evenkeel.store.etcd.EtcdConfig;
import io.evenkeel.store.etcd.EtcdStore;
import io.evenkeel.store.transfer.ImportMarker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store of a cluster, as a member opens it. */
final class ClusterStore {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterStore.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private ClusterStore() {}

    /**
     * Opens it; doesn't wait for it to answer.
     *
     * @throws StartException if the addresses of its members are none
     */
    static EtcdStore open(Role role, List<String> members) {
        try {
            return role.keep(
                    "store", EtcdStore.open(EtcdConfig.of(members, RandomGenerator.getDefault())));
        } catch (IllegalArgumentException wrong) {
            throw new StartException("etcd: " + wrong.getMessage(), wrong);
        }
    }

    /**
     * Waits until it answers, however long that takes: a machine that comes up before its store
     * does is to need nobody.
     *
     * @throws StartException if what it holds is the half of an import
     */
    static void awaitAnswer(EtcdStore store, List<String> members) {
        while (!answers(store, PATIENCE)) {
            LOG.warn(
                    "etcd at {} does not answer (expected: a majority of its members); waiting",
                    String.join(",", members));
        }
        refuseHalfImported(store);
    }

    /** Whether it answers in this time. */
    static boolean answers(EtcdStore store, Duration within) {
        RangeQuery any = RangeQuery.prefix(Keys.ROOT).limit(1);
        return store.range(any, within) instanceof RangeResult.Range;
    }

    /**
     * Refuses a store that holds the half of an import, if it answers.
     *
     * @throws StartException if it does
     */
    static void refuseHalfImported(EtcdStore store) {
        Optional<String> half = ImportMarker.unfinished(store);
        if (half.isPresent()) {
            throw new StartException(half.get(), null);
        }
    }
}
