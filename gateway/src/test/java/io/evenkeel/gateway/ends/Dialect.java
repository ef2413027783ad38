package io.evenkeel.gateway.ends;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A reader of requests with bad habits that servers have had. Where readers of all dialects end a
 * request at the same octet, no real one is likely to differ; where one of them differs, some real
 * one might.
 */
public record Dialect(String name, Set<Habit> habits) {

    /** How a reader departs from the letter. */
    public enum Habit {
        /** LF alone ends a line. */
        LF_ENDS,
        /** CR alone ends a line. */
        CR_ENDS,
        /** A line of blanks ends the head. */
        BLANKS_END,
        /** A line that begins with a blank is one of its own instead of the last one's rest. */
        FOLDS_STAND_ALONE,
        /** Blanks and control characters around a name are no part of it; NUL ends it. */
        NAMES_TRIMMED,
        /** Underscores in names count as hyphens. */
        UNDERSCORES,
        /** Of several lengths the first counts, else the last. */
        FIRST_LENGTH,
        /** A length is what digits there are, signs and blanks skipped. */
        LENIENT_NUMBERS,
        /** A coding that merely contains the word counts as chunked. */
        CODING_CONTAINS,
        /** Of several codings the first counts, else the last. */
        FIRST_CODING,
        /** Content-Length wins over Transfer-Encoding. */
        LENGTH_WINS,
        /** Whatever two octets stand behind a chunk are skipped, else what is left of the line. */
        SKIPS_TWO
    }

    private static final int INCOMPLETE = -1;

    /** Readers with one habit each, with none, with all, and with some that go together. */
    public static List<Dialect> all() {
        List<Dialect> all = new ArrayList<>();
        all.add(new Dialect("none", EnumSet.noneOf(Habit.class)));
        for (Habit habit : Habit.values()) {
            all.add(new Dialect(habit.name(), EnumSet.of(habit)));
        }
        EnumSet<Habit> most = EnumSet.allOf(Habit.class);
        all.add(new Dialect("all", EnumSet.copyOf(most)));
        most.remove(Habit.CR_ENDS);
        most.remove(Habit.LENGTH_WINS);
        all.add(new Dialect("lenient", most));
        return all;
    }

    private boolean has(Habit habit) {
        return habits.contains(habit);
    }

    /** Returns where the whole requests of a stream end. */
    public List<Integer> ends(String octets) {
        List<Integer> ends = new ArrayList<>();
        int at = 0;
        while (at < octets.length()) {
            at = request(octets, at);
            if (at == INCOMPLETE) {
                break;
            }
            ends.add(at);
        }
        return ends;
    }

    private int request(String octets, int from) {
        int at = from;
        while (at < octets.length() && (octets.charAt(at) == '\r' || octets.charAt(at) == '\n')) {
            at++;
        }
        int start = lineEnd(octets, at);
        if (start < 0) {
            return INCOMPLETE;
        }
        List<String> lines = new ArrayList<>();
        int body = lines(octets, next(octets, start), lines);
        if (body < 0) {
            return INCOMPLETE;
        }
        List<String> lengths = new ArrayList<>();
        List<String> codings = new ArrayList<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            String name = name(line.substring(0, Math.max(0, colon)));
            String value = line.substring(colon + 1).strip();
            if (name.equals("content-length")) {
                lengths.add(value);
            } else if (name.equals("transfer-encoding")) {
                codings.add(value.toLowerCase(Locale.ROOT));
            }
        }
        boolean chunked = chunked(codings);
        if (chunked && (lengths.isEmpty() || !has(Habit.LENGTH_WINS))) {
            return chunks(octets, body);
        }
        long length = lengths.isEmpty() ? 0 : number(one(lengths, Habit.FIRST_LENGTH), 10);
        return body + length > octets.length() ? INCOMPLETE : (int) (body + length);
    }

    private String name(String spelled) {
        String name = spelled.toLowerCase(Locale.ROOT);
        if (has(Habit.NAMES_TRIMMED)) {
            int nul = name.indexOf('\0', 1);
            name = (nul > 0 ? name.substring(0, nul) : name).trim();
        }
        return has(Habit.UNDERSCORES) ? name.replace('_', '-') : name;
    }

    private boolean chunked(List<String> codings) {
        if (codings.isEmpty()) {
            return false;
        }
        String coding = one(codings, Habit.FIRST_CODING);
        return has(Habit.CODING_CONTAINS) ? coding.contains("chunked") : coding.equals("chunked");
    }

    private String one(List<String> values, Habit first) {
        return values.get(has(first) ? 0 : values.size() - 1);
    }

    /** A number as this reader understands it; 0 where it understands nothing. */
    private long number(String text, int radix) {
        boolean lenient = has(Habit.LENIENT_NUMBERS);
        int at = 0;
        while (lenient && at < text.length() && " \t+\u000b".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (lenient && radix == 16 && text.startsWith("0x", at)) {
            at += 2;
        }
        long value = 0;
        for (; at < text.length() && Character.digit(text.charAt(at), radix) >= 0; at++) {
            value = Math.min(value, Integer.MAX_VALUE) * radix;
            value += Character.digit(text.charAt(at), radix);
        }
        return Math.clamp(value, 0, Integer.MAX_VALUE);
    }

    private int chunks(String octets, int from) {
        int at = from;
        while (true) {
            int end = lineEnd(octets, at);
            if (end < 0) {
                return INCOMPLETE;
            }
            long size = number(octets.substring(at, end), 16);
            at = next(octets, end);
            if (size == 0) {
                return lines(octets, at, new ArrayList<>());
            }
            if (at + size + 2 > octets.length()) {
                return INCOMPLETE;
            }
            at += (int) size;
            int rest = has(Habit.SKIPS_TWO) ? at + 2 : lineEnd(octets, at);
            if (rest < 0) {
                return INCOMPLETE;
            }
            at = has(Habit.SKIPS_TWO) ? rest : next(octets, rest);
        }
    }

    /** Collects lines to the empty one. Returns the place behind it. */
    private int lines(String octets, int from, List<String> lines) {
        int at = from;
        while (true) {
            int end = lineEnd(octets, at);
            if (end < 0) {
                return INCOMPLETE;
            }
            String line = octets.substring(at, end);
            at = next(octets, end);
            if (line.isEmpty() || (has(Habit.BLANKS_END) && line.isBlank())) {
                return at;
            }
            boolean fold = line.charAt(0) == ' ' || line.charAt(0) == '\t';
            if (fold && !lines.isEmpty() && !has(Habit.FOLDS_STAND_ALONE)) {
                lines.set(lines.size() - 1, lines.get(lines.size() - 1) + line);
            } else {
                lines.add(line.strip());
            }
        }
    }

    private int lineEnd(String octets, int from) {
        for (int i = from; i < octets.length(); i++) {
            char c = octets.charAt(i);
            if (c == '\r' && i + 1 == octets.length()) {
                return INCOMPLETE; // What it is depends on the next octet.
            }
            boolean pair = c == '\r' && octets.charAt(i + 1) == '\n';
            if (pair || (c == '\n' && has(Habit.LF_ENDS)) || (c == '\r' && has(Habit.CR_ENDS))) {
                return i;
            }
        }
        return INCOMPLETE;
    }

    private static int next(String octets, int lineEnd) {
        return octets.startsWith("\r\n", lineEnd) ? lineEnd + 2 : lineEnd + 1;
    }
}
