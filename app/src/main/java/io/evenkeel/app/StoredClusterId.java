package io.evenkeel.app;

import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.ClusterId;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.Duration;
import java.util.UUID;

/** The cluster's name as the store keeps it. */
final class StoredClusterId {
    private StoredClusterId() {}

    /**
     * Reads it; makes it if there is none.
     *
     * @throws StartException if the store doesn't answer in time or holds something else there
     */
    static ClusterId obtain(Store store, Duration within) {
        Value stored =
                StoredOnce.obtain(
                        store,
                        ClusterId.KEY,
                        () -> Value.of(Stored.write(new ClusterId(UUID.randomUUID().toString()))),
                        within);
        if (Stored.read(stored.toBytes(), ClusterId.class) instanceof Bound.Good<ClusterId> good) {
            return good.value();
        }
        throw new StartException(
                ClusterId.KEY + ": unreadable (expected: {\"v\":1,\"id\":...}); delete it", null);
    }
}
