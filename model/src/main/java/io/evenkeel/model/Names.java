package io.evenkeel.model;

import io.evenkeel.model.bind.Checks;
import java.net.InetAddress;
import java.util.Map;

/** What names, hosts, paths and labels may look like. */
public final class Names {
    /** The longest name of anything. */
    public static final int MAX_LENGTH = 253;

    private static final int MAX_LABEL = 63;
    private static final int MAX_TEXT = 256;
    private static final int MAX_FILE = 1_024;
    private static final int MAX_LABELS = 64;

    /** What a name is, in words. */
    public static final String EXPECTED =
            "lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or digit, at most "
                    + MAX_LENGTH
                    + " characters";

    private Names() {}

    /** Lower-case DNS labels (RFC 1123, section 2.1) joined by dots, at most 253 characters. */
    public static boolean isName(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == '.') {
                if (!isLabel(text, start, i)) {
                    return false;
                }
                start = i + 1;
            }
        }
        return true;
    }

    private static boolean isLabel(String text, int start, int end) {
        if (start == end || end - start > MAX_LABEL) {
            return false;
        }
        if (text.charAt(start) == '-' || text.charAt(end - 1) == '-') {
            return false;
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') {
                return false;
            }
        }
        return true;
    }

    /** A name, or {@code *.} and a name. */
    public static boolean isHostPattern(String text) {
        return isName(text.startsWith("*.") ? text.substring(2) : text);
    }

    /** A host name in any case (underscores allowed), an IPv4 or an IPv6 address. */
    public static boolean isHostOrAddress(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        boolean v6 = text.indexOf(':') >= 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            boolean good =
                    v6
                            ? hex || c == ':' || c == '.'
                            : digit || letter || c == '-' || c == '.' || c == '_';
            if (!good) {
                return false;
            }
        }
        return v6 || (text.charAt(0) != '.' && text.charAt(0) != '-' && !text.contains(".."));
    }

    /** A token of RFC 9110, section 5.6.2. */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric =
                    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MAX_TEXT;
    }

    /** What is wrong with a path, or empty. */
    static String pathProblem(String path) {
        if (!path.startsWith("/")) {
            return "put a / before it";
        }
        if (path.length() > 2_048) {
            return "shorten it to 2048 characters";
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c > '~' || c == '#' || c == '?') {
                return "percent-encode what is not a path character, and leave out query and fragment";
            }
        }
        return "";
    }

    /** What {@link #isPlainPath} takes. */
    static final String PLAIN_PATH =
            "a path that begins with /, of segments of letters, digits and -_~!$&'()*+,=:@. that are not only dots";

    /** A path that every server reads in the same way: no escapes, no empty or dot segments. */
    static boolean isPlainPath(String path) {
        return path.length() <= 2_048
                && path.startsWith("/")
                && path.matches("(/(?!\\.+(/|$))[A-Za-z0-9_~!$&'()*+,=:@.-]+)*/?");
    }

    static void check(Checks checks, String component, String text) {
        if (!isName(text)) {
            checks.problem(component, text, EXPECTED, "");
        }
    }

    static void checkText(Checks checks, String component, String text) {
        if (!isText(text)) {
            checks.problem(
                    component,
                    text,
                    "at most " + MAX_TEXT + " characters without control characters",
                    "");
        }
    }

    static void checkLabels(Checks checks, Map<String, String> labels) {
        if (labels.size() > MAX_LABELS) {
            checks.problem("labels", labels.size() + " labels", "at most " + MAX_LABELS, "");
        }
        for (Map.Entry<String, String> label : labels.entrySet()) {
            if (!isLabelKey(label.getKey())) {
                checks.problem(
                        "labels",
                        label.getKey(),
                        "a label key of letters, digits, '-', '_', '.' and '/', at most "
                                + MAX_LENGTH
                                + " characters",
                        "");
            }
            checkText(checks, "labels." + label.getKey(), label.getValue());
        }
    }

    /** Letters, digits, {@code -}, {@code _}, {@code .} and {@code /}, at most 253 characters. */
    public static boolean isLabelKey(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean alphanumeric =
                    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!alphanumeric && "-_./".indexOf(c) < 0) {
                return false;
            }
        }
        return !key.isEmpty() && key.length() <= MAX_LENGTH;
    }

    /** An IPv4 address of four numbers, or an IPv6 address; without brackets, zone and port. */
    public static boolean isAddress(String text) {
        boolean v6 = text.indexOf(':') >= 0;
        if (text.length() > 45
                || !text.matches(
                        v6 ? "[0-9A-Fa-f:.]+" : "(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}")) {
            return false;
        }
        try {
            // Of a literal only: nothing is looked up.
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** An absolute path of a file. */
    static void checkFile(Checks checks, String component, String path) {
        if (!path.startsWith("/") || path.endsWith("/") || !isText(path, MAX_FILE)) {
            checks.problem(
                    component,
                    path,
                    "an absolute path of a file, at most "
                            + MAX_FILE
                            + " characters without control characters",
                    "");
        }
    }

    /** What storage calls an image, a pool or a user. */
    static void checkImage(Checks checks, String component, String text) {
        if (!text.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}")) {
            checks.problem(
                    component,
                    text,
                    "letters, digits, '-', '_' and '.', at most 96 characters, beginning with neither '-' nor '.'",
                    "");
        }
    }

    private static boolean isText(String text) {
        return isText(text, MAX_TEXT);
    }

    /** At most so many characters, none of them a control character. */
    static boolean isText(String text, int most) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return false;
            }
        }
        return text.length() <= most;
    }
}
