package io.evenkeel.link;

import io.evenkeel.wire.json.Json;
import io.evenkeel.wire.json.JsonReader;
import io.evenkeel.wire.json.JsonSyntaxException;
import io.evenkeel.wire.link.LinkProtocol;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the gateway's answer to a handshake: {@code 101}, or a refusal with problem JSON. Sans-IO,
 * used once.
 */
final class ReplyReader {
    private static final int HEAD_BYTES = 16 * 1024;

    /** What is known so far. */
    enum Verdict {
        /** More bytes are needed. */
        MORE,
        /** The link stands; lines follow. */
        SWITCHED,
        /** It does not: see {@link #refusal}. */
        REFUSED
    }

    private final ByteArrayOutputStream head = new ByteArrayOutputStream(256);
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private int newlines;
    private boolean headComplete;
    private int status;
    private long contentLength = -1;
    private long retryAfterMillis = -1;
    private @Nullable Refusal refusal;

    /** Takes bytes; those behind a 101 are left. */
    Verdict received(ByteBuffer in) {
        while (!headComplete && in.hasRemaining()) {
            byte b = in.get();
            head.write(b);
            if (b == '\n') {
                newlines++;
            } else if (b != '\r') {
                newlines = 0;
            }
            if (newlines == 2) {
                Verdict verdict = head();
                if (verdict != Verdict.MORE) {
                    return verdict;
                }
            } else if (head.size() > HEAD_BYTES) {
                return refuse("handshake", "the answer's head is longer than " + HEAD_BYTES);
            }
        }
        while (headComplete && in.hasRemaining() && body.size() < LinkProtocol.LINE_BYTES) {
            body.write(in.get());
        }
        in.position(in.limit());
        if (headComplete && contentLength >= 0 && body.size() >= contentLength) {
            return judge();
        }
        return Verdict.MORE;
    }

    /** The gateway ended the connection. */
    Verdict ended() {
        return headComplete ? judge() : Verdict.MORE;
    }

    /** The refusal, once there is one. */
    @Nullable Refusal refusal() {
        return refusal;
    }

    private Verdict head() {
        String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r?\n", -1);
        String line = lines[0];
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            return refuse("handshake", "not an HTTP answer; is this a gateway's link port?");
        }
        status = Integer.parseInt(line.substring(9, 12));
        if (status == 101) {
            for (String header : lines) {
                if (header.toLowerCase(Locale.ROOT).startsWith("upgrade:")
                        && header.substring(8).strip().equalsIgnoreCase(LinkProtocol.UPGRADE)) {
                    return Verdict.SWITCHED;
                }
            }
            return refuse("handshake", "101 without Upgrade: " + LinkProtocol.UPGRADE);
        } else if (status < 200) {
            head.reset();
            newlines = 0;
            return Verdict.MORE;
        }
        for (String header : lines) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                contentLength = number(header.substring(15).strip());
            } else if (lower.startsWith("retry-after:")) {
                long seconds = number(header.substring(12).strip());
                retryAfterMillis = seconds < 0 ? -1 : seconds * 1_000;
            }
        }
        headComplete = true;
        return contentLength == 0 ? judge() : Verdict.MORE;
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
    }

    private Verdict judge() {
        String code = status == 503 || status == 429 ? "busy" : "handshake";
        List<String> problems = new ArrayList<>();
        try {
            if (JsonReader.read(body.toByteArray(), LinkProtocol.LIMITS)
                    instanceof Json.Obj problem) {
                if (problem.field("code") instanceof Json.Text text) {
                    code = text.value();
                }
                if (problem.field("problems") instanceof Json.Array array) {
                    for (Json item : array.items()) {
                        if (item instanceof Json.Text text) {
                            problems.add(text.value());
                        }
                    }
                } else if (problem.field("detail") instanceof Json.Text text) {
                    problems.add(text.value());
                }
                if (problem.field("retryAfterMillis") instanceof Json.Numeral number) {
                    OptionalLong millis = number.integer();
                    retryAfterMillis = millis.orElse(retryAfterMillis);
                }
            }
        } catch (JsonSyntaxException notJson) {
            problems.add("the answer's body is not problem JSON");
        }
        if (problems.isEmpty()) {
            problems.add("status " + status);
        }
        // Without a word about it, what a server says about its own state may pass; the rest won't.
        if (retryAfterMillis < 0 && status >= 500 && status != 501) {
            retryAfterMillis = 0;
        }
        refusal = new Refusal(code, problems, retryAfterMillis);
        return Verdict.REFUSED;
    }

    private Verdict refuse(String code, String problem) {
        refusal = new Refusal(code, List.of(problem), 0);
        return Verdict.REFUSED;
    }
}
