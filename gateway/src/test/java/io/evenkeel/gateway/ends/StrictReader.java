package io.evenkeel.gateway.ends;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into requests by the letter of RFC 9112, and stops at the first octet that is not
 * by the letter: what a gateway writes must be. Shares nothing with the gateway's own reader.
 */
public final class StrictReader {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern START =
            Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e]+) HTTP/1\\.[01]");
    private static final Pattern LINE =
            Pattern.compile("(" + TOKEN + "):[\\t\\x20-\\x7e\\x80-\\xff]*");
    private static final String QUOTED =
            "\"(?:[\\t !\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*\"";
    private static final Pattern SIZE =
            Pattern.compile(
                    "([0-9A-Fa-f]{1,16})(?:;" + TOKEN + "(?:=(?:" + TOKEN + "|" + QUOTED + "))?)*");

    /**
     * What a stream holds.
     *
     * @param requests in their order; the last may be incomplete
     * @param oddity what is not by the letter, and where, or null
     */
    public record Cut(List<SentRequest> requests, @Nullable String oddity) {}

    private final String octets;
    private int at;
    private @Nullable String oddity;

    private StrictReader(String octets) {
        this.octets = octets;
    }

    /** Cuts a stream of octets, given as a character each. */
    public static Cut cut(String octets) {
        StrictReader reader = new StrictReader(octets);
        List<SentRequest> requests = new ArrayList<>();
        while (reader.at < octets.length() && reader.oddity == null) {
            requests.add(reader.request());
        }
        return new Cut(requests, reader.oddity);
    }

    private SentRequest request() {
        int from = at;
        String start = line();
        List<String> lines = new ArrayList<>();
        boolean head = start != null && fieldLines(lines);
        var parts = START.matcher(start == null ? "" : start);
        if (!parts.matches()) {
            odd(start, "a request line");
            return new SentRequest(from, octets.length(), false, "", "", List.of(), 0, "");
        }
        int bodyFrom = at;
        StringBuilder data = new StringBuilder();
        SentRequest known =
                new SentRequest(from, at, false, parts.group(1), parts.group(2), lines, 0, "");
        boolean whole = head && oddity == null && body(known, data);
        return new SentRequest(
                from,
                at,
                whole,
                known.method(),
                known.target(),
                lines,
                at - bodyFrom,
                data.toString());
    }

    private boolean body(SentRequest head, StringBuilder data) {
        List<String> lengths = head.values("Content-Length");
        List<String> codings = head.values("Transfer-Encoding");
        if (lengths.size() + codings.size() > 1) {
            odd(lengths + " and " + codings, "one framing");
            return false;
        }
        if (!codings.isEmpty()) {
            if (!codings.get(0).equalsIgnoreCase("chunked")) {
                odd(codings.get(0), "chunked");
                return false;
            }
            return chunks(data);
        }
        if (lengths.isEmpty()) {
            return true;
        }
        if (!lengths.get(0).matches("[0-9]{1,18}")) {
            odd(lengths.get(0), "a length");
            return false;
        }
        return take(Long.parseLong(lengths.get(0)), data);
    }

    private boolean chunks(StringBuilder data) {
        while (true) {
            String line = line();
            if (line == null) {
                return false;
            }
            var size = SIZE.matcher(line);
            if (!size.matches()) {
                odd(line, "a chunk's size");
                return false;
            }
            long bytes = Long.parseLong(size.group(1), 16);
            if (bytes == 0) {
                return fieldLines(new ArrayList<>());
            }
            if (!take(bytes, data)) {
                return false;
            }
            String end = line();
            if (end == null) {
                return false;
            }
            if (!end.isEmpty()) {
                odd(end, "the end of a chunk");
                return false;
            }
        }
    }

    private boolean take(long bytes, StringBuilder data) {
        int to = (int) Math.min(octets.length(), at + bytes);
        data.append(octets, at, to);
        boolean all = to - at == bytes;
        at = to;
        return all;
    }

    /** Reads to the empty line. Returns whether it came. */
    private boolean fieldLines(List<String> lines) {
        while (true) {
            String line = line();
            if (line == null) {
                return false;
            }
            if (line.isEmpty()) {
                return true;
            }
            if (!LINE.matcher(line).matches()) {
                odd(line, "a header line");
                return false;
            }
            lines.add(line);
        }
    }

    /** Reads a line; null if its end is not there. */
    private @Nullable String line() {
        int end = octets.indexOf("\r\n", at);
        if (end < 0) {
            at = octets.length();
            return null;
        }
        String line = octets.substring(at, end);
        at = end + 2;
        return line;
    }

    private void odd(@Nullable String seen, String expected) {
        if (seen != null) {
            oddity = "octet " + at + ": '" + seen + "' (expected: " + expected + ")";
        }
    }
}
