package io.evenkeel.control.core;

import io.evenkeel.kernel.decision.AuditEntry;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Stored;
import java.util.Locale;

/**
 * The audit half of a transaction.
 *
 * @param unused that nobody else decided on the same revision of the same object
 * @param put the entry
 */
record AuditWrite(Compare unused, Op put) {
    private static final int LONGEST_DETAIL = 512;

    static AuditWrite of(
            Intent intent,
            String action,
            Kind kind,
            String tenant,
            String name,
            long decidedOn,
            String detail) {
        String key = Keys.audit(kind.plural(), tenant, name, decidedOn);
        AuditEntry entry =
                new AuditEntry(
                        intent.atMillis(),
                        intent.principal().toString(),
                        intent.source().name().toLowerCase(Locale.ROOT),
                        action,
                        kind.plural(),
                        tenant,
                        name,
                        detail.length() > LONGEST_DETAIL
                                ? detail.substring(0, LONGEST_DETAIL) + "..."
                                : detail);
        return new AuditWrite(Compare.absent(key), Op.put(key, Value.of(Stored.write(entry))));
    }
}
