package io.evenkeel.wire.http2;

import io.evenkeel.wire.hpack.HpackEncoder;
import org.jspecify.annotations.Nullable;

/** What both directions of a connection share: streams, windows, budgets, and how things end. */
final class ConnectionState {
    private static final int HEADER_TABLE_BYTES = 4_096;

    // Credit frames that DATA sent entitles the peer to: two, and two for each 256 octets.
    private static final int OCTETS_A_CREDIT = 128;
    private static final int MOST_CREDITS = 1 << 20;

    // A head, trailers, a reset and a window update may cross a reset on their way.
    private static final int FRAMES_A_RESET = 4;

    final boolean client;
    final Http2Limits limits;
    final Http2Events events;
    final PeerSettings peer = new PeerSettings();
    final HpackEncoder encoder;
    final OutQueue out;
    final StreamTable streams;
    private final Budget resets;
    private final Budget chatter;
    private final int resetsKept;
    private int credits;

    /** What may still come for streams that this end reset, and was on its way by then. */
    private int strayFrames;

    private long strayOctets;
    private long nowNanos;

    int sendWindow = Frames.DEFAULT_WINDOW;
    int receiveWindow;
    private int credit;

    private int nextLocal = 1;

    /** The peer's greatest stream so far. */
    int lastRemote;

    /** Streams of the peer above this one are ignored. */
    private int lastAccepted = Integer.MAX_VALUE;

    private boolean goingAway;
    boolean peerGoingAway;
    private boolean failed;

    ConnectionState(boolean client, Http2Limits limits, boolean huffman, Http2Events events) {
        this.client = client;
        this.limits = limits;
        this.events = events;
        encoder = new HpackEncoder(HEADER_TABLE_BYTES, huffman);
        out = new OutQueue(encoder, limits.answers());
        resetsKept = Math.max(256, 2 * limits.concurrentStreams());
        streams = new StreamTable(resetsKept);
        resets = new Budget(limits.resets());
        chatter = new Budget(limits.chatter());
        receiveWindow = limits.connectionWindow();
    }

    void now(long nanos) {
        nowNanos = nanos;
    }

    boolean failed() {
        return failed;
    }

    /** How many streams may be opened now. */
    int available() {
        if (!client || failed || goingAway || peerGoingAway || nextLocal < 0) {
            return 0;
        }
        return (int)
                Math.max(0, Math.min(Integer.MAX_VALUE, peer.concurrentStreams) - streams.open());
    }

    /** Opens a stream of ours; 0 if none is {@link #available}. */
    int open() {
        if (available() == 0) {
            return 0;
        }
        int id = nextLocal;
        // Below zero when the ids are used up.
        nextLocal += 2;
        streams.add(id, peer.window, limits.streamWindow());
        return id;
    }

    /** Whether nobody can have used this id yet. */
    boolean idle(int id) {
        boolean ofClient = (id & 1) != 0;
        if (client) {
            return !ofClient || (nextLocal > 0 && id >= nextLocal);
        }
        return !ofClient || id > lastRemote;
    }

    boolean ignored(int id) {
        return !client && id > lastAccepted;
    }

    /** A frame that carries nothing. */
    void chatter(String what) throws ConnectionFault {
        if (!chatter.take(nowNanos)) {
            throw new ConnectionFault(
                    ErrorCode.ENHANCE_YOUR_CALM,
                    "%s: more than %d, then %d/s"
                            .formatted(
                                    what, limits.chatter().burst(), limits.chatter().perSecond()));
        }
    }

    /** A frame of {@code octets} for a stream that this end reset. */
    void stray(int octets) throws ConnectionFault {
        if (octets > 0 && octets <= strayOctets) {
            strayOctets -= octets;
        } else if (strayFrames > 0) {
            strayFrames--;
        } else {
            chatter("frames for streams that were reset");
        }
    }

    /** This end resets a stream on which the peer could send so many octets. */
    private void forgive(int id, int octets) {
        streams.rememberReset(id);
        strayFrames = Math.min(resetsKept * FRAMES_A_RESET, strayFrames + FRAMES_A_RESET);
        strayOctets = Math.min((long) resetsKept * limits.streamWindow(), strayOctets + octets);
    }

    /**
     * A stream ended by the peer's doing. A client pays for each with a request it chose to send; a
     * server's peer pays nothing (CVE-2023-44487, and CVE-2025-8671 where the server is made to
     * reset), so it has a budget.
     */
    void cutShort() throws ConnectionFault {
        if (!client && !resets.take(nowNanos)) {
            throw new ConnectionFault(
                    ErrorCode.ENHANCE_YOUR_CALM,
                    "streams reset: more than %d, then %d/s"
                            .formatted(limits.resets().burst(), limits.resets().perSecond()));
        }
    }

    /** The peer may answer DATA by credit. */
    void dataSent(int bytes) {
        credits = Math.min(MOST_CREDITS, credits + 2 + bytes / OCTETS_A_CREDIT);
    }

    /** A WINDOW_UPDATE came. */
    void credited() throws ConnectionFault {
        if (credits > 0) {
            credits--;
        } else {
            chatter("WINDOW_UPDATE without DATA");
        }
    }

    /** Octets of the connection's window are free again. */
    void giveBack(int bytes) {
        credit += bytes;
        if (!failed && credit >= limits.connectionWindow() / 2) {
            out.windowUpdate(0, credit);
            receiveWindow += credit;
            credit = 0;
        }
    }

    /** The same for a stream's window. */
    void giveBack(Http2Stream stream, int bytes) {
        stream.credit += bytes;
        if (stream.credit >= limits.streamWindow() / 2 && !stream.remoteEnded) {
            out.windowUpdate(stream.id, stream.credit);
            stream.receiveWindow += stream.credit;
            stream.credit = 0;
        }
    }

    void consumed(int id, int bytes) {
        Http2Stream stream = streams.find(id);
        if (stream == null) {
            return;
        }
        if (bytes < 0 || bytes > stream.unconsumed) {
            throw new IllegalArgumentException(
                    "consumed: %d (expected: 0 to %d)".formatted(bytes, stream.unconsumed));
        }
        stream.unconsumed -= bytes;
        giveBack(bytes);
        giveBack(stream, bytes);
        finished(id);
    }

    /** Lets the stream go if both sides have ended it and all of it is consumed. */
    void finished(int id) {
        Http2Stream stream = streams.find(id);
        if (stream != null && stream.ended()) {
            streams.uncount(stream);
            if (stream.unconsumed == 0) {
                streams.remove(stream);
            }
        }
    }

    /**
     * A stream is over before its end, and the owner is told. It can look at what it attached, but
     * commands do nothing any more.
     */
    void over(Http2Stream stream, ErrorCode code, boolean byPeer, String reason) {
        int id = stream.id;
        stream.localEnded = true;
        stream.remoteEnded = true;
        streams.uncount(stream);
        events.reset(id, code, byPeer, reason);
        Http2Stream left = streams.find(id);
        if (left != null) {
            drop(left);
        }
    }

    /** Forgets a stream at once. */
    void drop(Http2Stream stream) {
        int bytes = stream.unconsumed;
        streams.remove(stream);
        giveBack(bytes);
    }

    /** The owner no longer wants the stream. */
    void reset(int id, ErrorCode code) {
        Http2Stream stream = streams.find(id);
        if (stream == null) {
            return;
        }
        if (!stream.ended()) {
            out.reset(id, code);
            forgive(id, stream.remoteEnded ? 0 : stream.receiveWindow);
        }
        drop(stream);
    }

    /** A stream error (RFC 9113, section 5.4.2): of one that the owner knows, or of none. */
    void streamError(int id, @Nullable Http2Stream stream, ErrorCode code, String reason)
            throws ConnectionFault {
        cutShort();
        out.answerReset(id, code);
        forgive(id, stream == null ? limits.streamWindow() : stream.receiveWindow);
        if (stream != null) {
            over(stream, code, false, reason);
        }
    }

    /** No streams above {@code last} are accepted, none opened. */
    void goAway(int last, ErrorCode code, String reason) {
        goingAway = true;
        lastAccepted = Math.min(lastAccepted, last);
        out.goAway(lastAccepted, code, reason);
    }

    /** The peer will not work on streams of ours above {@code last}. */
    void peerGoesAway(int last) {
        peerGoingAway = true;
        if (!client) {
            return;
        }
        for (int id : streams.ids()) {
            Http2Stream stream = streams.find(id);
            if (id > last && stream != null) {
                forget(stream, ErrorCode.REFUSED_STREAM, true, "peer goes away");
            }
        }
    }

    private void forget(Http2Stream stream, ErrorCode code, boolean byPeer, String reason) {
        if (stream.ended()) {
            drop(stream);
        } else {
            over(stream, code, byPeer, reason);
        }
    }

    void fail(ErrorCode code, String reason) {
        if (failed) {
            return;
        }
        failed = true;
        out.goAway(Math.min(lastRemote, lastAccepted), code, reason);
        abandon(code, false, reason);
        events.failed(code, reason);
    }

    /** Every stream is over. */
    void abandon(ErrorCode code, boolean byPeer, String reason) {
        failed = true;
        for (int id : streams.ids()) {
            Http2Stream stream = streams.find(id);
            if (stream != null) {
                forget(stream, code, byPeer, reason);
            }
        }
    }
}
