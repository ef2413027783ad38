package io.evenkeel.control.leader;

import io.evenkeel.kernel.store.Store;

/** Something that one process at a time does for the whole cluster. */
@FunctionalInterface
public interface Duty {
    /** A duty that goes on until it is closed; closing it more than once does no harm. */
    interface Running extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Takes the duty up.
     *
     * @param store to be written to by this duty, and by nothing else for it: what a leader of
     *     yesterday writes to it is refused
     */
    Running begin(Store store);
}
