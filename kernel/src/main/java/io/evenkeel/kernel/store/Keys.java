package io.evenkeel.kernel.store;

/**
 * Order arithmetic on keys. Keys are printable ASCII (0x21-0x7e), so comparing Java strings is
 * comparing bytes, and both stores agree on what a range holds.
 */
public final class Keys {
    private Keys() {}

    /** The smallest string behind every string that begins with {@code prefix}. */
    public static String endOfPrefix(String prefix) {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("prefix: empty (expected: at least one character)");
        }
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }

    /** The smallest string behind {@code key}. NUL is never in a stored key, only in range ends. */
    public static String successor(String key) {
        return key + '\0';
    }

    /** True when every character may stand in a stored key. */
    static boolean wellFormed(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c < 0x21 || c > 0x7e) {
                return false;
            }
        }
        return !key.isEmpty();
    }
}
