package io.evenkeel.wire.http2;

import io.evenkeel.wire.hpack.FieldList;
import java.nio.ByteBuffer;

/**
 * What a connection tells its owner, from within its methods. Commands may be given from within an
 * event, but {@link Http2Connection#receive} may not. Each stream that the owner opened or was told
 * of ends in one way: with {@code end} in both directions, or with {@link #reset}.
 *
 * <p>What can be missed without harm does nothing unless an owner wants it.
 */
public interface Http2Events {

    /**
     * A whole head, judged by the rules of RFC 9113, section 8.
     *
     * @param fields valid during the call only
     * @param end whether the peer sends nothing more on this stream
     */
    void head(int stream, HeadKind kind, FieldList fields, boolean end);

    /**
     * A piece of a body: the octets between position and limit, a view of what was received, valid
     * during the call only. Whoever has passed them on says so by {@link Http2Connection#consumed},
     * else the peer is stalled in time.
     *
     * @param end whether the peer sends nothing more on this stream; the piece may be empty then
     */
    void data(int stream, ByteBuffer body, boolean end);

    /**
     * A stream is over before its end; nothing more may be sent on it, and what was not consumed is
     * no longer counted.
     *
     * @param code {@link ErrorCode#REFUSED_STREAM}: the peer has not worked on it
     * @param byPeer true: the peer said so; false: this end, because of what the peer did
     * @param reason for people
     */
    void reset(int stream, ErrorCode code, boolean byPeer, String reason);

    /**
     * {@link Http2Connection#data} found no window and may find one now. Missed by who tries again
     * anyway.
     *
     * @param stream the stream, or 0: any that waits
     */
    default void writable(int stream) {}

    /** The peer's SETTINGS were applied. */
    default void settings() {}

    /** The peer answered {@link Http2Connection#ping}. */
    default void pong(long payload) {}

    /**
     * The peer opens and accepts no new streams. Those of ours that it will not work on were {@link
     * #reset} before.
     */
    default void goAway(ErrorCode code, String reason) {}

    /**
     * A connection error: all streams were {@link #reset} before, a GOAWAY waits to be written, and
     * the transport is to be closed behind it.
     */
    void failed(ErrorCode code, String reason);
}
