package io.evenkeel.kernel.image;

import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.DatastoreStatus;
import io.evenkeel.model.Metadata;

/**
 * A datastore that is declared; the metadata's revision is its record's last write.
 *
 * @param status what is observed of it; {@link DatastoreStatus#UNKNOWN} before anybody looked
 * @param statusRevision of the last write of the status; 0 while there is none
 */
public record DatastoreImage(
        DatastoreKey key,
        Metadata metadata,
        DatastoreSpec spec,
        DatastoreStatus status,
        long statusRevision) {}
