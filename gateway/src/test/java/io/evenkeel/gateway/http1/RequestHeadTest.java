package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    private ByteBuffer octets = ByteBuffer.allocate(0);

    private RequestHead scan(String text) {
        octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        RequestHead head = new RequestHead();
        assertThat(head.scan(octets, 0, octets.capacity(), Limits.DEFAULT))
                .isEqualTo(text.length());
        return head;
    }

    private RequestHead get(String... lines) {
        return scan("GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", lines) + "\r\n\r\n");
    }

    private String text(int from, int to) {
        byte[] bytes = new byte[to - from];
        octets.get(from, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/,/",
        "GET,/a/b?c=d/../e,/a/b",
        "GET,/?,/",
        "GET,//a,//a",
        "GET,/.well-known/x,/.well-known/x",
        "GET,/a..b/...,/a..b/...",
        "GET,/..a/b..,/..a/b..",
        "GET,/a;b/c,/a;b/c",
        "GET,/%41%2fb,/%41%2fb",
        "GET,/a?%zz\\#x,/a",
        "GET,'/a|b{c}^`<>\"',/a|b{c}^`<>\"",
        "OPTIONS,*,*",
        "GET,http://a/x?y,/x",
        "GET,HTTP://A/x,/x",
        "GET,https://a?y,''",
        "GET,http://a,''",
    })
    void targetIsTakenApart(String method, String target, String path) {
        String sent = target.replace("\\#", "");
        RequestHead head = scan(method + " " + sent + " HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(text(head.pathStart(), head.pathEnd())).isEqualTo(path);
        assertThat(text(head.targetStart(), head.targetEnd())).isEqualTo(sent);
        assertThat(text(head.methodStart(), head.methodEnd())).isEqualTo(method);
        assertThat(head.method()).isEqualTo(Method.valueOf(method));
    }

    @ParameterizedTest
    @CsvSource({
        "a,a",
        "shop.example:80,shop.example",
        "192.0.2.1:8080,192.0.2.1",
        "[2001:db8::1],[2001:db8::1]",
        "[::ffff:192.0.2.1]:80,[::ffff:192.0.2.1]",
        "a_b-c~d.e,a_b-c~d.e",
        "a:65535,a",
    })
    void hostAndPortAreToldApart(String value, String host) {
        RequestHead head = scan("GET / HTTP/1.1\r\nHost: \t " + value + " \t\r\n\r\n");
        assertThat(text(head.hostStart(), head.hostEnd())).isEqualTo(host);
        assertThat(text(head.hostStart(), head.authorityEnd())).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "1.1,A: b,true",
        "1.1,Connection: close,false",
        "1.1,Connection: foo|Connection: Close,false",
        "1.1,'Connection: , keep-alive ,,\tclose,',false",
        "1.1,Connection: closed,true",
        "1.0,A: b,false",
        "1.0,Connection: Keep-Alive,true",
        "1.0,'Connection: keep-alive, close',false",
    })
    void connectionStaysOpenAsVersionAndOptionsSay(String version, String lines, boolean expected) {
        RequestHead head =
                scan(
                        "GET / HTTP/"
                                + version
                                + "\r\nHost: a\r\n"
                                + lines.replace("|", "\r\n")
                                + "\r\n\r\n");
        assertThat(head.keepAlive()).isEqualTo(expected);
        assertThat(head.minorVersion()).isEqualTo(version.equals("1.1") ? 1 : 0);
    }

    @Test
    void bodyIsFramedByLengthOrChunks() {
        assertThat(get("A: b").framing()).isEqualTo(Framing.NONE);
        assertThat(get("Content-Length: 0").framing()).isEqualTo(Framing.NONE);
        assertThat(get("Content-Length: 007").contentLength()).isEqualTo(7);
        assertThat(get("Content-Length: 999999999999999999").contentLength())
                .isEqualTo(999_999_999_999_999_999L);
        assertThat(get("Transfer-Encoding:\tChunked ").framing()).isEqualTo(Framing.CHUNKED);
    }

    @Test
    void upgradeNeedsBothFieldsAndIsNeverCleartextHttp2() {
        assertThat(get("Connection: Upgrade", "Upgrade: websocket").upgrade()).isTrue();
        assertThat(get("Connection: keep-alive, upgrade", "Upgrade: websocket").upgrade()).isTrue();
        assertThat(get("Upgrade: websocket").upgrade()).isFalse();
        assertThat(get("Connection: upgrade").upgrade()).isFalse();
        assertThat(get("Connection: upgrade", "Upgrade: h2c").upgrade()).isFalse();
        assertThat(get("Connection: upgrade", "Upgrade: websocket, H2C").upgrade()).isFalse();
        assertThat(scan("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n").upgrade())
                .isFalse();
    }

    @Test
    void expectationCountsWithABodyFromHttp11Clients() {
        assertThat(get("Expect: 100-Continue", "Content-Length: 1").expectContinue()).isTrue();
        assertThat(get("Expect: 100-continue").expectContinue()).isFalse();
        assertThat(
                        scan("GET / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
                                .expectContinue())
                .isFalse();
    }

    @Test
    void oneEmptyLineInFrontIsSkippedAndBelongsToTheHead() {
        RequestHead head = scan("\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(text(head.methodStart(), head.targetEnd())).isEqualTo("GET /x");
    }

    @Test
    void oldClientNeedsNoHost() {
        RequestHead head = scan("GET / HTTP/1.0\r\n\r\n");
        assertThat(head.hostEnd()).isEqualTo(head.hostStart());
        head = scan("GET http://a:81/ HTTP/1.0\r\n\r\n");
        assertThat(text(head.hostStart(), head.authorityEnd())).isEqualTo("a:81");
    }

    @Test
    void unknownMethodIsPassedOnAndTakenForUnsafe() {
        RequestHead head = scan("get / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(head.method()).isEqualTo(Method.OTHER);
        assertThat(head.method().idempotent()).isFalse();
        assertThat(text(head.methodStart(), head.methodEnd())).isEqualTo("get");
    }

    @Test
    void headersAreFoundByNameWhateverTheirCase() {
        RequestHead head = get("X-A: 1", "x-a: 2", "evenkeel-SERVICE: s", "B:");
        int first = head.find(octets, "x-a".getBytes(StandardCharsets.US_ASCII), 0);
        int second = head.find(octets, "x-a".getBytes(StandardCharsets.US_ASCII), first + 1);
        assertThat(text(head.valueStart(first), head.valueEnd(first))).isEqualTo("1");
        assertThat(text(head.valueStart(second), head.valueEnd(second))).isEqualTo("2");
        assertThat(head.find(octets, "x-a".getBytes(StandardCharsets.US_ASCII), second + 1))
                .isEqualTo(-1);
        int service = head.find(FieldName.EVENKEEL_SERVICE);
        assertThat(text(head.valueStart(service), head.valueEnd(service))).isEqualTo("s");
        int empty = head.count() - 1;
        assertThat(head.valueStart(empty)).isEqualTo(head.valueEnd(empty));
    }

    @Test
    void headMayMoveBetweenScans() {
        String text = "GET /path HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        octets = ByteBuffer.allocate(200);
        octets.put(50, bytes);
        RequestHead head = new RequestHead();
        assertThat(head.scan(octets, 50, 70, Limits.DEFAULT)).isEqualTo(Head.NEED_MORE);
        octets.put(7, bytes);
        assertThat(head.scan(octets, 7, 7 + bytes.length, Limits.DEFAULT)).isEqualTo(bytes.length);
        assertThat(text(head.pathStart(), head.pathEnd())).isEqualTo("/path");
        octets.put(90, bytes);
        head.moved(90);
        assertThat(head.pathStart()).isEqualTo(94);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 33, 99, 100})
    void everyHeaderUpToTheLimitIsRemembered(int count) {
        StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
        for (int i = 1; i < count; i++) {
            text.append("H").append(i).append(": v").append(i).append("\r\n");
        }
        RequestHead head = scan(text + "\r\n");
        assertThat(head.count()).isEqualTo(count);
        int last = count - 1;
        assertThat(text(head.valueStart(last), head.valueEnd(last)))
                .isEqualTo(last == 0 ? "a" : "v" + last);
    }
}
