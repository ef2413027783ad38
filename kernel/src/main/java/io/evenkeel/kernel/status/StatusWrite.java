package io.evenkeel.kernel.status;

import io.evenkeel.kernel.image.StatusRecord;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Stored;
import org.jspecify.annotations.Nullable;

/**
 * One status to bring up to date.
 *
 * @param key whose
 * @param record what to write; null to delete, for its object is gone
 * @param revision of the status that it was decided on, 0 if there is none
 */
public record StatusWrite(ResourceKey key, @Nullable StatusRecord record, long revision) {
    /** The condition under which it is to be written. */
    public Compare unchanged() {
        return Compare.modRevision(key.statusKey(), revision);
    }

    /** The operation. */
    public Op op() {
        return record == null
                ? Op.delete(key.statusKey())
                : Op.put(key.statusKey(), Value.of(Stored.write(record)));
    }
}
