package io.evenkeel.model.bind;

/** Decimal digits only: the JDK's parsers also take a plus sign and other scripts' digits. */
public final class WholeNumbers {
    private WholeNumbers() {}

    /**
     * The number, 0 or more, without sign or superfluous zero.
     *
     * @throws IllegalArgumentException if it is none, or greater than a long
     */
    public static long parse(String text) {
        if (text.isEmpty() || (text.length() > 1 && text.charAt(0) == '0')) {
            throw new IllegalArgumentException("not a whole number");
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                throw new IllegalArgumentException("not a whole number");
            }
        }
        return Long.parseLong(text);
    }

    /** The same for an int. */
    public static int parseInt(String text) {
        long number = parse(text);
        if (number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("too large");
        }
        return (int) number;
    }
}
