package io.evenkeel.model;

/** Decimal digits only: the JDK's parsers also take a plus sign and other scripts' digits. */
final class Numbers {
    private Numbers() {}

    /** The number, 0 or more, without sign or superfluous zero. */
    static int parseInt(String text) {
        boolean zeroFirst = text.length() > 1 && text.charAt(0) == '0';
        if (text.isEmpty() || text.length() > 10 || zeroFirst) {
            throw new IllegalArgumentException("not a whole number");
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                throw new IllegalArgumentException("not a whole number");
            }
        }
        return Integer.parseInt(text);
    }
}
