package io.evenkeel.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class SessionCookieTest {
    private static final byte[] SHOP = "default/shop".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "default/shoq".getBytes(StandardCharsets.UTF_8);
    private static final long SEED = 5;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

    private byte[] key() {
        byte[] key = new byte[SessionKey.BYTES];
        random.nextBytes(key);
        return key;
    }

    private static ByteBuffer written(SessionCookie cookie, long until, long endpoint) {
        ByteBuffer out = ByteBuffer.allocate(SessionCookie.CHARS);
        cookie.write(SHOP, until, endpoint, out);
        return out.flip();
    }

    @Test
    void signaturesAreHmacSha256() throws Exception {
        for (int round = 0; round < 200; round++) {
            byte[] key = key();
            byte[] message = new byte[random.nextInt(100)];
            random.nextBytes(message);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(SHOP);
            SessionKey.Signer signer = new SessionKey(key).signer();
            signer.sign(OTHER, message, 0);
            assertThat(signer.sign(SHOP, message, message.length))
                    .as("seed %d", SEED)
                    .isEqualTo(mac.doFinal(message));
        }
    }

    @Test
    void whatOneGatewayWritesEveryOtherWithTheKeyReads() {
        byte[] key = key();
        for (int round = 0; round < 1000; round++) {
            long until = random.nextLong(1L << 32);
            long endpoint = random.nextLong();
            ByteBuffer value = written(new SessionCookie(new SessionKey(key)), until, endpoint);
            SessionCookie reader = new SessionCookie(new SessionKey(key.clone()));
            assertThat(reader.read(SHOP, value, 0, value.limit())).isTrue();
            assertThat(reader.untilSeconds()).isEqualTo(until);
            assertThat(reader.endpointHash()).isEqualTo(endpoint);
        }
    }

    @Test
    void aForgedValueIsNotRead() {
        SessionKey key = new SessionKey(key());
        SessionCookie cookie = new SessionCookie(key);
        byte[] good = written(cookie, 1_000_000, 42).array();
        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < 7; bit++) {
                byte[] forged = good.clone();
                forged[at] ^= (byte) (1 << bit);
                assertThat(cookie.read(SHOP, ByteBuffer.wrap(forged), 0, forged.length))
                        .as("bit %d of character %d", bit, at)
                        .isFalse();
            }
        }
        ByteBuffer value = ByteBuffer.wrap(Arrays.copyOf(good, good.length + 1));
        assertThat(cookie.read(SHOP, value, 0, good.length)).isTrue();
        assertThat(cookie.read(SHOP, value, 0, good.length - 1)).isFalse();
        assertThat(cookie.read(SHOP, value, 0, good.length + 1)).isFalse();
        assertThat(cookie.read(OTHER, value, 0, good.length)).as("of another service").isFalse();
        SessionCookie stranger = new SessionCookie(new SessionKey(key()));
        assertThat(stranger.read(SHOP, value, 0, good.length)).as("of another key").isFalse();
    }

    @Test
    void theKeyIsNotPrinted() {
        assertThat(new SessionKey(key())).hasToString("***");
    }
}
