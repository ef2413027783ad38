package io.evenkeel.wire.link;

/**
 * Why a registration is refused or a link is cut: the {@code code} of a problem or of an error
 * line.
 */
public enum LinkError {
    /** The request is not the handshake. */
    HANDSHAKE("handshake", 400, false),
    /** The registration is not valid; {@code problems} says all that is wrong. */
    INVALID("invalid", 422, false),
    /** The registration, head or line is longer than 64 KiB. */
    TOO_LARGE("too-large", 413, false),
    /** The handshake took too long. */
    TIMEOUT("timeout", 408, true),
    /** The upgrade asks for a version that this gateway does not speak. */
    VERSION("version", 426, false),
    /** This mode is reserved and not served by this version. */
    UNSUPPORTED("unsupported", 501, false),
    /** The credential does not allow it. */
    FORBIDDEN("forbidden", 403, false),
    /** A newer incarnation of this endpoint is registered. */
    REPLACED("replaced", 409, false),
    /** The endpoint's id belongs to another service or source. */
    CONFLICT("conflict", 409, false),
    /** Too many registrations or links for now; try again after the time given. */
    BUSY("busy", 503, true),
    /**
     * A further tunnel that the gateway has no use for: as many stand as it asked for, or the
     * registration that it names is not linked there.
     */
    SURPLUS("surplus", 409, true),
    /** The gateway stops; its peers serve on. */
    STOPPING("stopping", 503, true),
    /** Nothing was heard from the backend for too long. */
    SILENT("silent", 408, true),
    /** A line that is not a valid message. */
    PROTOCOL("protocol", 400, true),
    /** The endpoint's record is gone or is an older one, as after a restore from a backup. */
    FORGOTTEN("forgotten", 410, true),
    /** Something failed inside the gateway. */
    INTERNAL("internal", 500, true);

    private final String code;
    private final int status;
    private final boolean retry;

    LinkError(String code, int status, boolean retry) {
        this.code = code;
        this.status = status;
        this.retry = retry;
    }

    /** As on the wire. */
    public String code() {
        return code;
    }

    /** The HTTP status that refuses a handshake for this reason. */
    public int status() {
        return status;
    }

    /** Whether the same registration may succeed later. */
    public boolean retry() {
        return retry;
    }
}
