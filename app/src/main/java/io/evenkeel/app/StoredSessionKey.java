package io.evenkeel.app;

import io.evenkeel.gateway.proxy.SessionKey;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Metadata;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

/**
 * The key of session cookies as the store keeps it: made by whoever comes first, the same for all
 * gateways of the cluster from then on. Whoever deletes it ends all sessions.
 */
final class StoredSessionKey {
    private static final String KEY =
            Keys.of(Keys.Area.ASSIGN, "session-keys", Metadata.DEFAULT_TENANT, "cookies");

    private static final String BEFORE = "{\"v\":1,\"key\":\"";
    private static final String AFTER = "\"}";

    private StoredSessionKey() {}

    /**
     * Reads the key; makes it if there is none.
     *
     * @throws StartException if the store doesn't answer in time or holds something else there
     */
    static SessionKey obtain(Store store, Duration within) {
        String text = read(store, within);
        if (text.isEmpty()) {
            byte[] made = new byte[SessionKey.BYTES];
            new SecureRandom().nextBytes(made);
            String value = BEFORE + HexFormat.of().formatHex(made) + AFTER;
            // Who comes second reads what the first has made; so does one that was not answered.
            store.txn(
                    Txn.when(Compare.absent(KEY)).then(Op.put(KEY, Value.of(value))).build(),
                    within);
            text = read(store, within);
        }
        try {
            return new SessionKey(
                    HexFormat.of()
                            .parseHex(
                                    text.substring(
                                            BEFORE.length(), text.length() - AFTER.length())));
        } catch (IllegalArgumentException | IndexOutOfBoundsException unreadable) {
            throw new StartException(
                    KEY
                            + ": unreadable (expected: a key as a gateway writes it); delete it, which"
                            + " ends all sessions",
                    unreadable);
        }
    }

    private static String read(Store store, Duration within) {
        if (store.range(RangeQuery.key(KEY), within) instanceof RangeResult.Range range) {
            return range.entries().isEmpty() ? "" : range.entries().getFirst().value().text();
        }
        throw new StartException("the store did not answer within " + within, null);
    }
}
