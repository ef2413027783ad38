package io.evenkeel.gateway.observe;

/** What became of a request's copy for a mirror. */
public enum MirrorOutcome {
    /** The endpoint answered, whatever the status. */
    ANSWERED("answered"),
    /** No connection, or it broke, or the reply was malformed. */
    FAILED("failed"),
    /** The reply was not there in time. */
    TIMED_OUT("timed-out"),
    /** The service has no endpoint to pick. */
    NO_ENDPOINT("no-endpoint"),
    /** Too many copies are under way, or there is no memory or no connection for another. */
    TOO_MANY("too-many"),
    /** The request's body is larger than what is copied. */
    BODY_TOO_LARGE("body-too-large"),
    /** The request ended before its body had come. */
    UNFINISHED("unfinished"),
    /** The request asks for another protocol. */
    UPGRADE("upgrade");

    private static final MirrorOutcome[] VALUES = values();

    private final String label;

    MirrorOutcome(String label) {
        this.label = label;
    }

    /** Returns the name in metrics. */
    public String label() {
        return label;
    }

    static int count() {
        return VALUES.length;
    }

    static MirrorOutcome of(int index) {
        return VALUES[index];
    }

    @SuppressWarnings("EnumOrdinal") // never leaves the process
    int index() {
        return ordinal();
    }
}
