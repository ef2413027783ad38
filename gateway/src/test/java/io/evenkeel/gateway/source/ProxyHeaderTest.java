package io.evenkeel.gateway.source;

import static io.evenkeel.gateway.source.ProxyHeaders.FOUR;
import static io.evenkeel.gateway.source.ProxyHeaders.SIX;
import static io.evenkeel.gateway.source.ProxyHeaders.binary;
import static io.evenkeel.gateway.source.ProxyHeaders.bytes;
import static io.evenkeel.gateway.source.ProxyHeaders.checked;
import static io.evenkeel.gateway.source.ProxyHeaders.extension;
import static io.evenkeel.gateway.source.ProxyHeaders.join;
import static io.evenkeel.gateway.source.ProxyHeaders.parse;
import static io.evenkeel.gateway.source.ProxyHeaders.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.source.ProxyHeader.Absent;
import io.evenkeel.gateway.source.ProxyHeader.Incomplete;
import io.evenkeel.gateway.source.ProxyHeader.Local;
import io.evenkeel.gateway.source.ProxyHeader.Malformed;
import io.evenkeel.gateway.source.ProxyHeader.Proxied;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ProxyHeaderTest {
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static Arguments good(byte[] header, String client, int port, boolean secure) {
        return Arguments.of(header, client, port, secure);
    }

    static Stream<Arguments> goodHeaders() {
        return Stream.of(
                good(
                        text("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"),
                        "192.0.2.1",
                        443,
                        false),
                good(
                        text("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n"),
                        "0.0.0.0",
                        65535,
                        false),
                good(text("PROXY TCP6 2001:db8::1 ::1 1 80\r\n"), "2001:db8::1", 80, false),
                good(
                        text(
                                "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe 65535 65535\r\n"),
                        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                        65535,
                        false),
                good(text("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 80\r\n"), "192.0.2.1", 80, false),
                good(binary("2111", FOUR), "192.0.2.1", 443, false),
                good(binary("2121", SIX), "2001:db8::1", 443, false),
                good(binary("2111", FOUR + extension(4, "0000")), "192.0.2.1", 443, false),
                good(binary("2111", FOUR + extension(0xee, "")), "192.0.2.1", 443, false),
                good(
                        binary("2111", FOUR + extension(0x20, "01" + "00000000")),
                        "192.0.2.1",
                        443,
                        true),
                good(
                        binary("2111", FOUR + extension(0x20, "02" + "00000000")),
                        "192.0.2.1",
                        443,
                        false),
                good(checked("2111", FOUR), "192.0.2.1", 443, false),
                good(
                        checked("2121", SIX + extension(0x02, "6578616d706c65")),
                        "2001:db8::1",
                        443,
                        false));
    }

    @ParameterizedTest
    @MethodSource("goodHeaders")
    void namesTheClientAndWhereTheRequestBegins(
            byte[] header, String client, int port, boolean secure) {
        assertThat(parse(join(header, REQUEST)))
                .isEqualTo(new Proxied(header.length, InetAddress.ofLiteral(client), port, secure));
    }

    @ParameterizedTest
    @MethodSource("goodHeaders")
    void everyCutOfAHeaderWantsMore(byte[] header, String client, int port, boolean secure) {
        for (int cut = 0; cut < header.length; cut++) {
            assertThat(parse(Arrays.copyOf(header, cut)))
                    .as("%s cut at %d", client, cut)
                    .isInstanceOf(Incomplete.class);
        }
    }

    @Test
    void readsFromWhereItIsToldTo() {
        ByteBuffer in =
                ByteBuffer.wrap(join(text("xyz"), binary("2111", FOUR), REQUEST)).position(1);
        assertThat(ProxyHeader.parse(in, 3, 3 + 28)).isInstanceOf(Proxied.class);
        assertThat(in.position()).isEqualTo(1);
    }

    static Stream<byte[]> ofTheBalancerItself() {
        return Stream.of(
                text("PROXY UNKNOWN\r\n"),
                text("PROXY UNKNOWN 1.2.3.4 anything at all\r\n"),
                binary("2000", ""),
                binary("2011", FOUR),
                binary("2011", "00"),
                binary("2100", ""),
                binary("2100", extension(4, "00")),
                binary("2131", "00".repeat(216)),
                checked("2000", ""));
    }

    @ParameterizedTest
    @MethodSource("ofTheBalancerItself")
    void aHeaderWithoutAClientLeavesThePeerTheClient(byte[] header) {
        assertThat(parse(join(header, REQUEST))).isEqualTo(new Local(header.length));
    }

    private static Arguments bad(String reason, byte[] header) {
        return Arguments.of(reason, header);
    }

    static Stream<Arguments> badHeaders() {
        byte[] badSum = checked("2111", FOUR);
        badSum[16] ^= 1;
        return Stream.of(
                bad("bad-protocol", text("PROXY TCP5 192.0.2.1 192.0.2.2 1 2\r\n")),
                bad("bad-protocol", text("PROXY UNKNOWNS\r\n")),
                bad("bad-protocol", text("PROXY \r\n")),
                bad("bad-protocol", text("PROXY tcp4 192.0.2.1 192.0.2.2 1 2\r\n")),
                bad("bad-source-address", text("PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n")),
                bad("bad-source-address", text("PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n")),
                bad("bad-source-address", text("PROXY TCP4 ::1 192.0.2.2 1 2\r\n")),
                bad("bad-source-address", text("PROXY TCP6 192.0.2.1 ::1 1 2\r\n")),
                bad("bad-source-address", text("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n")),
                bad("bad-source-address", text("PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n")),
                bad("bad-source-address", text("PROXY TCP4 192.0.2.1\r\n")),
                bad("bad-destination-address", text("PROXY TCP4 192.0.2.1 192.0.2 1 2\r\n")),
                bad("bad-port", text("PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n")),
                bad("bad-port", text("PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n")),
                bad("bad-port", text("PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n")),
                bad("bad-port", text("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n")),
                bad("bad-port", text("PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n")),
                bad("bare-cr", text("PROXY TCP4 192.0.2.1\r192.0.2.2 1 2\r\n")),
                bad("control-character", text("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n")),
                bad("control-character", text("PROXY UNKNOWN\t\r\n")),
                bad("line-too-long", text("PROXY UNKNOWN " + "x".repeat(92) + "\r\n")),
                bad("bad-version", bytes("0d0a0d0a000d0a515549540a" + "1111000c" + FOUR)),
                bad("bad-version", bytes("0d0a0d0a000d0a515549540a" + "31")),
                bad("bad-command", binary("2211", FOUR)),
                bad("bad-family", binary("2141", FOUR)),
                bad("bad-family", binary("2113", FOUR)),
                bad("not-a-stream", binary("2112", FOUR)),
                bad("addresses-cut", binary("2111", FOUR.substring(2))),
                bad("addresses-cut", binary("2121", FOUR)),
                bad("extension-cut", binary("2111", FOUR + "0400")),
                bad("extension-cut", binary("2111", FOUR + "040005" + "00")),
                bad("extension-cut", binary("2111", FOUR + extension(0x20, "01"))),
                bad("bad-checksum", badSum),
                bad("bad-checksum", binary("2111", FOUR + extension(3, "000000"))),
                bad("too-long", bytes("0d0a0d0a000d0a515549540a" + "2111" + "0ff1")),
                bad("too-long", bytes("0d0a0d0a000d0a515549540a" + "2111" + "ffff")));
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void whatBreaksTheProtocolIsRefusedWithItsReason(String reason, byte[] header) {
        assertThat(parse(header)).isEqualTo(new Malformed(reason));
        assertThat(parse(join(header, REQUEST))).isEqualTo(new Malformed(reason));
    }

    @Test
    void theLongestHeaderIsTaken() {
        int value = ProxyHeader.MOST_BYTES - 16 - 12 - 3;
        byte[] header = binary("2111", FOUR + extension(0xe0, "00".repeat(value)));
        assertThat(header).hasSize(ProxyHeader.MOST_BYTES);
        assertThat(parse(header)).isInstanceOf(Proxied.class);
    }

    @Test
    void otherBytesAreNoHeader() {
        for (String other :
                new String[] {"G", "PROXZ ", "POST / HTTP/1.1", "\r\nGET /", "proxy "}) {
            assertThat(parse(text(other))).as(other).isInstanceOf(Absent.class);
        }
    }

    @Test
    void aHeaderIsAnnouncedByItsWholeStartAlone() {
        byte[] two = binary("2111", FOUR);
        assertThat(announced(Arrays.copyOf(two, 11))).isFalse();
        assertThat(announced(Arrays.copyOf(two, 12))).isTrue();
        assertThat(announced(text("PROXY"))).isFalse();
        assertThat(announced(text("PROXY T"))).isTrue();
        assertThat(announced(REQUEST)).isFalse();
    }

    private static boolean announced(byte[] bytes) {
        return ProxyHeader.announced(ByteBuffer.wrap(bytes), 0, bytes.length);
    }
}
