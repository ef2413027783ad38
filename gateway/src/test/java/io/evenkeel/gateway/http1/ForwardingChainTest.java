package io.evenkeel.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.source.SourceRules;
import io.evenkeel.gateway.source.SourceRules.ForwardingHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who the client is when a trusted balancer in 10.0.0.0/8 passes a request on. */
final class ForwardingChainTest {
    private static final SourceRules PLAIN = HeadEditorTest.RULES;
    private static final SourceRules STANDARD = PLAIN.withHeader(ForwardingHeader.FORWARDED, 4);
    private static final String PEER = "the peer";

    private String client = "";
    private String addresses = "";
    private String elements = "";

    private void follow(SourceRules rules, boolean trusted, String... lines) {
        String text = "GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
        ByteBuffer in = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        RequestHead head = new RequestHead();
        assertThat(head.scan(in, 0, in.capacity(), Limits.DEFAULT)).isEqualTo(text.length());
        ForwardingChain chain = new ForwardingChain(rules);
        boolean found = chain.follow(head, in, trusted);
        client = found ? chain.client().address().getHostAddress() : PEER;
        ByteBuffer out = ByteBuffer.allocate(4096);
        chain.writeAddresses(in, out);
        addresses = new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
        assertThat(out.position()).isLessThanOrEqualTo(text.length() + chain.room());
        out.clear();
        chain.writeElements(in, out);
        elements = new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
        assertThat(out.position()).isLessThanOrEqualTo(text.length() + chain.room());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "192.0.2.1 | 192.0.2.1",
                "6.6.6.6, 192.0.2.1 | 192.0.2.1",
                "6.6.6.6, 192.0.2.1, 10.0.0.2 | 192.0.2.1",
                "6.6.6.6, 10.0.0.9, 192.0.2.1, 10.0.0.2 | 192.0.2.1",
                "10.0.0.3, 10.0.0.2 | 10.0.0.3",
                "192.0.2.1:4711 | 192.0.2.1",
                "2001:db8::1 | 2001:db8:0:0:0:0:0:1",
                "[2001:db8::1]:4711 | 2001:db8:0:0:0:0:0:1",
                "::ffff:192.0.2.1 | 192.0.2.1",
                "6.6.6.6, unknown | the peer",
                "6.6.6.6, unknown, 10.0.0.2 | 10.0.0.2",
                "unknown | the peer",
                ", 192.0.2.1,, | 192.0.2.1",
                "192.0.2.1 x | the peer",
                "01.2.3.4 | the peer",
                "1.1.1.1, 10.0.0.5, 10.0.0.4, 10.0.0.3, 10.0.0.2 | 10.0.0.5",
            })
    void theRightmostUntrustedAddressIsTheClient(String header, String expected) {
        follow(PLAIN, true, "X-Forwarded-For: " + header);
        assertThat(client).isEqualTo(expected);
    }

    @Test
    void linesAreOneListInTheirOrder() {
        follow(
                PLAIN,
                true,
                "X-Forwarded-For: 6.6.6.6",
                "X: y",
                "X-Forwarded-For: 192.0.2.1, 10.0.0.3",
                "X-Forwarded-For: 10.0.0.2");
        assertThat(client).isEqualTo("192.0.2.1");
        assertThat(addresses).isEqualTo("192.0.2.1, 10.0.0.3, 10.0.0.2, ");
        assertThat(elements).isEqualTo("for=192.0.2.1, for=10.0.0.3, for=10.0.0.2, ");
    }

    @Test
    void whatNobodyVouchesForIsForgotten() {
        follow(PLAIN, true, "X-Forwarded-For: 6.6.6.6, <script>, 192.0.2.1:99, 10.0.0.2");
        assertThat(addresses).isEqualTo("192.0.2.1:99, 10.0.0.2, ");
        assertThat(elements).isEqualTo("for=192.0.2.1, for=10.0.0.2, ");
    }

    @Test
    void anUntrustedPeerIsTheClientWhateverItSays() {
        follow(PLAIN, false, "X-Forwarded-For: 192.0.2.1");
        assertThat(client).isEqualTo(PEER);
        assertThat(addresses).isEmpty();
        assertThat(elements).isEmpty();
    }

    @Test
    void noMoreHopsAreFollowedThanAllowed() {
        String line = "X-Forwarded-For: 192.0.2.1, 10.0.0.3, 10.0.0.2";
        follow(PLAIN.withHeader(ForwardingHeader.X_FORWARDED_FOR, 1), true, line);
        assertThat(client).isEqualTo("10.0.0.2");
        assertThat(addresses).isEqualTo("10.0.0.2, ");
        follow(PLAIN.withHeader(ForwardingHeader.X_FORWARDED_FOR, 3), true, line);
        assertThat(client).isEqualTo("192.0.2.1");
    }

    @Test
    void ofTwoHeadersThatContradictOnlyTheConfiguredOneCounts() {
        String[] lines = {"Forwarded: for=6.6.6.6", "X-Forwarded-For: 192.0.2.1"};
        follow(PLAIN, true, lines);
        assertThat(client).isEqualTo("192.0.2.1");
        assertThat(elements).isEqualTo("for=192.0.2.1, ");
        follow(STANDARD, true, lines);
        assertThat(client).isEqualTo("6.6.6.6");
        assertThat(addresses).isEqualTo("6.6.6.6, ");
        follow(PLAIN, true, "Forwarded: for=6.6.6.6");
        assertThat(client).isEqualTo(PEER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "for=192.0.2.1 | 192.0.2.1",
                "For=\"192.0.2.1:80\";proto=https;by=x | 192.0.2.1",
                "proto=https; for=\"[2001:db8::1]:80\" ; host=\"a,b\" | 2001:db8:0:0:0:0:0:1",
                "for=6.6.6.6, for=192.0.2.1, for=10.0.0.2;x=\"\\\",\" | 192.0.2.1",
                "for=6.6.6.6, proto=http | the peer",
                "for=_hidden | the peer",
                "for=unknown, for=10.0.0.2 | 10.0.0.2",
                "for=6.6.6.6;for=6.6.6.7 | the peer",
                "for=\"6.6.6.6, for=192.0.2.1 | the peer",
                "for=6.6.6.6;x=\", for=\"[2001:db8::1]\" | the peer",
                "for = 192.0.2.1 | the peer",
                "for= | the peer",
                "192.0.2.1 | the peer",
            })
    void forwardedIsReadByItsGrammarOrNotAtAll(String header, String expected) {
        follow(STANDARD, true, "Forwarded: " + header);
        assertThat(client).isEqualTo(expected);
    }

    @Test
    void elementsThatAreBelievedPassAsTheyAre() {
        follow(
                STANDARD,
                true,
                "Forwarded: for=6.6.6.6, for=\"[2001:db8::1]:80\";proto=https , for=10.0.0.2;by=_a");
        assertThat(elements)
                .isEqualTo("for=\"[2001:db8::1]:80\";proto=https, for=10.0.0.2;by=_a, ");
        assertThat(addresses).isEqualTo("2001:db8::1, 10.0.0.2, ");
    }

    @Test
    void sixIsSpelledAsForwardedWantsIt() {
        follow(PLAIN, true, "X-Forwarded-For: 2001:db8::1, 10.0.0.2");
        assertThat(elements).isEqualTo("for=\"[2001:db8::1]\", for=10.0.0.2, ");
    }
}
