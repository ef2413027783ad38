package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ResponseHeadTest {
    static List<BadReplies.Case> bad() {
        return BadReplies.all();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badReplyIsRefusedForItsReasonHoweverItIsCut(BadReplies.Case bad) {
        ByteBuffer octets = ByteBuffer.wrap(bad.bytes());
        for (int cut = 0; cut < octets.capacity(); cut += octets.capacity() > 2000 ? 97 : 1) {
            ResponseHead head = new ResponseHead();
            head.reset(Method.GET);
            head.scan(octets, 0, cut, Limits.DEFAULT);
            int result = head.scan(octets, 0, octets.capacity(), Limits.DEFAULT);
            assertThat(result).isNegative();
            assertThat(Rejection.of(result)).isEqualTo(bad.expected());
        }
    }

    private static ResponseHead reply(Method asked, String text) {
        ResponseHead head = new ResponseHead();
        head.reset(asked);
        ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(head.scan(octets, 0, octets.capacity(), Limits.DEFAULT))
                .isEqualTo(text.length());
        return head;
    }

    @ParameterizedTest
    @CsvSource({
        "GET,200,Content-Length: 5,LENGTH",
        "GET,200,Content-Length: 0,NONE",
        "GET,200,Transfer-Encoding: chunked,CHUNKED",
        "GET,200,Transfer-Encoding: CHUNKED,CHUNKED",
        "GET,200,A: b,UNTIL_CLOSE",
        "HEAD,200,Content-Length: 5,NONE",
        "HEAD,200,Transfer-Encoding: chunked,NONE",
        "HEAD,200,A: b,NONE",
        "GET,304,Content-Length: 5,NONE",
        "GET,304,A: b,NONE",
        "GET,204,A: b,NONE",
        "GET,204,Content-Length: 0,NONE",
        "GET,100,A: b,NONE",
        "GET,101,Upgrade: x,NONE",
        "GET,103,Link: x,NONE",
        "POST,500,Content-Length: 1,LENGTH",
        "OTHER,205,Content-Length: 0,NONE",
    })
    void framingFollowsMethodStatusAndFields(
            Method asked, int status, String line, Framing expected) {
        ResponseHead head = reply(asked, "HTTP/1.1 " + status + " x\r\n" + line + "\r\n\r\n");
        assertThat(head.framing()).isEqualTo(expected);
        assertThat(head.status()).isEqualTo(status);
        assertThat(head.interim()).isEqualTo(status == 100 || status == 103);
        assertThat(head.switching()).isEqualTo(status == 101);
    }

    @ParameterizedTest
    @CsvSource({
        "1.1,Content-Length: 5,true",
        "1.1,Content-Length: 5|Connection: close,false",
        "1.1,Content-Length: 5|Connection: Keep-Alive|Connection: x|Connection: CLOSE,false",
        "1.1,A: b,false",
        "1.0,Content-Length: 5,false",
        "1.0,Content-Length: 5|Connection: keep-alive,true",
        "1.0,'Content-Length: 5|Connection: keep-alive, close',false",
    })
    void connectionIsReusedOnlyIfTheUpstreamSaysSo(String version, String lines, boolean expected) {
        String text = lines.replace("|", "\r\n");
        ResponseHead head =
                reply(Method.GET, "HTTP/" + version + " 200 OK\r\n" + text + "\r\n\r\n");
        assertThat(head.keepAlive()).isEqualTo(expected);
    }

    @Test
    void missingReasonIsNoReasonToRefuse() {
        assertThat(reply(Method.GET, "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").status())
                .isEqualTo(200);
        assertThat(reply(Method.GET, "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n").status())
                .isEqualTo(200);
    }
}
