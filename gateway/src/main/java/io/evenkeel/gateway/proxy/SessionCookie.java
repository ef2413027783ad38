package io.evenkeel.gateway.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The value of a session cookie: when it ends, the hash of the endpoint's id, and a signature over
 * both and the service, as 32 characters. It names the endpoint to gateways alone. One per loop;
 * not thread-safe.
 */
final class SessionCookie {
    /** Characters of a value. */
    static final int CHARS = 32;

    private static final int MESSAGE_BYTES = 12;
    private static final int SIGNATURE_BYTES = 12;
    private static final int BYTES = MESSAGE_BYTES + SIGNATURE_BYTES;

    /** base64url (RFC 4648 section 5); 24 bytes need no padding. */
    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                    .getBytes(StandardCharsets.US_ASCII);

    private static final byte[] DIGITS = new byte[128];

    static {
        Arrays.fill(DIGITS, (byte) -1);
        for (int i = 0; i < ALPHABET.length; i++) {
            DIGITS[ALPHABET[i]] = (byte) i;
        }
    }

    private final SessionKey.Signer signer;
    private final byte[] bytes = new byte[BYTES];

    SessionCookie(SessionKey key) {
        signer = key.signer();
    }

    /** Reads a value; false if it was not signed for this service by a gateway of this cluster. */
    boolean read(byte[] service, ByteBuffer in, int from, int to) {
        if (to - from != CHARS) {
            return false;
        }
        for (int i = 0; i < CHARS / 4; i++) {
            int bits = 0;
            for (int j = 0; j < 4; j++) {
                byte c = in.get(from + 4 * i + j);
                if (c < 0 || DIGITS[c] < 0) {
                    return false;
                }
                bits = bits << 6 | DIGITS[c];
            }
            bytes[3 * i] = (byte) (bits >> 16);
            bytes[3 * i + 1] = (byte) (bits >> 8);
            bytes[3 * i + 2] = (byte) bits;
        }
        byte[] signature = signer.sign(service, bytes, MESSAGE_BYTES);
        int difference = 0;
        for (int i = 0; i < SIGNATURE_BYTES; i++) {
            difference |= signature[i] ^ bytes[MESSAGE_BYTES + i];
        }
        return difference == 0;
    }

    /** When the value that was read ends: seconds since 1970. */
    long untilSeconds() {
        return number(0, 4);
    }

    /** The endpoint in the value that was read. */
    long endpointHash() {
        return number(4, 8);
    }

    private long number(int at, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | (bytes[at + i] & 0xff);
        }
        return value;
    }

    /** Writes a value. */
    void write(byte[] service, long untilSeconds, long endpointHash, ByteBuffer out) {
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) (untilSeconds >> (24 - 8 * i));
        }
        for (int i = 0; i < 8; i++) {
            bytes[4 + i] = (byte) (endpointHash >> (56 - 8 * i));
        }
        byte[] signature = signer.sign(service, bytes, MESSAGE_BYTES);
        System.arraycopy(signature, 0, bytes, MESSAGE_BYTES, SIGNATURE_BYTES);
        for (int i = 0; i < BYTES; i += 3) {
            int bits = (bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | (bytes[i + 2] & 0xff);
            for (int shift = 18; shift >= 0; shift -= 6) {
                out.put(ALPHABET[bits >> shift & 63]);
            }
        }
    }
}
