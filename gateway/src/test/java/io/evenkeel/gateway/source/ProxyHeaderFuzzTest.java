package io.evenkeel.gateway.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.source.ProxyHeader.Absent;
import io.evenkeel.gateway.source.ProxyHeader.Incomplete;
import io.evenkeel.gateway.source.ProxyHeader.Local;
import io.evenkeel.gateway.source.ProxyHeader.Malformed;
import io.evenkeel.gateway.source.ProxyHeader.Proxied;
import io.evenkeel.wire.fuzz.FuzzContract;
import io.evenkeel.wire.fuzz.Pieces;

/**
 * Any octets where a PROXY header may be: judged alike whole and in pieces, by their own octets
 * alone; what is refused once stays refused, and no more than the longest header is waited for.
 */
final class ProxyHeaderFuzzTest extends FuzzContract {
    @Override
    protected String corpus() {
        return "fuzz/proxy-header.hex";
    }

    @Override
    protected String[] words() {
        return new String[] {
            "PROXY ",
            "TCP4 ",
            "TCP6 ",
            "UNKNOWN",
            "\r\n",
            " ",
            "\0",
            ":",
            "::",
            ".",
            "255",
            "65535",
            "\r\n\r\n\0\r\nQUIT\n",
            "ffff:",
            "\u0003\0\u0004",
        };
    }

    @Override
    protected void check(byte[] input) {
        ProxyHeader whole = ProxyHeaders.parse(input);
        Pieces pieces = new Pieces(input, 5);
        ProxyHeader fed = new Incomplete();
        while (fed instanceof Incomplete && pieces.next()) {
            fed = ProxyHeader.parse(pieces.buffer(), pieces.from(), pieces.to());
        }
        switch (whole) {
            case Proxied(int length, _, int port, _) -> {
                assertThat(length).isBetween(16, input.length);
                assertThat(port).isBetween(0, 0xffff);
                assertThat(fed).isEqualTo(whole);
            }
            case Local(int length) -> {
                assertThat(length).isBetween(15, input.length);
                assertThat(fed).isEqualTo(whole);
            }
            case Malformed _ -> assertThat(fed).isInstanceOf(Malformed.class);
            case Absent _ -> assertThat(fed).isInstanceOf(Absent.class);
            case Incomplete _ -> assertThat(input.length).isLessThan(ProxyHeader.MOST_BYTES);
        }
    }
}
