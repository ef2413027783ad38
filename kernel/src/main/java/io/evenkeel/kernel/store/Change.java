package io.evenkeel.kernel.store;

import org.jspecify.annotations.Nullable;

/** One key that one revision changed. */
public sealed interface Change {
    String key();

    /** Revision of the txn that did it. */
    long revision();

    /** The key before; null if it did not exist. */
    @Nullable Entry previous();

    /** The key was written; {@code entry} is how it stands now. */
    record Put(Entry entry, @Nullable Entry previous) implements Change {
        @Override
        public String key() {
            return entry.key();
        }

        @Override
        public long revision() {
            return entry.modRevision();
        }
    }

    /** The key was deleted, by a txn or with its lease. */
    record Delete(String key, long revision, Entry previous) implements Change {}
}
