package io.evenkeel.store.transfer;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.model.Keys;

/**
 * What a transfer leaves where it is: who is present, who holds a lock, and everything that ends
 * with a lease. It is somebody's word about now, who says it again wherever the rest goes.
 */
final class Soft {
    private static final String PRESENCE = Keys.prefix(Keys.Area.PRESENCE);
    private static final String LOCKS = Keys.prefix(Keys.Area.LOCK);

    private Soft() {}

    static boolean isSoft(String key) {
        return key.startsWith(PRESENCE) || key.startsWith(LOCKS);
    }

    static boolean isSoft(Entry entry) {
        return entry.leaseId() != 0 || isSoft(entry.key());
    }
}
