package io.evenkeel.gateway.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How requests of a service find their endpoint again.
 *
 * @param by what tells that requests belong together
 * @param service what a cookie is signed for besides its content: the service's full name
 * @param name of the cookie as it is written, or of the header in lower case; ASCII
 * @param attributes what follows a cookie's value, with its CRLF; ASCII
 * @param ttlSeconds how long a cookie is good
 */
@SuppressWarnings("ArrayRecordComponent") // compared and shown by content, changed by nobody
public record SessionPolicy(
        By by, byte[] service, byte[] name, byte[] attributes, long ttlSeconds) {
    /** What tells that requests belong together. */
    public enum By {
        /** Nothing. */
        NOTHING,
        /** A cookie of ours. */
        COOKIE,
        /** The value of a header. */
        HEADER
    }

    /** No sessions; the client's address may still be hashed, by the queue's algorithm. */
    public static final SessionPolicy NONE =
            new SessionPolicy(By.NOTHING, new byte[0], new byte[0], new byte[0], 0);

    /** By this header. */
    public static SessionPolicy header(String name) {
        return new SessionPolicy(
                By.HEADER, new byte[0], ascii(name.toLowerCase(Locale.ROOT)), new byte[0], 0);
    }

    /**
     * By a cookie.
     *
     * @param attributes such as {@code ; Path=/; HttpOnly}
     */
    public static SessionPolicy cookie(
            String service, String name, String attributes, long ttlSeconds) {
        return new SessionPolicy(
                By.COOKIE,
                service.getBytes(StandardCharsets.UTF_8),
                ascii(name),
                ascii("; Max-Age=" + ttlSeconds + attributes + "\r\n"),
                ttlSeconds);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionPolicy policy
                && by == policy.by
                && ttlSeconds == policy.ttlSeconds
                && Arrays.equals(service, policy.service)
                && Arrays.equals(name, policy.name)
                && Arrays.equals(attributes, policy.attributes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(name) * 31 + Arrays.hashCode(service);
    }

    @Override
    public String toString() {
        return "SessionPolicy["
                + by
                + " "
                + new String(name, StandardCharsets.US_ASCII)
                + new String(attributes, StandardCharsets.US_ASCII).strip()
                + "]";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
