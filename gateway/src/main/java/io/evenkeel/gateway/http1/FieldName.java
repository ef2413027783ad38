package io.evenkeel.gateway.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Field names that decide something in a gateway. Every other field is passed on as it came and is
 * {@link #OTHER}.
 */
@SuppressWarnings("ImmutableEnumChecker") // nobody writes to the names' bytes
public enum FieldName {
    OTHER(0),
    HOST(Trait.ESSENTIAL | Trait.NO_TRAILER),
    CONTENT_LENGTH(Trait.ESSENTIAL | Trait.NO_TRAILER),
    TRANSFER_ENCODING(Trait.ESSENTIAL | Trait.NO_TRAILER),
    /**
     * One of the two with {@code _} for {@code -}: servers that hand headers on as variables take
     * it for the real one.
     */
    FRAMING_LOOK_ALIKE(Trait.ESSENTIAL | Trait.NO_TRAILER),
    CONNECTION(Trait.HOP_BY_HOP | Trait.NO_TRAILER),
    KEEP_ALIVE(Trait.HOP_BY_HOP | Trait.NO_TRAILER),
    PROXY_CONNECTION(Trait.HOP_BY_HOP | Trait.NO_TRAILER),
    TE(Trait.HOP_BY_HOP | Trait.NO_TRAILER),
    UPGRADE(Trait.HOP_BY_HOP | Trait.NO_TRAILER),
    HTTP2_SETTINGS(Trait.HOP_BY_HOP | Trait.NO_TRAILER),
    TRAILER(Trait.ESSENTIAL | Trait.NO_TRAILER),
    EXPECT(Trait.ESSENTIAL | Trait.NO_TRAILER),
    VIA(Trait.ESSENTIAL | Trait.NO_TRAILER),
    DATE(Trait.ESSENTIAL),
    CACHE_CONTROL(Trait.ESSENTIAL | Trait.NO_TRAILER),
    CONTENT_TYPE(Trait.ESSENTIAL | Trait.NO_TRAILER),
    CONTENT_ENCODING(Trait.ESSENTIAL | Trait.NO_TRAILER),
    CONTENT_RANGE(Trait.ESSENTIAL | Trait.NO_TRAILER),
    RANGE(Trait.ESSENTIAL | Trait.NO_TRAILER),
    AUTHORIZATION(Trait.ESSENTIAL | Trait.NO_TRAILER),
    COOKIE(Trait.ESSENTIAL | Trait.NO_TRAILER),
    SET_COOKIE(Trait.ESSENTIAL | Trait.NO_TRAILER),
    PROXY_AUTHORIZATION(Trait.NO_TRAILER),
    PROXY_AUTHENTICATE(Trait.NO_TRAILER),
    WWW_AUTHENTICATE(Trait.NO_TRAILER),
    MAX_FORWARDS(Trait.NO_TRAILER),
    FORWARDED(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE),
    X_FORWARDED_FOR(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE),
    X_FORWARDED_PROTO(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE),
    X_FORWARDED_HOST(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE),
    X_FORWARDED_PORT(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE),
    /** Any other X-Forwarded-… name. */
    X_FORWARDED_OTHER(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE),
    X_REAL_IP(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE),
    X_REQUEST_ID(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE),
    EVENKEEL_SERVICE(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE),
    /** Any other Evenkeel-… name: only gateways speak those. */
    EVENKEEL_OTHER(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE),
    /**
     * A name that tells the source, with {@code _} for {@code -}: nobody's, and never passed on.
     */
    SOURCE_LOOK_ALIKE(Trait.ESSENTIAL | Trait.NO_TRAILER | Trait.SOURCE);

    private static final byte[] X_FORWARDED = "x-forwarded-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENKEEL = "evenkeel-".getBytes(StandardCharsets.US_ASCII);

    private static final FieldName[] VALUES = values();
    private static final @Nullable FieldName[] TABLE = new @Nullable FieldName[128];

    static {
        for (FieldName name : VALUES) {
            if (name != OTHER) {
                int slot = slot(ByteBuffer.wrap(name.lower), 0, name.lower.length);
                while (TABLE[slot] != null) {
                    slot = (slot + 1) & (TABLE.length - 1);
                }
                TABLE[slot] = name;
            }
        }
    }

    private final int traits;
    private final byte[] lower;

    FieldName(int traits) {
        this.traits = traits;
        this.lower =
                name().toLowerCase(Locale.ROOT)
                        .replace('_', '-')
                        .getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns whether the field is for the next hop only (RFC 9110 section 7.6.1). */
    public boolean hopByHop() {
        return (traits & Trait.HOP_BY_HOP) != 0;
    }

    /** Returns whether Connection may not name it: removing it would change the message. */
    boolean essential() {
        return (traits & Trait.ESSENTIAL) != 0;
    }

    /** Returns whether it may not come as a trailer (RFC 9110 section 6.5.1). */
    boolean forbiddenAsTrailer() {
        return (traits & Trait.NO_TRAILER) != 0;
    }

    /**
     * Returns whether it says where a request came from and so counts from trusted sources only.
     */
    boolean tellsSource() {
        return (traits & Trait.SOURCE) != 0;
    }

    /** Returns the name in lower-case ASCII; shared, not to be changed. */
    public byte[] lower() {
        return lower;
    }

    /** Returns a small number for tables and bit sets, 0 for {@link #OTHER}. */
    @SuppressWarnings("EnumOrdinal") // never leaves the process
    int id() {
        return ordinal();
    }

    static FieldName of(int id) {
        return VALUES[id];
    }

    /**
     * Where to look for a name first, by its length and three of its octets as {@link
     * CharClass#TOKEN} has them: so few names are told apart well enough by that.
     */
    private static int slot(ByteBuffer buffer, int from, int to) {
        int first = CharClass.TOKEN[buffer.get(from) & 0xff];
        int middle = CharClass.TOKEN[buffer.get((from + to) >>> 1) & 0xff];
        int last = CharClass.TOKEN[buffer.get(to - 1) & 0xff];
        return (2 * (to - from) + first + 7 * middle + 5 * last) & (TABLE.length - 1);
    }

    /** Returns the name spelled by the token in {@code [from, to)}, which is not empty. */
    static FieldName of(ByteBuffer buffer, int from, int to) {
        for (int slot = slot(buffer, from, to); ; slot = (slot + 1) & (TABLE.length - 1)) {
            FieldName name = TABLE[slot];
            if (name == null) {
                return family(buffer, from, to);
            }
            if (CharClass.equalIgnoreCase(buffer, from, to, name.lower)) {
                return name;
            }
            if (CharClass.alike(buffer, from, to, name.lower)) {
                return name.lookAlike();
            }
        }
    }

    /** What a name counts as that differs from this one by {@code _} for {@code -}. */
    private FieldName lookAlike() {
        return switch (this) {
            case CONTENT_LENGTH, TRANSFER_ENCODING -> FRAMING_LOOK_ALIKE;
            default -> tellsSource() ? SOURCE_LOOK_ALIKE : OTHER;
        };
    }

    private static FieldName family(ByteBuffer buffer, int from, int to) {
        int first = buffer.get(from) | 0x20;
        byte[] prefix = first == 'x' ? X_FORWARDED : EVENKEEL;
        int end = from + prefix.length;
        if ((first != 'x' && first != 'e')
                || to <= end
                || !CharClass.alike(buffer, from, end, prefix)) {
            return OTHER;
        } else if (!CharClass.equalIgnoreCase(buffer, from, end, prefix)) {
            return SOURCE_LOOK_ALIKE;
        }
        return first == 'x' ? X_FORWARDED_OTHER : EVENKEEL_OTHER;
    }

    /** What a name means to a gateway; the constants must exist before the enum's own. */
    private static final class Trait {
        static final int HOP_BY_HOP = 1;
        static final int ESSENTIAL = 2;
        static final int NO_TRAILER = 4;
        static final int SOURCE = 8;
    }
}
