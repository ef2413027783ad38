package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Request methods the gateway knows something about (RFC 9110 section 9, RFC 5789). */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the names' bytes
public enum Method {
    GET(true, true),
    HEAD(true, true),
    POST(false, false),
    PUT(false, true),
    DELETE(false, true),
    CONNECT(false, false),
    OPTIONS(true, true),
    TRACE(true, true),
    PATCH(false, false),
    /** Any other token: passed on, taken to be neither safe nor idempotent. */
    OTHER(false, false);

    /** Longer tokens are refused. */
    static final int MOST_BYTES = 32;

    private static final Method[] VALUES = values();

    private final boolean safe;
    private final boolean idempotent;
    private final byte[] bytes;

    Method(boolean safe, boolean idempotent) {
        this.safe = safe;
        this.idempotent = idempotent;
        this.bytes = name().getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns whether the method only reads (RFC 9110 section 9.2.1). */
    public boolean safe() {
        return safe;
    }

    /** Returns whether repeating the request is the same as sending it once (section 9.2.2). */
    public boolean idempotent() {
        return idempotent;
    }

    /** Returns the method's name in ASCII; shared, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Returns the method spelled by {@code length} bytes at {@code at}; names are case-sensitive.
     */
    static Method of(ByteBuffer buffer, int at, int length) {
        for (Method method : VALUES) {
            if (method.bytes.length == length
                    && method != OTHER
                    && CharClass.equal(buffer, at, method.bytes)) {
                return method;
            }
        }
        return OTHER;
    }
}
