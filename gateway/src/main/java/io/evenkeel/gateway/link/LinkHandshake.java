package io.evenkeel.gateway.link;

import io.evenkeel.gateway.http1.FieldName;
import io.evenkeel.gateway.http1.Framing;
import io.evenkeel.gateway.http1.Limits;
import io.evenkeel.gateway.http1.Method;
import io.evenkeel.gateway.http1.Rejection;
import io.evenkeel.gateway.http1.RequestHead;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkProtocol;
import io.evenkeel.wire.link.Parsed;
import io.evenkeel.wire.link.Registration;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Reads the handshake: one request head, and the registration as its body. Sans-IO, used once. */
final class LinkHandshake {

    /** What is known so far. */
    sealed interface Step {
        /** More bytes are needed. */
        record More() implements Step {}

        /** The registration is complete and valid. */
        record Complete(Registration registration) implements Step {}

        /** It is refused, for these reasons. */
        record Refused(LinkError error, List<String> problems) implements Step {}
    }

    private static final Step MORE = new Step.More();

    private final int registrationBytes;
    private final Limits limits = Limits.DEFAULT;
    private final RequestHead head = new RequestHead();
    private byte[] bytes = new byte[1_024];
    private int size;
    private int bodyStart = -1;
    private int end;
    private boolean continueWanted;

    LinkHandshake(int registrationBytes) {
        this.registrationBytes = registrationBytes;
    }

    /**
     * Takes what arrived. Bytes behind the registration are refused: nothing may follow it before
     * the answer.
     */
    Step received(ByteBuffer in) {
        int most = limits.headBytes() + registrationBytes;
        while (in.hasRemaining()) {
            int count = Math.min(in.remaining(), most + 1 - size);
            if (count == 0) {
                return refused(LinkError.HANDSHAKE, "bytes behind the registration");
            }
            if (bytes.length - size < count) {
                bytes = Arrays.copyOf(bytes, Math.max(size + count, size * 2));
            }
            in.get(bytes, size, count);
            size += count;
        }
        ByteBuffer seen = ByteBuffer.wrap(bytes);
        if (bodyStart < 0) {
            int scanned = head.scan(seen, 0, size, limits);
            if (scanned == RequestHead.NEED_MORE) {
                return MORE;
            } else if (scanned < 0) {
                Rejection rejection = Rejection.of(scanned);
                return refused(
                        rejection == Rejection.HEAD_TOO_LARGE
                                ? LinkError.TOO_LARGE
                                : LinkError.HANDSHAKE,
                        "request: " + rejection.reason());
            }
            bodyStart = scanned;
            Step judged = judge();
            if (!judged.equals(MORE)) {
                return judged;
            }
            end = bodyStart + (int) head.contentLength();
            continueWanted = head.expectContinue() && size == bodyStart;
        }
        if (size > end) {
            return refused(
                    LinkError.HANDSHAKE,
                    (size - end)
                            + " bytes behind the registration (expected: none before the answer)");
        } else if (size < end) {
            return MORE;
        }
        Parsed<Registration> parsed = Registration.parse(Arrays.copyOfRange(bytes, bodyStart, end));
        if (parsed instanceof Parsed.Invalid<Registration>(List<String> problems)) {
            return new Step.Refused(LinkError.INVALID, problems);
        }
        return new Step.Complete(((Parsed.Valid<Registration>) parsed).value());
    }

    /** Whether {@code 100 Continue} has to be sent; true once at most. */
    boolean takeContinue() {
        boolean wanted = continueWanted;
        continueWanted = false;
        return wanted;
    }

    private Step judge() {
        String target = text(head.targetStart(), head.targetEnd());
        int upgrade = head.find(FieldName.UPGRADE);
        String protocols =
                upgrade < 0 ? "" : text(head.valueStart(upgrade), head.valueEnd(upgrade));
        if (!head.upgrade() || !offered(protocols)) {
            return refused(
                    LinkError.VERSION,
                    "Upgrade: "
                            + (upgrade < 0 ? "none" : protocols)
                            + " (expected: Connection: Upgrade and Upgrade: "
                            + LinkProtocol.UPGRADE
                            + "); this port is for backends that register; requests go to the HTTP port");
        } else if (head.method() != Method.GET || !target.equals(LinkProtocol.TARGET)) {
            return refused(
                    LinkError.HANDSHAKE,
                    "request: "
                            + text(head.methodStart(), head.methodEnd())
                            + " "
                            + shorten(target)
                            + " (expected: GET "
                            + LinkProtocol.TARGET
                            + ")");
        } else if (head.framing() == Framing.CHUNKED || head.contentLength() <= 0) {
            return refused(
                    LinkError.HANDSHAKE,
                    "body: "
                            + (head.framing() == Framing.CHUNKED ? "chunked" : "none")
                            + " (expected: the registration, with Content-Length)");
        } else if (head.contentLength() > registrationBytes) {
            return refused(
                    LinkError.TOO_LARGE,
                    "registration: "
                            + head.contentLength()
                            + " bytes (expected: at most "
                            + registrationBytes
                            + ")");
        }
        return MORE;
    }

    private static boolean offered(String protocols) {
        for (String protocol : protocols.split(",", -1)) {
            if (protocol.strip().equalsIgnoreCase(LinkProtocol.UPGRADE)) {
                return true;
            }
        }
        return false;
    }

    private static Step refused(LinkError error, String problem) {
        return new Step.Refused(error, List.of(problem));
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static String shorten(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
