package io.evenkeel.gateway.observe;

import io.evenkeel.gateway.http1.FieldName;
import io.evenkeel.gateway.http1.Method;
import io.evenkeel.gateway.http1.RequestHead;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is noted about one request while it is served. One belongs to each client connection and is
 * reused for request after request: {@link LoopObserver#begin} starts it, {@link LoopObserver#end}
 * writes it into counters, log and records. Used on one loop only; allocates nothing.
 */
public final class RequestTrace {
    /** Host and target are kept up to this many bytes. */
    static final int TARGET_BYTES = 256;

    /** A foreign request id is kept up to this many bytes. */
    static final int FOREIGN_BYTES = 64;

    /** A point in time that was never reached. */
    static final int NEVER = -1;

    private static final byte[] NO_ADDRESS = {};

    long sequence;
    long startNanos;
    long attemptNanos;
    final byte[] id = new byte[RequestIds.BYTES];
    final byte[] target = new byte[TARGET_BYTES];
    int targetLength;
    final byte[] foreignId = new byte[FOREIGN_BYTES];
    int foreignLength;
    byte[] client = NO_ADDRESS;
    Method method = Method.OTHER;
    @Nullable ServiceMeter service;
    @Nullable EndpointMeter endpoint;
    boolean attemptOpen;
    long epoch;
    int attempts;
    long score;
    int place;
    boolean panic;
    int status;
    TerminationReason reason = TerminationReason.GATEWAY_FAULT;
    long requestBytes;
    long responseBytes;
    long headMicros;
    long pickMicros;
    long sentMicros;
    long firstByteMicros;
    long endMicros;
    boolean open;

    void begin(long newSequence, long nowNanos) {
        sequence = newSequence;
        startNanos = nowNanos;
        targetLength = 0;
        foreignLength = 0;
        client = NO_ADDRESS;
        method = Method.OTHER;
        service = null;
        endpoint = null;
        attemptOpen = false;
        epoch = 0;
        attempts = 0;
        score = -1;
        place = -1;
        panic = false;
        status = 0;
        requestBytes = 0;
        responseBytes = 0;
        headMicros = NEVER;
        pickMicros = NEVER;
        sentMicros = NEVER;
        firstByteMicros = NEVER;
        endMicros = NEVER;
        open = true;
    }

    private long micros(long nowNanos) {
        return Math.max(0, nowNanos - startNanos) / 1000;
    }

    /**
     * Notes who is asking, as a text in ASCII that nobody changes; before the head, so that a bad
     * head has it too, and again if the head tells better.
     */
    public void client(byte[] address) {
        client = address;
    }

    /**
     * Notes the complete head of the request, and the id it was given before if its source is
     * trusted.
     */
    public void head(RequestHead head, ByteBuffer source, boolean trusted, long nowNanos) {
        method = head.method();
        headMicros = micros(nowNanos);
        copyTarget(source, head.hostStart(), head.authorityEnd());
        copyTarget(source, head.pathStart(), head.targetEnd());
        int foreign = trusted ? head.find(FieldName.X_REQUEST_ID) : -1;
        if (foreign >= 0) {
            int from = head.valueStart(foreign);
            foreignLength = Math.min(head.valueEnd(foreign) - from, FOREIGN_BYTES);
            source.get(from, foreignId, 0, foreignLength);
        }
    }

    private void copyTarget(ByteBuffer source, int from, int to) {
        int length = Math.min(to - from, TARGET_BYTES - targetLength);
        if (length > 0) {
            source.get(from, target, targetLength, length);
            targetLength += length;
        }
    }

    /** Notes the service that the request goes to. */
    public void routed(ServiceMeter meter) {
        service = meter;
        meter.requestBegan();
    }

    /**
     * Notes that an endpoint was picked: an attempt begins.
     *
     * @param incarnationEpoch epoch of the endpoint's incarnation
     * @param loadScore its load score at the pick
     * @param queuePlace nodes passed over to reach it, 0 for the head of the queue
     * @param inPanic whether opinions on its health were ignored
     */
    public void picked(
            EndpointMeter meter,
            long incarnationEpoch,
            long loadScore,
            int queuePlace,
            boolean inPanic,
            long nowNanos) {
        endpoint = meter;
        epoch = incarnationEpoch;
        score = loadScore;
        place = queuePlace;
        panic = inPanic;
        attempts++;
        attemptOpen = true;
        attemptNanos = nowNanos;
        pickMicros = micros(nowNanos);
        sentMicros = NEVER;
        firstByteMicros = NEVER;
        meter.attemptBegan();
    }

    /** Notes that the head was given to the upstream connection. */
    public void sent(long nowNanos) {
        sentMicros = micros(nowNanos);
    }

    /** Notes the reply's first byte. */
    public void firstByte(long nowNanos) {
        firstByteMicros = micros(nowNanos);
    }

    /** Notes the end of an attempt after which another may follow. */
    public void attemptEnded(boolean failed, long nowNanos) {
        EndpointMeter meter = endpoint;
        if (attemptOpen && meter != null) {
            attemptOpen = false;
            meter.attemptEnded(failed, Math.max(0, nowNanos - attemptNanos) / 1000);
        }
    }

    /** Adds bytes received of the request's body. */
    public void requestBytes(long bytes) {
        requestBytes += bytes;
    }

    /** Adds bytes sent of the reply's body. */
    public void responseBytes(long bytes) {
        responseBytes += bytes;
    }

    void end(TerminationReason why, int sentStatus, long nowNanos) {
        reason = why;
        status = sentStatus;
        endMicros = micros(nowNanos);
        attemptEnded(why.who() == TerminationReason.Who.UPSTREAM, nowNanos);
        open = false;
    }

    /** Returns the id given to this request, in ASCII; valid until the next {@code begin}. */
    public byte[] id() {
        return id;
    }

    /** Returns whether a request is begun and not ended. */
    public boolean open() {
        return open;
    }

    /** Returns the number of endpoints tried so far. */
    public int attempts() {
        return attempts;
    }
}
