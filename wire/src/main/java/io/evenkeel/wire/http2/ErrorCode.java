package io.evenkeel.wire.http2;

/** Why a stream or connection ends (RFC 9113, section 7). */
public enum ErrorCode {
    /** Nothing is wrong. */
    NO_ERROR(0),
    /** The peer broke the protocol. */
    PROTOCOL_ERROR(1),
    /** Something failed inside; also stands for every code that the RFC does not know. */
    INTERNAL_ERROR(2),
    /** A window was exceeded or overflowed. */
    FLOW_CONTROL_ERROR(3),
    /** SETTINGS were not acknowledged in time. */
    SETTINGS_TIMEOUT(4),
    /** A frame came for a stream that its sender had ended. */
    STREAM_CLOSED(5),
    /** A frame's length is not one that its type allows. */
    FRAME_SIZE_ERROR(6),
    /** The stream was not worked on at all: its request may be repeated. */
    REFUSED_STREAM(7),
    /** The stream is no longer wanted. */
    CANCEL(8),
    /** A header block cannot be decoded. */
    COMPRESSION_ERROR(9),
    /** The connection behind a CONNECT failed. */
    CONNECT_ERROR(10),
    /** The peer makes work out of proportion, or exceeds a limit of size. */
    ENHANCE_YOUR_CALM(11),
    /** The transport is not secure enough. */
    INADEQUATE_SECURITY(12),
    /** The request wants HTTP/1.1. */
    HTTP_1_1_REQUIRED(13);

    private static final ErrorCode[] ALL = values();

    private final int code;

    ErrorCode(int code) {
        this.code = code;
    }

    /** As on the wire. */
    public int code() {
        return code;
    }

    /** The code on the wire as a constant; unknown ones are {@link #INTERNAL_ERROR}. */
    public static ErrorCode of(int code) {
        for (ErrorCode known : ALL) {
            if (known.code == code) {
                return known;
            }
        }
        return INTERNAL_ERROR;
    }
}
