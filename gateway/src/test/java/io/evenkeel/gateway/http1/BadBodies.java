package io.evenkeel.gateway.http1;

import static io.evenkeel.gateway.http1.Rejection.*;

import java.util.ArrayList;
import java.util.List;

/** The part of {@link BadRequests} whose heads are fine and whose bodies aren't. */
final class BadBodies {
    private final List<BadRequests.Case> cases = new ArrayList<>();

    BadBodies() {
        chunkSizes();
        chunkExtensions();
        chunkEnds();
        trailers();
    }

    List<BadRequests.Case> cases() {
        return cases;
    }

    private void chunked(String name, Rejection expected, String body) {
        String head = "POST / HTTP/1.1\r\n" + BadRequests.H + "Transfer-Encoding: chunked\r\n\r\n";
        cases.add(new BadRequests.Case(name, head + body, expected, true));
    }

    private void chunkSizes() {
        String[] sizes = {
            "",
            " ",
            "g",
            "-1",
            "+1",
            "0x1",
            "1 ",
            " 1",
            "\t1",
            "1\t",
            "1.0",
            "1,",
            "1_0",
            "\"1\"",
            "fffffffffffffffff",
            "00000000000000001",
            "1000000000000000",
            "ffffffffffffffff",
            "8000000000000000",
            "\0",
            "\u00b9",
            "5\0",
        };
        for (String size : sizes) {
            chunked("chunk size '" + size + "'", BAD_CHUNK_SIZE, size + "\r\nhello\r\n0\r\n\r\n");
        }
        chunked("chunk size ended by LF", BARE_LF, "5\nhello\r\n0\r\n\r\n");
        chunked("chunk size ended by CR", BARE_CR, "5\rhello\r\n0\r\n\r\n");
        chunked("last chunk ended by LF", BARE_LF, "5\r\nhello\r\n0\n\r\n");
        chunked("second size bad", BAD_CHUNK_SIZE, "5\r\nhello\r\nx\r\n\r\n");
        chunked("plain body where chunks should be", BAD_CHUNK_SIZE, "hello world");
        chunked("size begins with LF", BAD_CHUNK_SIZE, "\n5\r\nhello\r\n0\r\n\r\n");
    }

    private void chunkExtensions() {
        String[] extensions = {
            ";",
            ";;",
            ";=",
            ";=a",
            ";a=",
            "; a",
            ";a =b",
            ";a= b",
            ";a b",
            ";a=\"",
            ";a=\"b",
            ";a=\"b\"c",
            ";a=\"\\",
            ";a=b=c",
            ";a,b",
            ";\u00e9",
            ";a=\0",
            ";a=\"\0\"",
            ";a;",
            ";a=\u007f",
        };
        for (String extension : extensions) {
            chunked(
                    "chunk extension '" + extension + "'",
                    BAD_CHUNK_EXTENSION,
                    "5" + extension + "\r\nhello\r\n0\r\n\r\n");
        }
        chunked("chunk extension ended by LF", BARE_LF, "5;a=b\nhello\r\n0\r\n\r\n");
        chunked("LF in a quoted extension", BARE_LF, "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n");
        chunked("CR in a quoted extension", BARE_CR, "5;a=\"\r\"\r\nhello\r\n0\r\n\r\n");
        chunked(
                "chunk extension too long",
                CHUNK_LINE_TOO_LONG,
                "5;" + "a".repeat(300) + "\r\nhello\r\n0\r\n\r\n");
        chunked(
                "chunk extensions too long together",
                CHUNK_LINE_TOO_LONG,
                ("1;" + "a".repeat(200) + "\r\nx\r\n").repeat(100) + "0\r\n\r\n");
    }

    private void chunkEnds() {
        chunked("chunk longer than its size", BAD_CHUNK_END, "4\r\nhello\r\n0\r\n\r\n");
        chunked(
                "chunk shorter than its size",
                BAD_CHUNK_END,
                "6\r\nhello\r\n0\r\n\r\n".replace("hello", "hell"));
        chunked("chunk ended by LF", BAD_CHUNK_END, "5\r\nhello\n0\r\n\r\n");
        chunked("chunk ended by CR", BAD_CHUNK_END, "5\r\nhello\r0\r\n\r\n");
        chunked("chunk without end", BAD_CHUNK_END, "5\r\nhello0\r\n\r\n");
        chunked("chunk ended by CR CR LF", BAD_CHUNK_END, "5\r\nhello\r\r\n0\r\n\r\n");
    }

    private void trailers() {
        String[] forbidden = {
            "Content-Length: 5",
            "Transfer-Encoding: chunked",
            "Host: evil.example",
            "Trailer: a",
            "Connection: close",
            "TE: trailers",
            "Authorization: Basic x",
            "Cookie: a=b",
            "Content-Type: text/html",
            "Content-Encoding: gzip",
            "Content-Range: bytes 0-1/2",
            "X-Forwarded-For: 127.0.0.1",
            "Forwarded: for=_x",
            "Expect: 100-continue",
            "Cache-Control: no-store",
            "Set-Cookie: a=b",
            "Max-Forwards: 1",
            "Range: bytes=0-1",
            "X-Request-Id: 1",
            "Evenkeel-Service: other",
            "content-LENGTH: 5",
        };
        for (String line : forbidden) {
            chunked("trailer " + line, FORBIDDEN_TRAILER, "0\r\n" + line + "\r\n\r\n");
        }
        chunked("trailer ended by LF", BARE_LF, "0\r\nA: b\n\r\n");
        chunked("trailer ended by CR", BARE_CR, "0\r\nA: b\r\r\n");
        chunked("trailers ended by LF", BARE_LF, "0\r\nA: b\r\n\n");
        chunked("trailers ended by CR", BARE_CR, "0\r\n\rx");
        chunked("folded trailer", OBS_FOLD, "0\r\nA: b\r\n c\r\n\r\n");
        chunked("trailer starts with a space", OBS_FOLD, "0\r\n A: b\r\n\r\n");
        chunked("trailer with space before colon", SPACE_BEFORE_COLON, "0\r\nA : b\r\n\r\n");
        chunked("trailer without colon", BAD_TRAILER, "0\r\nabc\r\n\r\n");
        chunked("trailer without name", BAD_TRAILER, "0\r\n: b\r\n\r\n");
        chunked("trailer with NUL", NUL_OR_CONTROL, "0\r\nA: \0\r\n\r\n");
        chunked(
                "request where trailers should be",
                SPACE_BEFORE_COLON,
                "0\r\nGET / HTTP/1.1\r\n\r\n");
        chunked(
                "trailers too large",
                TRAILERS_TOO_LARGE,
                "0\r\nA: " + "a".repeat(9000) + "\r\n\r\n");
        chunked("many trailers", TRAILERS_TOO_LARGE, "0\r\n" + "A: b\r\n".repeat(2000) + "\r\n");
    }
}
