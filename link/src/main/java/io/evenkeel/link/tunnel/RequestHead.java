package io.evenkeel.link.tunnel;

import io.evenkeel.wire.hpack.FieldList;
import java.nio.charset.StandardCharsets;

/**
 * A request's head in HTTP/1.1, made of the fields of HTTP/2, which the codec has judged: no octet
 * of theirs can end a line.
 *
 * @param text the whole, its empty line included, an octet a character
 * @param chunked whether the body goes out in the chunked coding
 * @param repeatable whether the request may be sent twice (RFC 9110, section 9.2.2)
 * @param head whether the reply has no body
 */
record RequestHead(String text, boolean chunked, boolean repeatable, boolean head) {

    /** As it goes out. */
    byte[] octets() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes one.
     *
     * @param end whether no body follows
     */
    static RequestHead of(FieldList fields, boolean end) {
        StringBuilder out = new StringBuilder(512);
        String method = value(fields, ":method");
        boolean hasLength = fields.find("content-length") >= 0;
        out.append(method + " " + value(fields, ":path") + " HTTP/1.1\r\nHost: ");
        int authority = fields.find(":authority");
        out.append(authority >= 0 ? fields.value(authority) : value(fields, "host"));
        out.append("\r\n");
        StringBuilder cookie = new StringBuilder();
        for (int i = 0; i < fields.count(); i++) {
            String name = fields.name(i);
            if (name.equals("cookie")) {
                // RFC 9113, section 8.2.3.
                cookie.append(cookie.length() == 0 ? "" : "; ").append(fields.value(i));
            } else if (!name.startsWith(":") && !name.equals("host") && !name.equals("te")) {
                out.append(name + ": " + fields.value(i) + "\r\n");
            }
        }
        if (cookie.length() > 0) {
            out.append("cookie: " + cookie + "\r\n");
        }
        boolean chunked = !end && !hasLength;
        if (chunked) {
            out.append("transfer-encoding: chunked\r\n");
        } else if (end && !hasLength && hasMeaningfulBody(method)) {
            out.append("content-length: 0\r\n");
        }
        out.append("\r\n");
        return new RequestHead(
                out.toString(), chunked, end && repeatable(method), method.equals("HEAD"));
    }

    private static boolean hasMeaningfulBody(String method) {
        return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    }

    private static boolean repeatable(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    private static String value(FieldList fields, String name) {
        int at = fields.find(name);
        return at < 0 ? "" : fields.value(at);
    }
}
