package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.observe.MirrorOutcome;
import io.evenkeel.kernel.balancing.Node;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The copies of requests that a loop sends to mirrors. What would be too much is not copied, and
 * counted: a mirror costs its gateway a bounded amount, and clients nothing.
 */
final class Mirrors {
    /** Copies under way, those whose body is still coming included. */
    static final int MOST = 256;

    /** Memory of copies whose request is not sent yet. */
    static final long MOST_BYTES = 8 << 20;

    /** The largest body copied, as it comes. */
    static final int MOST_BODY_BYTES = 64 << 10;

    /** A larger reply isn't read to its end. */
    static final int MOST_REPLY_BYTES = 1 << 20;

    /** Tells the mirror what it is; no client can say it, since Evenkeel-… is taken off. */
    private static final byte[] MARK =
            "Evenkeel-Mirrored: true\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ProxyLoop loop;
    private final List<MirroredRequest> running = new ArrayList<>();
    private final List<MirroredRequest> spare = new ArrayList<>();
    private long heldBytes;

    Mirrors(ProxyLoop loop) {
        this.loop = loop;
    }

    /** Copies a request that is written down for its endpoint, if it is among those copied. */
    void copy(Mirror to, Exchange exchange) {
        if (!to.takes()) {
            return;
        }
        ClientRequest request = exchange.request();
        if (request.upgradeWanted()) {
            note(to, MirrorOutcome.UPGRADE);
            return;
        }
        if (request.knownBodyBytes() > MOST_BODY_BYTES) {
            note(to, MirrorOutcome.BODY_TOO_LARGE);
            return;
        }
        ByteBuffer original = exchange.delivery().composed();
        int came = (int) request.bodyBytes();
        int missing = (int) request.knownBodyBytes() - came;
        ByteBuffer bytes =
                running.size() < MOST && heldBytes < MOST_BYTES
                        ? loop.buffers().acquire(original.limit() + MARK.length + missing)
                        : null;
        if (bytes == null) {
            note(to, MirrorOutcome.TOO_MANY);
            return;
        }
        int bodyAt = original.limit() - came;
        int headEnd = bodyAt - 2; // before the empty line
        bytes.put(0, original, 0, headEnd).position(headEnd);
        bytes.put(MARK);
        bytes.put(bytes.position(), original, bodyAt, came).position(bytes.position() + came);
        MirroredRequest copy =
                spare.isEmpty() ? new MirroredRequest(loop) : spare.remove(spare.size() - 1);
        running.add(copy);
        copy.begin(to.service(), request, bytes.flip(), running.size() - 1);
    }

    private void note(Mirror to, MirrorOutcome outcome) {
        to.service().meter(loop.index()).mirrored(outcome);
    }

    /** A copy holds so much more memory, or less. */
    void held(long bytes) {
        heldBytes += bytes;
    }

    /** It is over. */
    void over(MirroredRequest copy, int place) {
        MirroredRequest last = running.remove(running.size() - 1);
        if (place < running.size()) {
            running.set(place, last);
            last.place(place);
        }
        spare.add(copy);
    }

    /** The endpoint is dead or replaced. */
    void cut(Node dead) {
        for (int i = running.size() - 1; i >= 0; i--) {
            running.get(i).cut(dead);
        }
    }
}
