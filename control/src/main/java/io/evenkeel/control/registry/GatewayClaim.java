package io.evenkeel.control.registry;

import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway's hold on its own id: the key by which others see that it lives, under the lease of its
 * presence. One that was killed and started again waits until the lease of its former life is over;
 * of two that were given the same id the second waits for ever, and says so. One thread, but for
 * {@link #announce}.
 */
final class GatewayClaim {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayClaim.class);

    private final Store store;
    private final String id;
    private final Duration deadline;
    private volatile @Nullable GatewayRecord record;
    private long heldUnder;
    private boolean told;

    GatewayClaim(Store store, String id, Duration deadline) {
        this.store = store;
        this.id = id;
        this.deadline = deadline;
    }

    /** What the gateway says of itself from now on; any thread. */
    void announce(GatewayRecord of) {
        record = of;
    }

    /** Whether nothing is to be done under this lease. */
    boolean settled(long leaseId) {
        return record == null || heldUnder == leaseId;
    }

    /** Takes the key if it is free; whether it is held, or none is wanted. */
    boolean hold(long leaseId) {
        GatewayRecord wanted = record;
        if (wanted == null || heldUnder == leaseId) {
            return true;
        }
        String key = Keys.gateway(id);
        Txn txn =
                Txn.when(Compare.absent(key))
                        .then(Op.putLeased(key, Value.of(Stored.write(wanted)), leaseId))
                        .otherwise(RangeQuery.key(key))
                        .build();
        switch (store.txn(txn, deadline)) {
            case TxnOutcome.Committed _ -> heldUnder = leaseId;
            case TxnOutcome.Refused(long _, List<RangeResult.Range> reads) -> {
                for (Entry entry : reads.getFirst().entries()) {
                    if (entry.leaseId() == leaseId) {
                        // Written by a try of which nobody knew the outcome.
                        heldUnder = leaseId;
                    } else {
                        tellOther(entry);
                    }
                }
            }
            case TxnOutcome other -> LOG.warn("gateway {}: its key: {}", id, other);
        }
        if (heldUnder == leaseId) {
            LOG.info("gateway {} is known to the others", id);
            told = false;
        }
        return heldUnder == leaseId;
    }

    private void tellOther(Entry entry) {
        if (!told) {
            told = true;
            LOG.warn(
                    "gateway {}: the id is held by {} (expected: nobody); it serves, but the others"
                            + " don't see it until the id is free: after a kill within the lease's"
                            + " time, else give each gateway an --id of its own",
                    id,
                    entry.value().text());
        }
    }
}
