package io.evenkeel.kernel.registry;

import io.evenkeel.model.EndpointKey;
import java.time.Duration;

/** The one answer to a registration. */
public sealed interface AdmissionReply {

    /**
     * It is an endpoint, durably.
     *
     * @param endpoint its key
     * @param epoch store revision of the admission; grows with each new incarnation. Everything
     *     said about or by this incarnation carries it
     */
    record Admitted(EndpointKey endpoint, long epoch) implements AdmissionReply {}

    /**
     * It is not, and nothing was changed.
     *
     * @param code why
     * @param message what failed, the value seen, the value expected, what to do
     * @param retryAfter when the same registration may succeed; zero: not by repeating it
     */
    record Refused(Code code, String message, Duration retryAfter) implements AdmissionReply {}

    /** Why a registration was refused. */
    enum Code {
        /** A field is missing or malformed. */
        INVALID(400),
        /** A field or the whole is larger than allowed. */
        OVERSIZED(413),
        /** The tenant does not exist or is not the caller's. */
        WRONG_TENANT(403),
        /** The endpoint id belongs to another service. */
        WRONG_SERVICE(409),
        /** The same id or address is in use by another workload, or declared by an operator. */
        DUPLICATE(409),
        /** A newer incarnation of this endpoint was admitted; this one must not serve again. */
        SUPERSEDED(409),
        /** Too many registrations wait. */
        BUSY(503),
        /** The store does not answer or takes no writes. */
        UNAVAILABLE(503);

        private final int httpStatus;

        Code(int httpStatus) {
            this.httpStatus = httpStatus;
        }

        /** The HTTP status that says the same. */
        public int httpStatus() {
            return httpStatus;
        }
    }
}
