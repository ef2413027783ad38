package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.ChunkedDecoder;
import io.evenkeel.gateway.http1.Framing;
import io.evenkeel.gateway.http1.Limits;
import io.evenkeel.gateway.http1.LineEdits;
import io.evenkeel.gateway.http1.Method;
import io.evenkeel.gateway.http1.Persistence;
import io.evenkeel.gateway.http1.Rejection;
import io.evenkeel.gateway.http1.RequestHead;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks: what is known of its head once the bytes are gone, how much of its body has
 * come, how its reply is edited, and whether its connection may carry another request behind it.
 */
final class ClientRequest {
    private final RequestHead head = new RequestHead();
    private final ChunkedDecoder chunks = new ChunkedDecoder();
    private Method method = Method.OTHER;
    private Framing framing = Framing.NONE;
    private long left;
    private boolean done;
    private boolean keepAlive;
    private boolean expectsClose;
    private long heardNanos;
    private long bodyBytes;
    private long maxBodyBytes;
    private long sourceHash;
    private LineEdits replyEdits = LineEdits.NONE;

    /** Gets what is still to come of the body. */
    private @Nullable MirroredRequest copy;

    /** For the next request, of which the first bytes have come. */
    void reset(long nowNanos) {
        head.reset();
        chunks.reset();
        method = Method.OTHER;
        framing = Framing.NONE;
        left = 0;
        bodyBytes = 0;
        maxBodyBytes = 0;
        done = false;
        keepAlive = false;
        expectsClose = false;
        replyEdits = LineEdits.NONE;
        heardNanos = nowNanos;
    }

    RequestHead head() {
        return head;
    }

    /**
     * The head is whole: takes from it what is needed once its bytes are gone.
     *
     * @param source the client's hash
     */
    void accept(long source) {
        sourceHash = source;
        method = head.method();
        framing = head.framing();
        left = framing == Framing.LENGTH ? head.contentLength() : 0;
        done = framing == Framing.NONE;
        keepAlive = head.keepAlive();
        expectsClose = !keepAlive;
    }

    /**
     * Goes over as much of {@code [from, to)} as belongs to the body.
     *
     * @return the first position behind it, or a negative code for {@link Rejection#of}
     */
    int takeBody(ByteBuffer in, int from, int to, Limits limits, long nowNanos) {
        heardNanos = nowNanos;
        if (done) {
            return from;
        }
        int end = takeBody(in, from, to, limits);
        MirroredRequest into = copy;
        if (into != null && end > from) {
            if (!into.add(in, from, end)) {
                copy = null;
            } else if (done) {
                copy = null;
                into.send();
            }
        }
        return end;
    }

    private int takeBody(ByteBuffer in, int from, int to, Limits limits) {
        if (framing == Framing.LENGTH) {
            int n = (int) Math.min(left, to - from);
            left -= n;
            bodyBytes += n;
            done = left == 0;
            return from + n;
        }
        int end = chunks.advance(in, from, to, limits);
        bodyBytes += Math.max(0, end - from);
        done = chunks.done();
        return end;
    }

    /** What is still to come of the body goes to this copy too. */
    void copyTo(MirroredRequest into) {
        copy = into;
    }

    /** It is over, whether or not all of it has come. */
    void over() {
        MirroredRequest unfinished = copy;
        if (unfinished != null) {
            copy = null;
            unfinished.abandon();
        }
    }

    /** What has come of the body, with its framing. */
    long bodyBytes() {
        return bodyBytes;
    }

    /** The same with what is announced; a chunked body announces nothing. */
    long knownBodyBytes() {
        return bodyBytes + left;
    }

    /** What a policy that keeps a source at its endpoint goes by. */
    long sourceHash() {
        return sourceHash;
    }

    /** The service is found: its policy limits the body; 0 = no limit. */
    void limitBody(long bytes) {
        maxBodyBytes = bytes;
    }

    /** Whether the body is, or says that it will be, larger than allowed. */
    boolean bodyTooLarge() {
        return maxBodyBytes > 0 && knownBodyBytes() > maxBodyBytes;
    }

    /** Its destination is found: what is changed in the head of the reply. */
    void editReply(LineEdits edits) {
        replyEdits = edits;
    }

    LineEdits replyEdits() {
        return replyEdits;
    }

    Method method() {
        return method;
    }

    /** The client's HTTP/1.x version. */
    int minorVersion() {
        return head.minorVersion();
    }

    boolean upgradeWanted() {
        return head.upgrade();
    }

    /** Whether all of it has come. */
    boolean done() {
        return done;
    }

    /** When something of it last came. */
    long heardNanos() {
        return heardNanos;
    }

    /** Whether the client may send another request behind this one, as far as we know now. */
    boolean keepsClient() {
        return keepAlive && done;
    }

    /** Whether the client announced that it sends nothing more. */
    boolean expectsClose() {
        return expectsClose && done;
    }

    /** This is the last request on its connection. */
    void closeClientAfterwards() {
        keepAlive = false;
    }

    /** What a reply tells the client about its connection. */
    Persistence persistence() {
        return Persistence.of(keepAlive, head.minorVersion());
    }
}
