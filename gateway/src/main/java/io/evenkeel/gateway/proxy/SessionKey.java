package io.evenkeel.gateway.proxy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The key that session cookies are signed with: common to all gateways of a cluster, so that a
 * cookie of one is good at all others and after their restarts. Immutable; prints nothing.
 */
public final class SessionKey {
    /** Bytes of a key. */
    public static final int BYTES = 32;

    /** The block of SHA-256. */
    private static final int BLOCK = 64;

    private final byte[] inner = new byte[BLOCK];
    private final byte[] outer = new byte[BLOCK];

    /**
     * @param key of {@link #BYTES} bytes, as random as can be
     */
    public SessionKey(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException(
                    "session key: " + key.length + " bytes (expected: " + BYTES + ")");
        }
        for (int i = 0; i < BLOCK; i++) {
            int k = i < BYTES ? key[i] : 0;
            inner[i] = (byte) (k ^ 0x36);
            outer[i] = (byte) (k ^ 0x5c);
        }
    }

    /** Signs for one loop. Not thread-safe. */
    Signer signer() {
        return new Signer();
    }

    /** HMAC-SHA256 (RFC 2104) over one digest that is used again: a signature allocates nothing. */
    final class Signer {
        private final MessageDigest digest;
        private final byte[] result = new byte[32];

        private Signer() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("every JDK has SHA-256", impossible);
            }
        }

        /** The signature of a context and the first bytes of a message; good until the next. */
        byte[] sign(byte[] context, byte[] message, int length) {
            digest.update(inner);
            digest.update(context);
            digest.update(message, 0, length);
            finish();
            digest.update(outer);
            digest.update(result);
            finish();
            return result;
        }

        private void finish() {
            try {
                digest.digest(result, 0, result.length);
            } catch (java.security.DigestException impossible) {
                throw new IllegalStateException("32 bytes are enough", impossible);
            }
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
