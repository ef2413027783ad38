package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.FieldName;
import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.kernel.balancing.ServiceQueue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Sessions as one loop sees them: finds in a request's head what binds it to an endpoint, and
 * writes the cookie that binds the next. Not thread-safe; allocates nothing but new cookies.
 */
final class Sessions {
    private static final byte[] SET_COOKIE = "Set-Cookie: ".getBytes(StandardCharsets.US_ASCII);

    private final SessionCookie cookie;
    private boolean bound;
    private boolean old;
    private long endpointHash;

    Sessions(SessionKey key) {
        cookie = new SessionCookie(key);
    }

    /**
     * Looks for a cookie of ours in a head. The first good one counts: others of its name may have
     * been set by anybody in the same domain.
     *
     * @param nowSeconds wall clock
     * @return whether there is one
     */
    boolean find(SessionPolicy policy, RequestHead head, ByteBuffer in, long nowSeconds) {
        bound = false;
        for (int i = head.find(FieldName.COOKIE);
                i >= 0 && !bound;
                i = head.find(FieldName.COOKIE, i + 1)) {
            line(policy, in, head.valueStart(i), head.valueEnd(i), nowSeconds);
        }
        return bound;
    }

    private void line(SessionPolicy policy, ByteBuffer in, int from, int to, long nowSeconds) {
        int at = from;
        while (at < to && !bound) {
            int end = at;
            while (end < to && in.get(end) != ';') {
                end++;
            }
            pair(policy, in, at, end, nowSeconds);
            at = end + 1;
            while (at < to && in.get(at) == ' ') {
                at++;
            }
        }
    }

    private void pair(SessionPolicy policy, ByteBuffer in, int from, int to, long nowSeconds) {
        byte[] name = policy.name();
        int value = from + name.length + 1;
        if (value > to || in.get(value - 1) != '=') {
            return;
        }
        for (int i = 0; i < name.length; i++) {
            if (in.get(from + i) != name[i]) {
                return;
            }
        }
        // Its end may not lie further ahead than we would set it: the policy may have changed.
        if (cookie.read(policy.service(), in, value, to)
                && cookie.untilSeconds() > nowSeconds
                && cookie.untilSeconds() <= nowSeconds + policy.ttlSeconds() + 1) {
            bound = true;
            endpointHash = cookie.endpointHash();
            old = cookie.untilSeconds() - nowSeconds < policy.ttlSeconds() / 2;
        }
    }

    /** The endpoint in the cookie that was found. */
    long endpointHash() {
        return endpointHash;
    }

    /** Whether half of its time has passed. */
    boolean old() {
        return old;
    }

    /** The hash of a header's value, or {@code otherwise} if it isn't there. */
    static long headerHash(SessionPolicy policy, RequestHead head, ByteBuffer in, long otherwise) {
        int at = head.find(in, policy.name(), 0);
        if (at < 0) {
            return otherwise;
        }
        long hash = 0xcbf29ce484222325L;
        for (int i = head.valueStart(at); i < head.valueEnd(at); i++) {
            hash = (hash ^ (in.get(i) & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The line that binds the session to this endpoint. */
    byte[] line(SessionPolicy policy, String endpoint, long nowSeconds) {
        ByteBuffer line =
                ByteBuffer.allocate(
                        SET_COOKIE.length
                                + policy.name().length
                                + 1
                                + SessionCookie.CHARS
                                + policy.attributes().length);
        line.put(SET_COOKIE).put(policy.name()).put((byte) '=');
        cookie.write(
                policy.service(),
                nowSeconds + policy.ttlSeconds(),
                ServiceQueue.endpointHash(endpoint),
                line);
        return line.put(policy.attributes()).array();
    }
}
