package io.evenkeel.control.api;

import java.util.Locale;

/** The problems the API answers with (RFC 9457); the reference page has a line for each. */
public enum ProblemType {
    /** A header, path or query parameter is not as the route expects. */
    BAD_REQUEST(400, "Bad request"),
    /** The permission port says no, or a web page of another origin asks. */
    FORBIDDEN(403, "Forbidden"),
    /** There is no such route or resource. */
    NOT_FOUND(404, "Not found"),
    /** A request record has left the ring, or was never there. */
    NO_LONGER_HELD(404, "No longer held"),
    /** The route exists, with other methods. */
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    /** The request did not arrive in time. */
    REQUEST_TIMEOUT(408, "Request timed out"),
    /** The resource belongs to another source. */
    OWNED_ELSEWHERE(409, "Owned by another source"),
    /** Taking this capacity away would break the service's availability. */
    DISRUPTION_REFUSED(409, "Disruption refused"),
    /** The host's failure is in no stage in which that can be said. */
    WRONG_STAGE(409, "Not in this stage"),
    /** A request with the same idempotency key is being worked on. */
    IN_PROGRESS(409, "Request in progress"),
    /** Others kept changing the same keys; nothing was written. */
    CONTENDED(409, "Changed meanwhile"),
    /** The revision asked for has been compacted away. */
    COMPACTED(410, "Revision compacted"),
    /** The resource has another revision than If-Match says. */
    REVISION_MISMATCH(412, "Revision mismatch"),
    /** The body is larger than the limit. */
    TOO_LARGE(413, "Body too large"),
    /** The body's type is neither JSON nor YAML. */
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    /** The Host header names neither this address nor this machine, or another process does it. */
    MISDIRECTED(421, "Misdirected request"),
    /** The body was read and is not a valid resource; {@code problems} lists every reason. */
    INVALID_RESOURCE(422, "Invalid resource"),
    /** The idempotency key was used before with another request. */
    IDEMPOTENCY_MISMATCH(422, "Idempotency key reused"),
    /** The heads are larger than the limit. */
    HEADERS_TOO_LARGE(431, "Header fields too large"),
    /** A defect of Evenkeel. */
    INTERNAL(500, "Internal error"),
    /** As many watches are open as may be. */
    TOO_MANY_WATCHES(503, "Too many watches"),
    /** The host does not answer, or is in no state to be given machines. */
    HOST_UNAVAILABLE(503, "Host unavailable"),
    /** The store did not answer; nothing was written. */
    STORE_UNAVAILABLE(503, "Store unavailable"),
    /** The store did not say whether the change was written. */
    OUTCOME_UNKNOWN(504, "Outcome unknown"),
    /** What HTTP itself refuses: an odd version, an expectation, a URI that is too long. */
    HTTP(400, "Refused by the HTTP server");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** HTTP status of replies of this type. */
    public int status() {
        return status;
    }

    /** Short title, the same in every reply of this type. */
    public String title() {
        return title;
    }

    /** The URI in the member {@code type}. */
    public String uri() {
        return "urn:evenkeel:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
