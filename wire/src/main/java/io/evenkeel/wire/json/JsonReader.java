package io.evenkeel.wire.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON text strictly (RFC 8259): valid UTF-8 without a byte order mark, no comments, no
 * trailing comma, no number that the grammar lacks, nothing after the value but white space.
 * Stricter than the RFC in two ways that keep readers from disagreeing: a name may occur once in an
 * object, and {@code \\u} escapes must form whole characters.
 */
public final class JsonReader {
    private static final Json TRUE = new Json.Bool(true);
    private static final Json FALSE = new Json.Bool(false);
    private static final Json NULL = new Json.Null();

    private final byte[] in;
    private final int end;
    private final JsonLimits limits;
    private int at;
    private int depth;
    private int values;

    private JsonReader(byte[] in, int end, JsonLimits limits) {
        this.in = in;
        this.end = end;
        this.limits = limits;
    }

    /**
     * Reads the whole of {@code text} as one value.
     *
     * @throws JsonSyntaxException if it is not JSON, or is beyond a limit; the message says where
     *     and what was expected
     */
    public static Json read(byte[] text, JsonLimits limits) throws JsonSyntaxException {
        return read(text, text.length, limits);
    }

    /** Reads the first {@code length} bytes of {@code text} as one value. */
    public static Json read(byte[] text, int length, JsonLimits limits) throws JsonSyntaxException {
        if (length > limits.bytes()) {
            throw new JsonSyntaxException(
                    limits.bytes(), length + " bytes (expected: at most " + limits.bytes() + ")");
        }
        JsonReader reader = new JsonReader(text, length, limits);
        reader.skipSpace();
        Json value = reader.value();
        reader.skipSpace();
        if (reader.at < length) {
            throw reader.wrong("the end");
        }
        return value;
    }

    private Json value() throws JsonSyntaxException {
        if (++values > limits.values()) {
            throw new JsonSyntaxException(at, "more than " + limits.values() + " values");
        }
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new Json.Text(string());
            case 't' -> literal("true", TRUE);
            case 'f' -> literal("false", FALSE);
            case 'n' -> literal("null", NULL);
            default -> number();
        };
    }

    private Json object() throws JsonSyntaxException {
        open();
        Map<String, Json> fields = new LinkedHashMap<>();
        skipSpace();
        if (peek() != '}') {
            while (true) {
                int start = at;
                if (peek() != '"') {
                    throw wrong("a name in double quotes");
                }
                String name = string();
                skipSpace();
                expect(':');
                skipSpace();
                if (fields.put(name, value()) != null) {
                    throw new JsonSyntaxException(start, "the name \"" + name + "\" occurs twice");
                }
                skipSpace();
                if (peek() != ',') {
                    break;
                }
                at++;
                skipSpace();
            }
        }
        close('}');
        return new Json.Obj(fields);
    }

    private Json array() throws JsonSyntaxException {
        open();
        List<Json> items = new ArrayList<>();
        skipSpace();
        if (peek() != ']') {
            while (true) {
                items.add(value());
                skipSpace();
                if (peek() != ',') {
                    break;
                }
                at++;
                skipSpace();
            }
        }
        close(']');
        return new Json.Array(items);
    }

    private void open() throws JsonSyntaxException {
        if (++depth > limits.depth()) {
            throw new JsonSyntaxException(at, "more than " + limits.depth() + " levels deep");
        }
        at++;
    }

    private void close(char bracket) throws JsonSyntaxException {
        if (peek() != bracket) {
            throw wrong("',' or '" + bracket + "'");
        }
        at++;
        depth--;
    }

    private Json literal(String word, Json value) throws JsonSyntaxException {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= end || in[at + i] != word.charAt(i)) {
                throw wrong("a value");
            }
        }
        at += word.length();
        return value;
    }

    private Json number() throws JsonSyntaxException {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else if (digit()) {
            digits();
        } else {
            throw wrong(at == start ? "a value" : "a digit");
        }
        if (peek() == '.') {
            at++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
        }
        return new Json.Numeral(new String(in, start, at - start, StandardCharsets.US_ASCII));
    }

    private void digits() throws JsonSyntaxException {
        if (!digit()) {
            throw wrong("a digit");
        }
        while (digit()) {
            at++;
        }
    }

    private boolean digit() {
        int c = peek();
        return c >= '0' && c <= '9';
    }

    private String string() throws JsonSyntaxException {
        int start = ++at;
        while (at < end) {
            byte c = in[at];
            if (c == '"') {
                String text = utf8(start, at);
                at++;
                return text;
            } else if (c == '\\') {
                return escapedString(start);
            } else if (c >= 0 && c < 0x20) {
                throw new JsonSyntaxException(at, "control character in a string");
            }
            at++;
        }
        throw wrong("'\"' at the end of the string");
    }

    /** The rest of a string whose bytes up to {@link #at} had no escape. */
    private String escapedString(int start) throws JsonSyntaxException {
        StringBuilder out = new StringBuilder();
        int run = start;
        while (at < end) {
            byte c = in[at];
            if (c == '"') {
                out.append(utf8(run, at));
                at++;
                return out.toString();
            } else if (c == '\\') {
                out.append(utf8(run, at));
                at++;
                escape(out);
                run = at;
                continue;
            } else if (c >= 0 && c < 0x20) {
                throw new JsonSyntaxException(at, "control character in a string");
            }
            at++;
        }
        throw wrong("'\"' at the end of the string");
    }

    private void escape(StringBuilder out) throws JsonSyntaxException {
        int c = peek();
        switch (c) {
            case '"', '\\', '/' -> out.append((char) c);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                unicode(out);
                return;
            }
            default -> throw wrong("one of \" \\ / b f n r t u after '\\'");
        }
        at++;
    }

    private void unicode(StringBuilder out) throws JsonSyntaxException {
        int start = at - 1;
        char first = hex4();
        out.append(first);
        if (Character.isHighSurrogate(first)) {
            if (at + 1 < end && in[at] == '\\' && in[at + 1] == 'u') {
                at++;
                char second = hex4();
                if (Character.isLowSurrogate(second)) {
                    out.append(second);
                    return;
                }
            }
            throw new JsonSyntaxException(start, "half of a surrogate pair");
        } else if (Character.isLowSurrogate(first)) {
            throw new JsonSyntaxException(start, "half of a surrogate pair");
        }
    }

    /** Reads an escape's u and its four digits; leaves {@link #at} behind them. */
    private char hex4() throws JsonSyntaxException {
        at++;
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < end ? Character.digit((char) (in[at] & 0xff), 16) : -1;
            if (digit < 0) {
                throw wrong("a hexadecimal digit");
            }
            value = (value << 4) + digit;
            at++;
        }
        return (char) value;
    }

    private String utf8(int from, int to) throws JsonSyntaxException {
        for (int i = from; i < to; i++) {
            if (in[i] < 0) {
                return decode(from, to);
            }
        }
        return new String(in, from, to - from, StandardCharsets.US_ASCII);
    }

    private String decode(int from, int to) throws JsonSyntaxException {
        ByteBuffer bytes = ByteBuffer.wrap(in, from, to - from);
        try {
            CharBuffer chars =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(bytes);
            return chars.toString();
        } catch (CharacterCodingException malformed) {
            throw new JsonSyntaxException(bytes.position(), "not UTF-8");
        }
    }

    private void skipSpace() {
        while (at < end && (in[at] == ' ' || in[at] == '\t' || in[at] == '\n' || in[at] == '\r')) {
            at++;
        }
    }

    private void expect(char c) throws JsonSyntaxException {
        if (peek() != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    private int peek() {
        return at < end ? in[at] & 0xff : -1;
    }

    private JsonSyntaxException wrong(String expected) {
        int c = peek();
        String seen;
        if (c < 0) {
            seen = "the end";
        } else if (c > 0x20 && c < 0x7f) {
            seen = "'" + (char) c + "'";
        } else {
            seen = "byte 0x%02x".formatted(c);
        }
        return new JsonSyntaxException(at, seen + " (expected: " + expected + ")");
    }
}
