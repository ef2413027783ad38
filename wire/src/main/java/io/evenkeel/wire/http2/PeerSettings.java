package io.evenkeel.wire.http2;

import java.nio.ByteBuffer;

/** What the peer's SETTINGS say so far (RFC 9113, section 6.5.2). */
final class PeerSettings {
    private static final int ENTRY_BYTES = 6;

    /** All numbers are unsigned and 32 bits. */
    long headerTable = 4_096;

    /** None before the peer has said how many: it would refuse those beyond. */
    long concurrentStreams;

    long headerList = Long.MAX_VALUE;
    int window = Frames.DEFAULT_WINDOW;
    int frameBytes = Frames.FRAME_BYTES;
    boolean connectProtocol;

    /** Applies a frame's entries in their order. */
    void apply(ByteBuffer in, int from, int to, boolean ofServer) throws ConnectionFault {
        for (int at = from; at < to; at += ENTRY_BYTES) {
            long value = in.getInt(at + 2) & 0xffffffffL;
            switch (in.getShort(at) & 0xffff) {
                case Frames.HEADER_TABLE_SIZE -> headerTable = value;
                case Frames.ENABLE_PUSH -> {
                    if (value > (ofServer ? 0 : 1)) {
                        throw bad("ENABLE_PUSH", value, ErrorCode.PROTOCOL_ERROR);
                    }
                }
                case Frames.MAX_CONCURRENT_STREAMS -> concurrentStreams = value;
                case Frames.INITIAL_WINDOW_SIZE -> {
                    if (value > Integer.MAX_VALUE) {
                        throw bad("INITIAL_WINDOW_SIZE", value, ErrorCode.FLOW_CONTROL_ERROR);
                    }
                    window = (int) value;
                }
                case Frames.MAX_FRAME_SIZE -> {
                    if (value < Frames.FRAME_BYTES || value > 0xffffff) {
                        throw bad("MAX_FRAME_SIZE", value, ErrorCode.PROTOCOL_ERROR);
                    }
                    frameBytes = (int) value;
                }
                case Frames.MAX_HEADER_LIST_SIZE -> headerList = value;
                case Frames.ENABLE_CONNECT_PROTOCOL -> {
                    if (value > 1 || (connectProtocol && value == 0)) {
                        throw bad("ENABLE_CONNECT_PROTOCOL", value, ErrorCode.PROTOCOL_ERROR);
                    }
                    connectProtocol = value == 1;
                }
                default -> {}
            }
        }
    }

    private static ConnectionFault bad(String name, long value, ErrorCode code) {
        return new ConnectionFault(code, "SETTINGS: " + name + ": " + value);
    }
}
