package io.evenkeel.gateway.ends;

import io.evenkeel.wire.fuzz.Mutator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Requests that readers have disagreed about, combined at random: both framings at once and each
 * spelled oddly, line ends of other kinds, folded lines, odd sizes, extensions and trailers of
 * chunks, bodies that look like requests, other versions and forms of the target. One in four is
 * damaged octet by octet besides. The same seed gives the same requests.
 */
public final class RequestMutations {
    private static final List<String> BODIES =
            List.of(
                    "hello",
                    "0\r\n\r\n",
                    "x=1&y=2",
                    "5\r\nhello\r\n0\r\n\r\n",
                    "\r\n\r\n",
                    "0",
                    "GET /hidden HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "1\r\nZ\r\n0\r\n\r\nPOST /hidden HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9\r\n\r\n",
                    "GET /hidden HTTP/1.1\r\nHost: HOST\r\nX-Request-Id: forged\r\nX: ");

    private static final List<String> LENGTHS =
            List.of(
                    "+N",
                    "-N",
                    "-0",
                    "0xN",
                    "0N",
                    "N,N",
                    "N, N",
                    "N;",
                    "N.0",
                    "Ne0",
                    "",
                    " ",
                    "N ",
                    "\tN",
                    "N\t",
                    "\u000bN",
                    "N\u000b",
                    "N\0",
                    "\"N\"",
                    "N N",
                    "N\u00a0",
                    "0",
                    "1",
                    "4",
                    "00",
                    "9223372036854775808",
                    "18446744073709551621",
                    "4294967301",
                    "99999999999999999999999",
                    "N\r",
                    "N_",
                    "_N",
                    "\u00b2");

    private static final List<String> CODINGS =
            List.of(
                    "chunked",
                    "Chunked",
                    "CHUNKED",
                    " chunked",
                    "\tchunked",
                    "chunked ",
                    "chunked\t",
                    "chunked, chunked",
                    "chunked,identity",
                    "identity, chunked",
                    "gzip, chunked",
                    "chunked, gzip",
                    "identity",
                    "",
                    ",chunked",
                    "chunked,",
                    "xchunked",
                    "chunkedx",
                    "\"chunked\"",
                    "'chunked'",
                    "chunked;q=1",
                    "chunked;",
                    "\u000bchunked",
                    "chunked\0",
                    "\u0001chunked",
                    "chunked\u00a0",
                    "\r\n chunked",
                    "\r\n\tchunked",
                    "\nchunked",
                    "\rchunked",
                    "chunked\r",
                    "chu\tnked",
                    "ch\u00fcnked",
                    "chun\u00eaed",
                    "chunked\r\nTransfer-Encoding: identity",
                    "identity\r\nTransfer-Encoding: chunked",
                    "chunked\r\nTransfer-Encoding: chunked");

    private static final List<String> COLONS =
            List.of(
                    ":", " :", "\t:", ": ", ":\t", "::", ":\u000b", "\0:", "\u00a0:", "\r:",
                    "\r\n:", " ", "\u000b:", "=", ";");

    private static final List<String> NAME_STARTS =
            List.of(
                    "",
                    " ",
                    "\t",
                    "\u000b",
                    "\0",
                    "X: y\n",
                    "X: y\r",
                    "X: y\r\n ",
                    "X:\r\n\t",
                    "\u00ef\u00bb\u00bf",
                    "X-");

    private static final List<String> LINE_ENDS =
            List.of("\n", "\r", "\r\r\n", "\n\r", "\n\n", "\r\n\r", "\0\r\n", "\u0085", "");

    private static final List<String> SIZES =
            List.of(
                    "+N",
                    "-N",
                    "0xN",
                    " N",
                    "N ",
                    "N\t",
                    "\tN",
                    "0N",
                    "000000000000000000000N",
                    "N;",
                    "N;a",
                    "N;a=b",
                    "N;a=\"b\"",
                    "N;a=\"\r\n\"",
                    "N ;a=b",
                    "N; a=b",
                    "N;a\n",
                    "N;\nx",
                    "N;\rx",
                    "N\n",
                    "N\r",
                    "N\0",
                    "N,",
                    "N.0",
                    "N_0",
                    "N\u00a0",
                    "10000000N",
                    "1000000000000000N",
                    "ffffffffffffffffN",
                    "fffffffffffffff0",
                    "7fffffff",
                    "80000000",
                    "",
                    "g",
                    "N\"");

    private static final List<String> DATA_ENDS =
            List.of("", "\n", "\r", "XX", "\r\n\r\n", "\r\nX", "\n\n", " \r\n", "\r\r\n");

    private static final List<String> LAST_CHUNKS =
            List.of(
                    "0\r\n\r\n",
                    "00\r\n\r\n",
                    "0;a=b\r\n\r\n",
                    "0;a\r\n\r\n",
                    "0\n\n",
                    "0\r\n\n",
                    "0\n\r\n",
                    "0\r\r",
                    "0\r\n",
                    "0",
                    "",
                    "-0\r\n\r\n",
                    "0x0\r\n\r\n",
                    " 0\r\n\r\n",
                    "0 \r\n\r\n",
                    "0\r\nX: y\r\n\r\n",
                    "0\r\nX: y\n\r\n",
                    "0\r\nX : y\r\n\r\n",
                    "0\r\n X: y\r\n\r\n",
                    "0\r\nContent-Length: 30\r\n\r\n",
                    "0\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "0\r\nHost: evil\r\n\r\n",
                    "0\r\nGET /hidden HTTP/1.1\r\nHost: HOST\r\n\r\n",
                    "0\r\nX: y\r\n z\r\n\r\n",
                    "0\r\nX\r\n\r\n",
                    "0\r\n\r\n\r\n",
                    "0\r\n\r\nX");

    private static final List<String> VERSIONS =
            List.of(
                    "",
                    " ",
                    " HTTP/1.0",
                    " HTTP/0.9",
                    " HTTP/1.2",
                    " HTTP/1.10",
                    " HTTP/2.0",
                    " HTTP/11",
                    " http/1.1",
                    " HTTP/1.1 ",
                    "  HTTP/1.1",
                    "\tHTTP/1.1",
                    " HTTP/01.1",
                    " HTTP/1.1\0",
                    " HTTP /1.1",
                    " HTTP/1.1 HTTP/1.1");

    private static final List<String> METHODS =
            List.of(
                    "POST",
                    "PUT",
                    "DELETE",
                    "PATCH",
                    "HEAD",
                    "OPTIONS",
                    "TRACE",
                    "CONNECT",
                    "get",
                    "M-SEARCH",
                    "GET\t",
                    " GET",
                    "\0GET",
                    "G\u00c9T",
                    "",
                    "PRI",
                    "GET /x HTTP/1.1\r\n");

    private static final List<String> TARGETS =
            List.of(
                    "http://HOSTTARGET",
                    "http://HOST",
                    "http://HOST?x",
                    "HTTP://hostTARGET",
                    "https://HOSTTARGET",
                    "http://evilTARGET",
                    "http://user@HOSTTARGET",
                    "TARGET%0d%0aContent-Length:%205",
                    "TARGET?a=%00",
                    "TARGET\tx",
                    "TARGET x",
                    "TARGET\u000bx",
                    "TARGET\\x",
                    "TARGET#x",
                    "TARGET?\"<>[]^`{|}",
                    "TARGET;a=b//c",
                    "TARGET\u00e9",
                    "//TARGET",
                    "*",
                    "HOST:80",
                    "x",
                    "?x");

    private static final List<String> LINES =
            List.of(
                    "Expect: 100-continue",
                    "Expect: 100-continue, x",
                    "Connection: close",
                    "Connection: keep-alive",
                    "Connection: Content-Length",
                    "Connection: Transfer-Encoding, close",
                    "Connection: x-mark",
                    "Connection: upgrade\r\nUpgrade: websocket",
                    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
                    "TE: trailers\r\nConnection: TE",
                    "Trailer: X",
                    "Host: evil",
                    "host: HOST",
                    "Content-Encoding: chunked",
                    "X-Forwarded-For: 1.2.3.4, \"\r\n\t5.6.7.8",
                    "X-Forwarded-For: 1.2.3.4",
                    "Forwarded: for=\"a\\\"b\";host=\"x\r\"",
                    "X-Request-Id: forged",
                    "X-Content-Length: 5",
                    "Content_Length: 5",
                    "Transfer_Encoding: chunked",
                    "Cookie: a=\"b; c=d\"",
                    "A",
                    "A B: c",
                    ": a",
                    "A(b): c",
                    "A: \0",
                    "A: \u007f",
                    "A: b\r\n\tc",
                    "A: \u00ff\u00fe",
                    "Content-Length",
                    "Keep-Alive: timeout=5",
                    "Proxy-Connection: keep-alive");

    private final Mutator mutator;
    private final Random random;

    /** All choices follow from the seed. */
    public RequestMutations(long seed) {
        mutator =
                new Mutator(
                        seed,
                        "\r\n",
                        "\n",
                        "\r",
                        "\0",
                        ":",
                        " ",
                        "\t",
                        ";",
                        ",",
                        "\"",
                        "0",
                        "\r\n\r\n",
                        "0\r\n\r\n",
                        "chunked",
                        "Content-Length: 1\r\n",
                        "Transfer-Encoding: chunked\r\n");
        random = mutator.random();
    }

    /**
     * Returns the next request.
     *
     * @param host what Host says, unless that is mutated
     * @param mark the value of {@code X-Mark}, by which the request is known again
     */
    public byte[] next(String host, String mark) {
        RequestDraft draft = new RequestDraft("/" + mark);
        draft.lines.add("Host: " + host + "\r\n");
        draft.lines.add("X-Mark: " + mark + "\r\n");
        String text = mutator.choose(BODIES);
        switch (random.nextInt(5)) {
            case 0 -> {}
            case 1, 2 -> withLength(draft, text.replace("HOST", host));
            default -> withChunks(draft, text.replace("HOST", host));
        }
        for (int i = (random.nextInt(6) + 1) / 2; i > 0; i--) {
            mutate(draft);
        }
        String spelled = draft.spelled().replace("HOST", host).replace("TARGET", "/" + mark);
        byte[] octets = Mutator.octets(spelled);
        return random.nextInt(4) == 0 ? mutator.damaged(octets, 1 + random.nextInt(2)) : octets;
    }

    private void withLength(RequestDraft draft, String text) {
        draft.method = "POST";
        draft.body = text;
        boolean odd = random.nextInt(3) == 0;
        draft.line(random, "Content-Length: " + (odd ? length(draft) : text.length()));
    }

    private void withChunks(RequestDraft draft, String text) {
        draft.method = "POST";
        StringBuilder body = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int size = 1 + random.nextInt(text.length() - at);
            body.append(Integer.toHexString(size)).append("\r\n");
            body.append(text, at, at + size).append("\r\n");
            at += size;
        }
        draft.body = body + (random.nextInt(4) == 0 ? "0\r\nX: y\r\n\r\n" : "0\r\n\r\n");
        boolean odd = random.nextInt(3) == 0;
        draft.line(random, "Transfer-Encoding: " + (odd ? mutator.choose(CODINGS) : "chunked"));
    }

    private void mutate(RequestDraft draft) {
        switch (random.nextInt(15)) {
            case 0 -> draft.line(random, "Content-Length: " + length(draft));
            case 1 -> {
                draft.without("Content-Length");
                draft.line(random, "Content-Length: " + length(draft));
            }
            case 2 -> draft.line(random, "Transfer-Encoding: " + mutator.choose(CODINGS));
            case 3 -> {
                draft.without("Transfer-Encoding");
                draft.line(random, "Transfer-Encoding: " + mutator.choose(CODINGS));
            }
            case 4 -> oddName(draft, "Transfer-Encoding", "chunked");
            case 5 -> oddName(draft, "Content-Length", Integer.toString(draft.body.length()));
            case 6 -> oddLineEnd(draft);
            case 7 -> chunks(draft);
            case 8 -> chunks(draft);
            case 9 -> draft.version = mutator.choose(VERSIONS);
            case 10 -> draft.method = mutator.choose(METHODS);
            case 11 -> draft.target = mutator.choose(TARGETS);
            case 12 ->
                    draft.before =
                            mutator.choose(List.of("\r\n", "\r\n\r\n", "\n", "\r", " ", "\0"));
            case 13 ->
                    draft.behind =
                            mutator.choose(
                                    List.of(
                                            "\r\n",
                                            "\r\n\r\n",
                                            "\n",
                                            "\r",
                                            "\0",
                                            "X",
                                            "GET ",
                                            "0"));
            default -> draft.line(random, mutator.choose(LINES));
        }
    }

    /** A length that is right, nearly right, or spelled oddly. */
    private String length(RequestDraft draft) {
        int right = draft.body.length();
        return switch (random.nextInt(4)) {
            case 0 -> Integer.toString(right);
            case 1 -> Integer.toString(Math.max(0, right + random.nextInt(7) - 3));
            default -> mutator.choose(LENGTHS).replace("N", Integer.toString(right));
        };
    }

    private void oddName(RequestDraft draft, String name, String value) {
        if (random.nextBoolean()) {
            draft.without(name);
        }
        String odd =
                switch (random.nextInt(4)) {
                    case 0 -> mutator.choose(NAME_STARTS) + name + ": ";
                    case 1 -> name + mutator.choose(COLONS);
                    case 2 -> name.replace('-', '_') + ": ";
                    default ->
                            (random.nextBoolean()
                                            ? name.toLowerCase(Locale.ROOT)
                                            : name.toUpperCase(Locale.ROOT))
                                    + ": ";
                };
        draft.line(random, odd + value);
    }

    private void oddLineEnd(RequestDraft draft) {
        String end = mutator.choose(LINE_ENDS);
        int where = random.nextInt(draft.lines.size() + 2);
        if (where == draft.lines.size()) {
            draft.lineEnd = end;
        } else if (where > draft.lines.size()) {
            draft.headEnd = end;
        } else {
            draft.lines.set(where, draft.lines.get(where).replace("\r\n", end));
        }
    }

    /** A body of two chunks of which something is odd; usually announced as such. */
    private void chunks(RequestDraft draft) {
        if (random.nextInt(5) > 0) {
            draft.without("Content-Length");
            draft.without("Transfer-Encoding");
            draft.line(random, "Transfer-Encoding: chunked");
            draft.method = "POST";
        }
        boolean size = random.nextBoolean();
        boolean end = random.nextInt(3) == 0;
        draft.body =
                (size ? mutator.choose(SIZES).replace("N", "5") : "5")
                        + "\r\nhello"
                        + (end ? mutator.choose(DATA_ENDS) : "\r\n")
                        + "6;x=y\r\nworld!\r\n"
                        + mutator.choose(LAST_CHUNKS);
    }
}
