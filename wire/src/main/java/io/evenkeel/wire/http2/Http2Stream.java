package io.evenkeel.wire.http2;

import org.jspecify.annotations.Nullable;

/** One stream; recycled, so only what the table finds under an id may be used. */
final class Http2Stream {
    int id;

    /** What may be sent; below zero after the peer shrank its initial window. */
    int sendWindow;

    /** What the peer may send. */
    int receiveWindow;

    /** Delivered and not yet consumed by the owner. */
    int unconsumed;

    /** Consumed and not yet given back to the peer. */
    int credit;

    boolean localEnded;
    boolean remoteEnded;

    /** The final head has come: what follows are trailers. */
    boolean headSeen;

    /** The request is a HEAD: its response's content-length says nothing about the body. */
    boolean headRequest;

    /** The owner wanted to send and found no window. */
    boolean blocked;

    /** Counts among the open ones; not while it only waits for its octets to be consumed. */
    boolean counted;

    /** What content-length promised, or -1. */
    long promised;

    long received;
    @Nullable Object attachment;

    void begin(int streamId, int toSend, int toReceive) {
        id = streamId;
        sendWindow = toSend;
        receiveWindow = toReceive;
        unconsumed = 0;
        credit = 0;
        localEnded = false;
        remoteEnded = false;
        headSeen = false;
        headRequest = false;
        blocked = false;
        counted = true;
        promised = -1;
        received = 0;
        attachment = null;
    }

    boolean ended() {
        return localEnded && remoteEnded;
    }

    /** Whether more or less octets came than content-length promised. */
    boolean brokePromise() {
        return promised >= 0 && received != promised;
    }
}
