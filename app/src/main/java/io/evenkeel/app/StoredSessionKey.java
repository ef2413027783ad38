package io.evenkeel.app;

import io.evenkeel.gateway.proxy.SessionKey;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreCopy;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Metadata;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

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
        return read(StoredOnce.obtain(store, KEY, StoredSessionKey::made, within));
    }

    /**
     * The key that was in a store when it was copied; empty if there was none.
     *
     * @throws StartException if the copy holds something else there
     */
    static Optional<SessionKey> of(StoreCopy.Kept kept) {
        return kept.entries().stream()
                .filter(entry -> entry.key().equals(KEY))
                .findFirst()
                .map(entry -> read(entry.value()));
    }

    private static SessionKey read(Value stored) {
        String text = stored.text();
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

    private static Value made() {
        byte[] made = new byte[SessionKey.BYTES];
        new SecureRandom().nextBytes(made);
        return Value.of(BEFORE + HexFormat.of().formatHex(made) + AFTER);
    }
}
