package io.evenkeel.model.tree;

import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.Tree.ScalarKind;

/** Makes scalars, and says what text without quotes means. */
public final class Scalars {
    private Scalars() {}

    /** A string that came from no text. */
    public static Scalar text(String value) {
        return new Scalar(ScalarKind.STRING, value, false, -1, -1);
    }

    /** A whole number that came from no text. */
    public static Scalar number(long value) {
        return new Scalar(ScalarKind.NUMBER, Long.toString(value), false, -1, -1);
    }

    /** True or false that came from no text. */
    public static Scalar bool(boolean value) {
        return new Scalar(ScalarKind.BOOLEAN, Boolean.toString(value), false, -1, -1);
    }

    /** What a flag, an environment variable or a default says, read as YAML without quotes. */
    public static Scalar plain(String value) {
        return new Scalar(kindOf(value), value, true, -1, -1);
    }

    /**
     * The kind of a text without quotes: YAML 1.2's JSON schema with the core schema's spellings of
     * null and booleans. {@code yes}, {@code 0x1f} and {@code 010} are text: nothing is guessed.
     */
    static ScalarKind kindOf(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> ScalarKind.NULL;
            case "true", "True", "TRUE", "false", "False", "FALSE" -> ScalarKind.BOOLEAN;
            default -> isNumber(text) ? ScalarKind.NUMBER : ScalarKind.STRING;
        };
    }

    /** JSON's number, RFC 8259, section 6. */
    static boolean isNumber(String text) {
        int at = text.startsWith("-") ? 1 : 0;
        int end = digits(text, at);
        if (end == at || (text.charAt(at) == '0' && end > at + 1)) {
            return false;
        }
        if (end < text.length() && text.charAt(end) == '.') {
            int fraction = end + 1;
            end = digits(text, fraction);
            if (end == fraction) {
                return false;
            }
        }
        if (end < text.length() && (text.charAt(end) == 'e' || text.charAt(end) == 'E')) {
            int exponent = end + 1;
            if (exponent < text.length() && "+-".indexOf(text.charAt(exponent)) >= 0) {
                exponent++;
            }
            end = digits(text, exponent);
            if (end == exponent) {
                return false;
            }
        }
        return end == text.length();
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
