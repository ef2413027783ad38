package io.evenkeel.gateway.http1;

import static io.evenkeel.gateway.http1.Rejection.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Heads of replies to a GET that must be refused, each with why; the client is told 502. */
public final class BadReplies {
    private final List<Case> cases = new ArrayList<>();

    private BadReplies() {
        String[] startLines = {
            "HTTP/1.1",
            "HTTP 200 OK",
            "HTTP/1.1\t200 OK",
            "http/1.1 200 OK",
            "ICY 200 OK",
            "HTTP/11 200 OK",
            " HTTP/1.1 200 OK",
            "SSH-2.0-OpenSSH",
            "\0",
            "220 mail ESMTP",
        };
        for (String line : startLines) {
            bad(line, BAD_START_LINE, line + "\r\n\r\n");
        }
        bad("two spaces", BAD_STATUS, "HTTP/1.1  200 OK\r\n\r\n");
        bad(
                "101 chunked",
                BODY_NOT_ALLOWED,
                "HTTP/1.1 101 x\r\nTransfer-Encoding: chunked\r\n\r\n");
        bad("HTTP/2.0 200 OK", BAD_START_LINE, "HTTP/2.0 200 OK\r\n\r\n");
        bad("HTTP/1.2 200 OK", VERSION, "HTTP/1.2 200 OK\r\n\r\n");
        for (String status :
                new String[] {
                    "20", "2 0", "099", "000", "600", "999", "2000", "-20", "0x2", "abc", "20a"
                }) {
            bad("status " + status, BAD_STATUS, "HTTP/1.1 " + status + " OK\r\n\r\n");
        }
        bad("status line ended by LF", BARE_LF, "HTTP/1.1 200 OK\n\r\n");
        bad("status ended by LF", BARE_LF, "HTTP/1.1 200\n\r\n");
        bad("status line ended by CR", BARE_CR, "HTTP/1.1 200 OK\rA: b\r\n\r\n");
        bad("reason with NUL", NUL_OR_CONTROL, "HTTP/1.1 200 O\0K\r\n\r\n");
        ok("header ended by LF", BARE_LF, "A: b\n");
        ok("folded", OBS_FOLD, "A: b\r\n c\r\n");
        ok("space before colon", SPACE_BEFORE_COLON, "Content-Length : 5\r\n");
        ok("no colon", BAD_HEADER_NAME, "abc\r\n");
        ok("NUL", NUL_OR_CONTROL, "A: \0\r\n");
        ok("two lengths", DUPLICATE_CONTENT_LENGTH, "Content-Length: 5\r\nContent-Length: 6\r\n");
        ok("equal lengths", DUPLICATE_CONTENT_LENGTH, "Content-Length: 5, 5\r\n");
        ok("odd length", BAD_CONTENT_LENGTH, "Content-Length: 5x\r\n");
        ok(
                "both framings",
                CONTENT_LENGTH_WITH_TRANSFER_ENCODING,
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
        ok("length with underscore", FRAMING_LOOK_ALIKE, "Content_Length: 5\r\n");
        ok("unknown coding", BAD_TRANSFER_ENCODING, "Transfer-Encoding: gzip\r\n");
        ok(
                "coding not taken off",
                TRANSFER_CODING_UNSUPPORTED,
                "Transfer-Encoding: gzip, chunked\r\n");
        bad(
                "chunked in HTTP/1.0",
                BAD_TRANSFER_ENCODING,
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        ok(
                "Connection names Content-Length",
                CONNECTION_NAMES_ESSENTIAL,
                "Connection: content-length\r\n");
        ok("head too large", HEAD_TOO_LARGE, "A: " + "a".repeat(20_000) + "\r\n");
        bad("reason too long", HEAD_TOO_LARGE, "HTTP/1.1 200 " + "a".repeat(20_000) + "\r\n\r\n");
        ok("too many headers", TOO_MANY_HEADERS, "A: b\r\n".repeat(101));
        bad(
                "204 with a body",
                BODY_NOT_ALLOWED,
                "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n");
        bad(
                "204 chunked",
                BODY_NOT_ALLOWED,
                "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n");
        bad(
                "100 with a body",
                BODY_NOT_ALLOWED,
                "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n");
        bad(
                "101 chunked",
                BODY_NOT_ALLOWED,
                "HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    /**
     * One bad reply.
     *
     * @param name unique in the table
     * @param octets what the upstream sends, one character each (ISO-8859-1)
     * @param expected why it is refused
     */
    public record Case(String name, String octets, Rejection expected) {
        /** Returns what the upstream sends. */
        public byte[] bytes() {
            return octets.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Returns the whole table. */
    public static List<Case> all() {
        return List.copyOf(new BadReplies().cases);
    }

    private void bad(String name, Rejection expected, String octets) {
        cases.add(new Case(name, octets, expected));
    }

    private void ok(String name, Rejection expected, String lines) {
        bad(name, expected, "HTTP/1.1 200 OK\r\n" + lines + "\r\n");
    }
}
