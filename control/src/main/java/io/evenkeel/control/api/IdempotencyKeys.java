package io.evenkeel.control.api;

import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the replies to requests that carried an Idempotency-Key, so that a repeated one is
 * answered and not done again. Held in memory for a while and up to a number: after a restart, or
 * when many came in between, a repeated request is done again, which If-Match can prevent.
 *
 * <p>Thread-safe. Time comes in as an argument, in nanoseconds of one steady clock.
 */
final class IdempotencyKeys {
    /** How long a reply is remembered. */
    static final Duration KEPT = Duration.ofMinutes(10);

    /** How many replies are remembered. */
    static final int CAPACITY = 1_024;

    private final Map<String, Remembered> byKey = new LinkedHashMap<>();

    private static final class Remembered {
        final byte[] fingerprint;
        final long sinceNanos;
        ApiReply.@Nullable Whole reply;

        Remembered(byte[] fingerprint, long sinceNanos) {
            this.fingerprint = fingerprint;
            this.sinceNanos = sinceNanos;
        }
    }

    /** What a key means for the request that carries it. */
    sealed interface Claim {
        /** The request is new: do it, then say {@link #settle} or {@link #forget}. */
        record Fresh() implements Claim {}

        /** It was answered before, like this. */
        record Answered(ApiReply.Whole reply) implements Claim {}

        /** The same request is being worked on. */
        record Running() implements Claim {}

        /** The key was used with another request. */
        record Different() implements Claim {}
    }

    /**
     * Claims a key.
     *
     * @param key the caller's key, made unique per principal
     * @param fingerprint hash of all that makes the request what it is
     */
    synchronized Claim claim(String key, byte[] fingerprint, long nowNanos) {
        expire(nowNanos);
        Remembered known = byKey.get(key);
        if (known == null) {
            makeRoom();
            byKey.put(key, new Remembered(fingerprint.clone(), nowNanos));
            return new Claim.Fresh();
        }
        if (!Arrays.equals(known.fingerprint, fingerprint)) {
            return new Claim.Different();
        }
        return known.reply == null ? new Claim.Running() : new Claim.Answered(known.reply);
    }

    /** The claimed request has its reply. */
    synchronized void settle(String key, ApiReply.Whole reply) {
        Remembered known = byKey.get(key);
        if (known != null) {
            known.reply = reply;
        }
    }

    /** The claimed request has no reply worth keeping: the next one with this key is new. */
    synchronized void forget(String key) {
        byKey.remove(key);
    }

    private void expire(long nowNanos) {
        Iterator<Remembered> oldestFirst = byKey.values().iterator();
        while (oldestFirst.hasNext()) {
            Remembered oldest = oldestFirst.next();
            if (nowNanos - oldest.sinceNanos <= KEPT.toNanos()) {
                return;
            }
            // A request that still runs keeps its place, or a repeat of it would run beside it.
            if (oldest.reply != null) {
                oldestFirst.remove();
            }
        }
    }

    /** For one more; whoever only asks again takes no room. */
    private void makeRoom() {
        Iterator<Remembered> oldestFirst = byKey.values().iterator();
        while (byKey.size() >= CAPACITY && oldestFirst.hasNext()) {
            if (oldestFirst.next().reply != null) {
                oldestFirst.remove();
            }
        }
    }
}
