package io.evenkeel.wire.http2;

import io.evenkeel.wire.hpack.FieldList;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What makes a message malformed (RFC 9113, section 8). The verdict is a sentence or null; the
 * numbers found on the way stay until the next head. Stricter than the RFC where a reader of
 * HTTP/1.1 behind could see another message: targets hold visible ASCII only, one content-length.
 */
final class HeadRules {
    private static final String[] CONNECTION_SPECIFIC = {
        "connection",
        "keep-alive",
        "proxy-connection",
        "transfer-encoding",
        "upgrade",
        "http2-settings",
    };

    private static final int MOST_DIGITS = 18;

    private static final String LOWER = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
    private static final boolean[] NAME = only(LOWER);
    private static final boolean[] METHOD = only(LOWER + "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static final boolean[] VALUE = except(0, 255, "\0\r\n");
    private static final boolean[] PATH = except('!', '~', "#");
    private static final boolean[] AUTHORITY = except('!', '~', "@/?#\\");

    private int method;
    private int scheme;
    private int path;
    private int authority;
    private int protocol;
    private int host;
    private int statusAt;
    private int status;
    private long contentLength;

    /** The response's status. */
    int status() {
        return status;
    }

    /** What content-length says, or -1. */
    long contentLength() {
        return contentLength;
    }

    @Nullable String request(FieldList fields, boolean connectProtocol) {
        String wrong = section(fields);
        if (wrong != null) {
            return wrong;
        }
        if (statusAt >= 0) {
            return "request with :status";
        }
        if (method < 0) {
            return "request without :method";
        }
        if (protocol >= 0 && !(connectProtocol && fields.valueIs(method, "CONNECT"))) {
            return ":protocol that was not offered, or without CONNECT";
        }
        if (fields.valueIs(method, "CONNECT") && protocol < 0) {
            if (scheme >= 0 || path >= 0 || authority < 0) {
                return "CONNECT takes :authority, no :scheme, no :path";
            }
        } else if (scheme < 0 || path < 0) {
            return "request without :scheme or :path";
        }
        return values(fields);
    }

    @Nullable String response(FieldList fields) {
        String wrong = section(fields);
        if (wrong != null) {
            return wrong;
        }
        if (method >= 0 || scheme >= 0 || path >= 0 || authority >= 0 || protocol >= 0) {
            return "response with a request's pseudo-header";
        }
        if (statusAt < 0) {
            return "response without :status";
        }
        status = number(fields, statusAt, 3);
        if (fields.valueLength(statusAt) != 3 || status < 100 || status == 101) {
            return ":status is not one of 100, 102 to 999";
        }
        return null;
    }

    @Nullable String trailers(FieldList fields) {
        String wrong = section(fields);
        if (wrong == null && fields.count() > 0 && fields.nameAt(0, 0) == ':') {
            wrong = "pseudo-header in trailers";
        }
        if (wrong == null && contentLength >= 0) {
            wrong = "content-length in trailers";
        }
        return wrong;
    }

    /** Whether an HTTP/1.1 field, in any case, belongs to its connection (section 8.2.2). */
    static boolean connectionSpecific(ByteBuffer name, int from, int to) {
        for (String known : CONNECTION_SPECIFIC) {
            if (known.length() == to - from && sameIgnoringCase(known, name, from)) {
                return true;
            }
        }
        return false;
    }

    /** The same for a name in lower case. */
    static boolean connectionSpecific(String name) {
        for (String known : CONNECTION_SPECIFIC) {
            if (known.equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean sameIgnoringCase(String known, ByteBuffer name, int from) {
        for (int i = 0; i < known.length(); i++) {
            int octet = name.get(from + i);
            int lower = octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
            if (lower != known.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Judges every field by itself, and notes where those are that matter. */
    private @Nullable String section(FieldList fields) {
        method = -1;
        scheme = -1;
        path = -1;
        authority = -1;
        protocol = -1;
        host = -1;
        statusAt = -1;
        contentLength = -1;
        boolean regular = false;
        for (int i = 0; i < fields.count(); i++) {
            String wrong;
            if (fields.nameLength(i) > 0 && fields.nameAt(i, 0) == ':') {
                wrong = regular ? "pseudo-header behind a field" : pseudo(fields, i);
            } else {
                regular = true;
                wrong = regular(fields, i);
            }
            if (wrong == null) {
                wrong = value(fields, i);
            }
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private @Nullable String pseudo(FieldList fields, int i) {
        int before;
        if (fields.nameIs(i, ":method")) {
            before = method;
            method = i;
        } else if (fields.nameIs(i, ":scheme")) {
            before = scheme;
            scheme = i;
        } else if (fields.nameIs(i, ":path")) {
            before = path;
            path = i;
        } else if (fields.nameIs(i, ":authority")) {
            before = authority;
            authority = i;
        } else if (fields.nameIs(i, ":status")) {
            before = statusAt;
            statusAt = i;
        } else if (fields.nameIs(i, ":protocol")) {
            before = protocol;
            protocol = i;
        } else {
            return "unknown pseudo-header";
        }
        return before >= 0 ? "pseudo-header twice" : null;
    }

    private @Nullable String regular(FieldList fields, int i) {
        int length = fields.nameLength(i);
        if (length == 0) {
            return "field without a name";
        }
        if (!fields.nameConsistsOf(i, NAME)) {
            return "octet in a field's name";
        }
        for (String name : CONNECTION_SPECIFIC) {
            if (name.length() == length && fields.nameIs(i, name)) {
                return "connection-specific field";
            }
        }
        if (length == 2 && fields.nameIs(i, "te") && !fields.valueIs(i, "trailers")) {
            return "te other than trailers";
        }
        if (length == 4 && fields.nameIs(i, "host")) {
            if (host >= 0) {
                return "host twice";
            }
            host = i;
        }
        return length == 14 && fields.nameIs(i, "content-length") ? length(fields, i) : null;
    }

    private @Nullable String length(FieldList fields, int i) {
        if (contentLength >= 0) {
            return "content-length twice";
        }
        int digits = fields.valueLength(i);
        if (digits == 0 || digits > MOST_DIGITS) {
            return "content-length";
        }
        contentLength = 0;
        for (int at = 0; at < digits; at++) {
            int digit = fields.valueAt(i, at) - '0';
            if (digit < 0 || digit > 9) {
                return "content-length";
            }
            contentLength = contentLength * 10 + digit;
        }
        return null;
    }

    private static @Nullable String value(FieldList fields, int i) {
        int length = fields.valueLength(i);
        if (!fields.valueConsistsOf(i, VALUE)) {
            return "NUL, CR or LF in a value";
        }
        if (length > 0 && (blank(fields.valueAt(i, 0)) || blank(fields.valueAt(i, length - 1)))) {
            return "blank around a value";
        }
        return null;
    }

    /** The values that a request line and Host are made of. */
    private @Nullable String values(FieldList fields) {
        if (fields.valueLength(method) == 0 || !fields.valueConsistsOf(method, METHOD)) {
            return "octet in :method";
        }
        if (path >= 0) {
            boolean asterisk = fields.valueIs(path, "*") && fields.valueIs(method, "OPTIONS");
            if (fields.valueLength(path) == 0 || (fields.valueAt(path, 0) != '/' && !asterisk)) {
                return ":path does not begin with /";
            }
            if (!fields.valueConsistsOf(path, PATH)) {
                return "octet in :path";
            }
        }
        if (scheme >= 0 && !fields.valueIs(scheme, "http") && !fields.valueIs(scheme, "https")) {
            return ":scheme is neither http nor https";
        }
        if (authority >= 0 && !fields.valueConsistsOf(authority, AUTHORITY)) {
            return "octet in :authority";
        }
        if (host >= 0 && !fields.valueConsistsOf(host, AUTHORITY)) {
            return "octet in host";
        }
        return authority >= 0 && host >= 0 && !sameValue(fields, authority, host)
                ? "host differs from :authority"
                : null;
    }

    private static boolean sameValue(FieldList fields, int one, int other) {
        int length = fields.valueLength(one);
        if (length != fields.valueLength(other)) {
            return false;
        }
        for (int at = 0; at < length; at++) {
            if (fields.valueAt(one, at) != fields.valueAt(other, at)) {
                return false;
            }
        }
        return true;
    }

    private static int number(FieldList fields, int i, int digits) {
        int number = 0;
        for (int at = 0; at < Math.min(digits, fields.valueLength(i)); at++) {
            int digit = fields.valueAt(i, at) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static boolean blank(int octet) {
        return octet == ' ' || octet == '\t';
    }

    private static boolean[] only(String octets) {
        boolean[] marks = new boolean[256];
        for (int i = 0; i < octets.length(); i++) {
            marks[octets.charAt(i)] = true;
        }
        return marks;
    }

    private static boolean[] except(int first, int last, String octets) {
        boolean[] marks = new boolean[256];
        for (int octet = first; octet <= last; octet++) {
            marks[octet] = octets.indexOf(octet) < 0;
        }
        return marks;
    }
}
