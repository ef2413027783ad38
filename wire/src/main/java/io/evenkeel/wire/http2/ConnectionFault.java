package io.evenkeel.wire.http2;

/** A connection error (RFC 9113, section 5.4.1) on its way to the GOAWAY. Has no stack trace. */
final class ConnectionFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    ConnectionFault(ErrorCode code, String what) {
        super(what, null, false, false);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
