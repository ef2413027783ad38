package io.evenkeel.app;

import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is made once for a cluster and is the same for everybody from then on: who comes first
 * stores it, all others read it.
 */
final class StoredOnce {
    private StoredOnce() {}

    /**
     * The value of {@code key}; makes it if there is none.
     *
     * @throws StartException if the store doesn't answer in time
     */
    static Value obtain(Store store, String key, Supplier<Value> make, Duration within) {
        List<Value> stored = read(store, key, within);
        if (stored.isEmpty()) {
            // Who comes second reads what the first has made; so does one that was not answered.
            store.txn(Txn.when(Compare.absent(key)).then(Op.put(key, make.get())).build(), within);
            stored = read(store, key, within);
        }
        if (stored.isEmpty()) {
            throw new StartException("the store took no " + key + " within " + within, null);
        }
        return stored.getFirst();
    }

    private static List<Value> read(Store store, String key, Duration within) {
        if (store.range(RangeQuery.key(key), within) instanceof RangeResult.Range range) {
            return range.entries().stream().map(entry -> entry.value()).toList();
        }
        throw new StartException("the store did not answer within " + within, null);
    }
}
