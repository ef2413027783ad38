package io.evenkeel.model.tree;

/** Strings between quotes, as JSON and YAML both read them, and texts cut to a length. */
public final class Quoting {
    private Quoting() {}

    /** At most so many characters on one line; what is left out is shown as an ellipsis. */
    public static String shorten(String text, int maxCharacters) {
        StringBuilder shortened = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (shortened.length() >= maxCharacters) {
                return shortened.append('…').toString();
            }
            char c = text.charAt(i);
            shortened.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return shortened.toString();
    }

    /** Appends the string in quotes, everything escaped that either format wants escaped. */
    static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (mustBeEscaped(text, i)) {
                        out.append("\\u").append(String.format("%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean mustBeEscaped(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
        }
        // What YAML does not print, with its line separators and the byte order mark.
        return c < ' '
                || (c >= 0x7f && c <= 0xa0)
                || c == 0x2028
                || c == 0x2029
                || c == 0xfeff
                || c >= 0xfffe;
    }
}
