package io.evenkeel.kernel.failover;

/**
 * What an operator says of a host; the value of {@link HostKeys#word}.
 *
 * @param word what is to be done
 * @param by who said it
 * @param atMillis when, milliseconds since 1970 UTC
 */
public record HostWord(Word word, String by, long atMillis) {
    /** What an operator can say. */
    public enum Word {
        /** The {@link Breaker} is not to hold this host's procedure back. */
        PROCEED,
        /** The host was looked at and is to count again: clean it, end its fence. */
        READMIT
    }
}
