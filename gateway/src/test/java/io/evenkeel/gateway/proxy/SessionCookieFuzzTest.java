package io.evenkeel.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.fuzz.FuzzContract;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Any octets as the value of a session cookie: read only if a gateway would write just them. */
final class SessionCookieFuzzTest extends FuzzContract {
    private static final byte[] SERVICE = "default/shop".getBytes(StandardCharsets.US_ASCII);

    private final SessionCookie cookie =
            new SessionCookie(new SessionKey(new byte[SessionKey.BYTES]));

    @Override
    protected String corpus() {
        return "fuzz/session-cookie.txt";
    }

    @Override
    protected String[] words() {
        return new String[] {"A", "-", "_", "=", "+", "/", "\u0080", "\0"};
    }

    @Override
    protected void check(byte[] input) {
        if (cookie.read(SERVICE, ByteBuffer.wrap(input), 0, input.length)) {
            ByteBuffer out = ByteBuffer.allocate(SessionCookie.CHARS);
            cookie.write(SERVICE, cookie.untilSeconds(), cookie.endpointHash(), out);
            assertThat(out.array()).isEqualTo(input);
        }
    }
}
