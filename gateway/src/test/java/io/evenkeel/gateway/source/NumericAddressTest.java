package io.evenkeel.gateway.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NumericAddressTest {
    private final NumericAddress address = new NumericAddress();

    private boolean parse(String text) {
        ByteBuffer in = ByteBuffer.wrap(("<" + text + ">").getBytes(StandardCharsets.ISO_8859_1));
        return address.parse(in, 1, in.capacity() - 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "255.255.255.255",
                "192.0.2.1",
                "::",
                "::1",
                "1::",
                "1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7::",
                "::2:3:4:5:6:7:8",
                "2001:DB8::a:0",
                "::ffff:192.0.2.1",
                "64:ff9b::192.0.2.33",
                "1:2:3:4:5:6:1.2.3.4"
            })
    void readsWhatJavaReads(String text) {
        assertThat(parse(text)).isTrue();
        assertThat(address.address()).isEqualTo(InetAddress.ofLiteral(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ":",
                ":::",
                "1.2.3",
                "1.2.3.4.",
                "1.2.3.4.5",
                "01.2.3.4",
                "1.2.3.256",
                "1.2.3.1000",
                "1..2.3",
                "1.2.3.4 ",
                "0x1.2.3.4",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "1::2::3",
                "12345::",
                "1:",
                ":1",
                "::g",
                "fe80::1%1",
                "[::1]",
                "::1.2.3",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1.2.3.4:1",
                "unknown",
                "_hidden"
            })
    void refusesWhatIsNoAddressAndKeepsTheLast(String text) {
        parse("192.0.2.1");
        assertThat(parse(text)).isFalse();
        assertThat(address.address()).isEqualTo(InetAddress.ofLiteral("192.0.2.1"));
    }

    @Test
    void readsEverySpellingOfJavaItself() {
        long seed = 11;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(3) == 0 ? 0 : random.nextInt(256));
            }
            InetAddress expected = of(bytes);
            assertThat(parse(expected.getHostAddress())).as("seed %d: %s", seed, expected).isTrue();
            assertThat(address.address()).as("seed %d", seed).isEqualTo(expected);
            NumericAddress same = new NumericAddress();
            same.set(expected);
            assertThat(same.high()).isEqualTo(address.high());
            assertThat(same.low()).isEqualTo(address.low());
        }
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
