package io.evenkeel.kernel.image;

import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * A host that an operator declared, or whose agent lives, or both.
 *
 * @param metadata null if nobody declared it
 * @param spec the defaults if nobody declared it
 * @param alive what its agent says; null while none holds the host's key
 * @param aliveRevision of the last write of that key; 0 while there is none
 * @param use what of it is in use; null while no agent says it
 * @param suspectedMillis since when nothing was heard of it, so that endpoints on it get no
 *     requests, milliseconds since 1970 UTC; 0: it is not suspected
 */
public record HostImage(
        HostKey key,
        @Nullable Metadata metadata,
        HostSpec spec,
        @Nullable HostRecord alive,
        long aliveRevision,
        @Nullable HostUse use,
        long suspectedMillis) {}
