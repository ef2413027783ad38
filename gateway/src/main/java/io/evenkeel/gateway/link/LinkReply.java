package io.evenkeel.gateway.link;

import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.json.JsonWriter;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkProtocol;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What a backend is answered: the HTTP answers to a handshake, and the words of refusals. */
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

    /** Why an older incarnation has to go. */
    static String replaced(EndpointKey key) {
        return "endpoint "
                + key.name()
                + ": a newer incarnation is registered (expected: that a process draws a new"
                + " incarnation when it starts, and that only one runs)";
    }

    /** What a backend is told of a refused admission. */
    static LinkError error(AdmissionReply.Code code) {
        return switch (code) {
            case INVALID -> LinkError.INVALID;
            case OVERSIZED -> LinkError.TOO_LARGE;
            case WRONG_TENANT -> LinkError.FORBIDDEN;
            case WRONG_SERVICE, DUPLICATE -> LinkError.CONFLICT;
            case SUPERSEDED -> LinkError.REPLACED;
            case BUSY, UNAVAILABLE -> LinkError.BUSY;
        };
    }

    /** When it may ask again, milliseconds; -1: not without a change. */
    static long retryMillis(AdmissionReply.Refused refused, LinkError error) {
        return refused.retryAfter().isZero() && !error.retry()
                ? -1
                : Math.max(refused.retryAfter().toMillis(), 100);
    }
}
