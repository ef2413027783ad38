package io.evenkeel.gateway.http1;

import static io.evenkeel.gateway.http1.Rejection.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests that must be refused, each with why. One table for the scanner alone and for the gateway
 * over real sockets: there every case must be answered with the rejection's status, and nothing of
 * it may reach an upstream that would not have been sent anyway.
 */
public final class BadRequests {
    /** The host every case asks for unless it is about hosts. */
    public static final String HOST = "shop.example";

    static final String H = "Host: " + HOST + "\r\n";

    private final List<Case> cases = new ArrayList<>();

    private BadRequests() {
        startLines();
        targets();
        headerSyntax();
        controlCharacters();
        hosts();
        contentLengths();
        transferEncodings();
        connections();
        expectations();
        sizes();
        cases.addAll(new BadBodies().cases());
    }

    /**
     * One bad request.
     *
     * @param name unique in the table
     * @param octets what the client sends, one character each (ISO-8859-1)
     * @param expected why it is refused
     * @param inBody whether the head is fine and the body isn't
     */
    public record Case(String name, String octets, Rejection expected, boolean inBody) {
        /** Returns what the client sends. */
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
        return List.copyOf(new BadRequests().cases);
    }

    private void bad(String name, Rejection expected, String octets) {
        cases.add(new Case(name, octets, expected, false));
    }

    /** A request whose headers are these and Host. */
    private void header(String name, Rejection expected, String lines) {
        bad(name, expected, "GET / HTTP/1.1\r\n" + H + lines + "\r\n\r\n");
    }

    private void post(String name, Rejection expected, String lines) {
        bad(name, expected, "POST / HTTP/1.1\r\n" + H + lines + "\r\n\r\nhello");
    }

    private void target(String name, Rejection expected, String target) {
        bad(name, expected, "GET " + target + " HTTP/1.1\r\n" + H + "\r\n");
    }

    private void startLines() {
        bad("line ended by LF", BARE_LF, "GET / HTTP/1.1\nHost: " + HOST + "\r\n\r\n");
        bad("line ended by CR", BARE_CR, "GET / HTTP/1.1\rHost: " + HOST + "\r\n\r\n");
        bad("line ended by CR CR LF", BARE_CR, "GET / HTTP/1.1\r\r\n" + H + "\r\n");
        bad("LF alone in front", BARE_LF, "\nGET / HTTP/1.1\r\n" + H + "\r\n");
        bad("CR alone in front", BARE_CR, "\rGET / HTTP/1.1\r\n" + H + "\r\n");
        bad("two empty lines in front", BAD_METHOD, "\r\n\r\nGET / HTTP/1.1\r\n" + H + "\r\n");
        bad("space in front", BAD_METHOD, " GET / HTTP/1.1\r\n" + H + "\r\n");
        bad("HTTP/0.9", BAD_START_LINE, "GET /\r\n\r\n");
        bad("no target", BAD_START_LINE, "GET HTTP/1.1\r\n" + H + "\r\n".replace("x", ""));
        bad("two spaces before target", BAD_START_LINE, "GET  / HTTP/1.1\r\n" + H + "\r\n");
        bad("two spaces before version", BAD_START_LINE, "GET /  HTTP/1.1\r\n" + H + "\r\n");
        bad("tab before target", BAD_METHOD, "GET\t/ HTTP/1.1\r\n" + H + "\r\n");
        bad("tab before version", BAD_TARGET, "GET /\tHTTP/1.1\r\n" + H + "\r\n");
        bad("space behind version", BAD_START_LINE, "GET / HTTP/1.1 \r\n" + H + "\r\n");
        bad("words behind version", BAD_START_LINE, "GET / HTTP/1.1 x\r\n" + H + "\r\n");
        bad("space in target", BAD_START_LINE, "GET /a b HTTP/1.1\r\n" + H + "\r\n");
        bad("method with colon", BAD_METHOD, "GE:T / HTTP/1.1\r\n" + H + "\r\n");
        bad("method with slash", BAD_METHOD, "GE/T / HTTP/1.1\r\n" + H + "\r\n");
        bad("method not ASCII", BAD_METHOD, "GÉT / HTTP/1.1\r\n" + H + "\r\n");
        bad("method with NUL", NUL_OR_CONTROL, "GE\0T / HTTP/1.1\r\n" + H + "\r\n");
        bad("method too long", BAD_METHOD, "A".repeat(33) + " / HTTP/1.1\r\n" + H + "\r\n");
        bad("CONNECT", CONNECT_UNSUPPORTED, "CONNECT shop.example:443 HTTP/1.1\r\n" + H + "\r\n");
        bad(
                "TLS hello",
                NUL_OR_CONTROL,
                "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n");
        bad(
                "HTTP/2 preface",
                VERSION,
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".replace("PRI *", "OPTIONS *"));
        bad("HTTP/1.2", VERSION, "GET / HTTP/1.2\r\n" + H + "\r\n");
        bad("HTTP/2.0", VERSION, "GET / HTTP/2.0\r\n" + H + "\r\n");
        bad("HTTP/0.9 spelled out", VERSION, "GET / HTTP/0.9\r\n" + H + "\r\n");
        bad("HTTP/1.10", BAD_START_LINE, "GET / HTTP/1.10\r\n" + H + "\r\n");
        bad("HTTP/11", BAD_START_LINE, "GET / HTTP/11\r\n" + H + "\r\n");
        bad("HTTP/1,1", BAD_START_LINE, "GET / HTTP/1,1\r\n" + H + "\r\n");
        bad("HTTP/x.1", BAD_START_LINE, "GET / HTTP/x.1\r\n" + H + "\r\n");
        bad("http/1.1", BAD_START_LINE, "GET / http/1.1\r\n" + H + "\r\n");
        bad("HTTPS/1.1", BAD_START_LINE, "GET / HTTPS/1.1\r\n" + H + "\r\n");
        bad("ICY", BAD_START_LINE, "GET / ICY/1.1\r\n" + H + "\r\n");
        bad("version cut by LF", BARE_LF, "GET / HTTP/1\n" + H + "\r\n");
        bad("version with NUL", NUL_OR_CONTROL, "GET / HTTP/1.1\0\r\n" + H + "\r\n");
    }

    private void targets() {
        target("target without slash", BAD_TARGET, "index.html");
        target("target with fragment", BAD_TARGET, "/a#b");
        target("target not ASCII", BAD_TARGET, "/caf\u00e9");
        target("target with NUL", NUL_OR_CONTROL, "/a\0b");
        target("target with DEL", NUL_OR_CONTROL, "/a\u007fb");
        target("target with escape", NUL_OR_CONTROL, "/a\u001bb");
        target("target cut by LF", BARE_LF, "/a\nb");
        target("target cut by CR", BAD_START_LINE, "/a\rb");
        target("asterisk for GET", BAD_TARGET, "*");
        target("two asterisks", BAD_TARGET, "**");
        target("authority-form for GET", BAD_TARGET, "shop.example:80");
        target("scheme ftp", BAD_TARGET, "ftp://shop.example/");
        target("scheme without authority", BAD_TARGET, "http:///path");
        target("scheme alone", BAD_TARGET, "http://");
        target("scheme with one slash", BAD_TARGET, "http:/shop.example/");
        target("user information", BAD_TARGET, "http://user:pw@shop.example/");
        target(
                "user information that looks like a host",
                BAD_TARGET,
                "http://shop.example@evil.example/");
        target("another host in absolute-form", HOST_MISMATCH, "http://evil.example/");
        target("another port in absolute-form", HOST_MISMATCH, "http://shop.example:81/");
        target("longer host in absolute-form", HOST_MISMATCH, "http://shop.example.evil/");
        target("another host, no path", HOST_MISMATCH, "http://evil.example");
        target(
                "another host before a query",
                HOST_MISMATCH,
                "http://evil.example?x=/shop.example/");
        target("backslash in path", BAD_TARGET, "/a\\b");
        target("backslash behind slash", BAD_TARGET, "/\\evil.example");
        target("backslash, encoded dots", DOT_SEGMENT, "/%2e%2e%5cadmin");
        target("percent at the end", BAD_TARGET, "/a%");
        target("percent with one digit", BAD_TARGET, "/a%2");
        target("percent with letters", BAD_TARGET, "/a%zz");
        target("percent with one letter", BAD_TARGET, "/a%2x/b");
        target("encoded NUL", BAD_TARGET, "/a%00b");
        target("parent segment", DOT_SEGMENT, "/a/../b");
        target("parent segment at the end", DOT_SEGMENT, "/a/..");
        target("parent segment at the front", DOT_SEGMENT, "/../etc/passwd");
        target("parent segment before a query", DOT_SEGMENT, "/a/..?b");
        target("current segment", DOT_SEGMENT, "/a/./b");
        target("current segment at the end", DOT_SEGMENT, "/a/.");
        target("parent segment encoded", DOT_SEGMENT, "/a/%2e%2e/b");
        target("parent segment encoded in capitals", DOT_SEGMENT, "/a/%2E%2E/b");
        target("parent segment half encoded", DOT_SEGMENT, "/a/.%2e/b");
        target("parent segment with parameter", DOT_SEGMENT, "/a/..;x=1/b");
        target("parent segment, encoded slash", DOT_SEGMENT, "/a/..%2fb");
        target("parent segment in absolute-form", DOT_SEGMENT, "http://shop.example/a/../b");
    }

    private void headerSyntax() {
        header("header ended by LF", BARE_LF, "A: b\nC: d");
        header("header ended by CR", BARE_CR, "A: b\rC: d");
        header("CR inside a value", BARE_CR, "A: b\rc");
        header("CR CR LF behind a value", BARE_CR, "A: b\r");
        header("folded value", OBS_FOLD, "A: b\r\n c");
        header("folded by a tab", OBS_FOLD, "A: b\r\n\tc");
        header("folded empty line", OBS_FOLD, "A: b\r\n \r\nC: d");
        header("folded framing", BAD_TRANSFER_ENCODING, "Transfer-Encoding:\r\n chunked");
        bad("space before first header", OBS_FOLD, "GET / HTTP/1.1\r\n " + H + "\r\n");
        bad("tab before first header", OBS_FOLD, "GET / HTTP/1.1\r\n\t" + H + "\r\n");
        header("space before colon", SPACE_BEFORE_COLON, "A : b");
        header("tab before colon", SPACE_BEFORE_COLON, "A\t: b");
        header("space before colon of framing", SPACE_BEFORE_COLON, "Content-Length : 5");
        header("space inside a name", SPACE_BEFORE_COLON, "A b: c");
        header("no colon", BAD_HEADER_NAME, "Abc");
        header("no colon but a space", SPACE_BEFORE_COLON, "Abc def");
        header("empty name", BAD_HEADER_NAME, ": b");
        header("name in brackets", BAD_HEADER_NAME, "[A]: b");
        header("name with quote", BAD_HEADER_NAME, "\"A\": b");
        header("name with at", BAD_HEADER_NAME, "a@b: c");
        header("name with slash", BAD_HEADER_NAME, "a/b: c");
        header("name with comma", BAD_HEADER_NAME, "a,b: c");
        header("name with semicolon", BAD_HEADER_NAME, "a;b: c");
        header("name not ASCII", BAD_HEADER_NAME, "\u00e9: c");
        header("name with non-breaking space", BAD_HEADER_NAME, "Content-Length\u00a0: 5");
        header("name cut by LF", BARE_LF, "Ab\nc: d");
        header("name cut by CR", BAD_HEADER_NAME, "Ab\rc: d");
        bad("empty line of LF", BARE_LF, "GET / HTTP/1.1\r\n" + H + "\n");
        bad("empty line of CR", BARE_CR, "GET / HTTP/1.1\r\n" + H + "\rx");
        bad(
                "smuggled by LF LF",
                BARE_LF,
                "GET / HTTP/1.1\r\n" + H + "A: b\n\nGET /admin HTTP/1.1\r\n\r\n");
        header(
                "two services named",
                DUPLICATE_HEADER,
                "Evenkeel-Service: a\r\nEvenkeel-Service: b");
    }

    private void controlCharacters() {
        for (int c = 0; c < 0x20; c++) {
            if (c != '\t' && c != '\n' && c != '\r') {
                header("value with control " + c, NUL_OR_CONTROL, "A: b" + (char) c + "c");
            }
        }
        header("value with DEL", NUL_OR_CONTROL, "A: b\u007fc");
        header("value begins with NUL", NUL_OR_CONTROL, "A: \0");
        header("name with NUL", NUL_OR_CONTROL, "A\0: b");
        header("name with DEL", NUL_OR_CONTROL, "A\u007f: b");
        header("framing with NUL", NUL_OR_CONTROL, "Transfer-Encoding: chunked\0");
        header("framing with vertical tab", NUL_OR_CONTROL, "Transfer-Encoding: \u000bchunked");
    }

    private void hosts() {
        bad("no Host", HOST_MISSING, "GET / HTTP/1.1\r\nA: b\r\n\r\n");
        bad("no headers at all", HOST_MISSING, "GET / HTTP/1.1\r\n\r\n");
        bad("two Hosts", HOST_DUPLICATE, "GET / HTTP/1.1\r\n" + H + "Host: evil.example\r\n\r\n");
        bad("the same Host twice", HOST_DUPLICATE, "GET / HTTP/1.1\r\n" + H + H + "\r\n");
        bad(
                "Host twice in two cases",
                HOST_DUPLICATE,
                "GET / HTTP/1.1\r\n" + H + "hOST: a\r\n\r\n");
        bad(
                "absolute-form without Host",
                HOST_MISSING,
                "GET http://shop.example/ HTTP/1.1\r\n\r\n");
        String[] hosts = {
            "",
            "   ",
            "a b",
            "a,b",
            "a/b",
            "user@a",
            "a?b",
            "a#b",
            "a%41",
            "a:b",
            "a:",
            "a:65536",
            "a:123456",
            "a:80:80",
            "a:-1",
            ":80",
            "[::1",
            "::1",
            "[::1]x",
            "[::1]:x",
            "[:1]",
            "[g::1]",
            "a\"b",
            "a\\b",
            "a<b>",
            "a;b",
            "a=b",
            "caf\u00e9",
            "http://a",
            "a\tb",
        };
        for (String host : hosts) {
            bad("Host is '" + host + "'", BAD_HOST, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        }
        bad("Host too long", BAD_HOST, "GET / HTTP/1.1\r\nHost: " + "a".repeat(256) + "\r\n\r\n");
    }

    private void contentLengths() {
        String[] values = {
            "",
            "+5",
            "-5",
            "-0",
            "5 ",
            "0x5",
            "5a",
            "5.0",
            "5e0",
            "1 0",
            "\"5\"",
            "five",
            "\u0665",
            "1234567890123456789",
            "99999999999999999999999",
            "0000000000000000005",
        };
        for (String value : values) {
            if (!value.equals("5 ")) {
                post(
                        "Content-Length is '" + value + "'",
                        BAD_CONTENT_LENGTH,
                        "Content-Length: " + value);
            }
        }
        post("Content-Length list of equals", DUPLICATE_CONTENT_LENGTH, "Content-Length: 5, 5");
        post("Content-Length list", DUPLICATE_CONTENT_LENGTH, "Content-Length: 5,6");
        post("Content-Length list with empty", BAD_CONTENT_LENGTH, "Content-Length: ,5");
        post(
                "equal Content-Lengths",
                DUPLICATE_CONTENT_LENGTH,
                "Content-Length: 5\r\nContent-Length: 5");
        post(
                "conflicting Content-Lengths",
                DUPLICATE_CONTENT_LENGTH,
                "Content-Length: 5\r\nContent-Length: 6");
        post(
                "conflicting in two cases",
                DUPLICATE_CONTENT_LENGTH,
                "Content-Length: 5\r\ncontent-length: 0");
        post(
                "Content-Length before chunked",
                CONTENT_LENGTH_WITH_TRANSFER_ENCODING,
                "Content-Length: 5\r\nTransfer-Encoding: chunked");
        post(
                "Content-Length behind chunked",
                CONTENT_LENGTH_WITH_TRANSFER_ENCODING,
                "Transfer-Encoding: chunked\r\nContent-Length: 5");
        post(
                "Content-Length 0 with chunked",
                CONTENT_LENGTH_WITH_TRANSFER_ENCODING,
                "Content-Length: 0\r\nTransfer-Encoding: chunked");
    }

    private void transferEncodings() {
        String[] values = {
            "", "identity", "gzip", "chunked, chunked", "chunked, gzip", "xchunked", "chunkedx",
            "chunk", "\"chunked\"", "chunked;q=1", ", chunked", "chunked,", "chunked ,",
                    "chunked gzip",
            "gzip chunked", "gzip,,chunked", "chunked\u00a0", "=chunked",
        };
        for (String value : values) {
            post(
                    "Transfer-Encoding is '" + value + "'",
                    BAD_TRANSFER_ENCODING,
                    "Transfer-Encoding: " + value);
        }
        post("gzip, chunked", TRANSFER_CODING_UNSUPPORTED, "Transfer-Encoding: gzip, chunked");
        post("Content_Length", FRAMING_LOOK_ALIKE, "Content_Length: 5");
        post(
                "content_length and the real one",
                FRAMING_LOOK_ALIKE,
                "Content-Length: 5\r\ncontent_length: 0");
        post("Transfer_Encoding", FRAMING_LOOK_ALIKE, "TRANSFER_ENCODING: chunked");
        post(
                "chunked twice in two lines",
                BAD_TRANSFER_ENCODING,
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");
        post(
                "identity behind chunked",
                BAD_TRANSFER_ENCODING,
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity");
        bad(
                "chunked in HTTP/1.0",
                BAD_TRANSFER_ENCODING,
                "POST / HTTP/1.0\r\n" + H + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    }

    private void connections() {
        String[] essentials = {
            "Host",
            "Content-Length",
            "Transfer-Encoding",
            "X-Forwarded-For",
            "Forwarded",
            "Authorization",
            "Cookie",
            "Content-Type",
            "Trailer",
            "Via",
            "Expect",
            "X-Request-Id",
            "Cache-Control",
            "Evenkeel-Service",
            "x-forwarded-anything",
        };
        for (String name : essentials) {
            header(
                    "Connection names " + name,
                    CONNECTION_NAMES_ESSENTIAL,
                    "Connection: close, " + name);
        }
        header("Connection with space", BAD_CONNECTION, "Connection: keep alive");
        header("Connection with quote", BAD_CONNECTION, "Connection: \"close\"");
        header("Connection with equals", BAD_CONNECTION, "Connection: timeout=5");
        header("Connection with semicolon", BAD_CONNECTION, "Connection: close;now");
        header("Connection not ASCII", BAD_CONNECTION, "Connection: cl\u00f6se");
        header("Connection with 33 options", BAD_CONNECTION, "Connection: " + "a,".repeat(33));
    }

    private void expectations() {
        header("unknown expectation", EXPECTATION, "Expect: 200-maybe");
        header("two expectations", EXPECTATION, "Expect: 100-continue, 200-maybe");
        header("empty expectation", EXPECTATION, "Expect: ");
        header("second Expect line", EXPECTATION, "Expect: 100-continue\r\nExpect: x");
    }

    private void sizes() {
        bad(
                "request line of 8 KiB and more",
                URI_TOO_LONG,
                "GET /" + "a".repeat(8192) + " HTTP/1.1\r\n" + H + "\r\n");
        bad("request line without end", URI_TOO_LONG, "GET /" + "a".repeat(9000));
        bad(
                "query too long",
                URI_TOO_LONG,
                "GET /?" + "a".repeat(8192) + " HTTP/1.1\r\n" + H + "\r\n");
        header("header of 16 KiB", HEAD_TOO_LARGE, "A: " + "a".repeat(16 << 10));
        header("name of 16 KiB", HEAD_TOO_LARGE, "a".repeat(16 << 10) + ": b");
        header(
                "many headers of 1 KiB",
                HEAD_TOO_LARGE,
                ("A: " + "a".repeat(1000) + "\r\n").repeat(17) + "B: c");
        header("value of spaces", HEAD_TOO_LARGE, "A: " + " ".repeat(16 << 10));
        header("101 headers", TOO_MANY_HEADERS, "A: b\r\n".repeat(100) + "C: d");
        header("5000 headers", TOO_MANY_HEADERS, "A:\r\n".repeat(5000) + "C: d");
    }
}
