package io.evenkeel.gateway.link;

import io.evenkeel.wire.json.JsonWriter;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkProtocol;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The HTTP answers to a handshake. */
final class LinkReply {
    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] SWITCHING =
            ascii(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
                            + LinkProtocol.UPGRADE
                            + "\r\n\r\n");

    private LinkReply() {}

    static byte[] proceed() {
        return CONTINUE.clone();
    }

    static byte[] switching() {
        return SWITCHING.clone();
    }

    /**
     * A refusal: status, and problem JSON (RFC 9457).
     *
     * @param retryAfterMillis when the same registration may succeed, -1 if not by repeating it
     */
    static byte[] refusal(LinkError error, List<String> problems, long retryAfterMillis) {
        String title = title(error);
        JsonWriter json =
                new JsonWriter()
                        .begin()
                        .field("type", "urn:evenkeel:link:" + error.code())
                        .field("title", title)
                        .field("status", error.status())
                        .field("code", error.code())
                        .field("detail", String.join("; ", problems));
        json.name("problems").beginArray();
        problems.forEach(json::value);
        json.endArray();
        if (retryAfterMillis >= 0) {
            json.field("retryAfterMillis", retryAfterMillis);
        }
        byte[] body = json.end().toLine();
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(error.status()).append(' ').append(title).append("\r\n");
        if (error == LinkError.VERSION) {
            head.append("Upgrade: ").append(LinkProtocol.UPGRADE).append("\r\n");
        }
        if (retryAfterMillis >= 0) {
            head.append("Retry-After: ").append((retryAfterMillis + 999) / 1000).append("\r\n");
        }
        head.append(error == LinkError.VERSION ? "Connection: Upgrade, close" : "Connection: close")
                .append("\r\nContent-Type: application/problem+json\r\nContent-Length: ")
                .append(body.length)
                .append("\r\n\r\n");
        byte[] start = ascii(head.toString());
        byte[] all = new byte[start.length + body.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return all;
    }

    private static String title(LinkError error) {
        return "Link refused: " + error.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
