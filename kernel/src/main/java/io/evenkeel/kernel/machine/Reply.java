package io.evenkeel.kernel.machine;

/**
 * What came of a call to a hypervisor or a storage. A call always ends, at the latest a second
 * after its time-out; it never ends exceptionally.
 *
 * @param <T> what a success tells
 */
public sealed interface Reply<T> {
    /** Done, and this was seen. */
    record Done<T>(T value) implements Reply<T> {}

    /** Asked, and the answer was no: nothing has changed. */
    record Refused<T>(String why) implements Reply<T> {}

    /** Asked, and nothing was heard within the time-out: it may have been done. */
    record Silent<T>(String why) implements Reply<T> {}

    /**
     * Could not be asked, for a reason on our side: the library is missing, or the process that
     * asks was late or died.
     */
    record Unasked<T>(String why) implements Reply<T> {}

    /** Why it was not done, or is not known to be; empty: it was. */
    default String problem() {
        return switch (this) {
            case Done<T> _ -> "";
            case Refused<T>(String why) -> why;
            case Silent<T>(String why) -> why;
            case Unasked<T>(String why) -> why;
        };
    }
}
