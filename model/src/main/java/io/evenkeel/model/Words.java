package io.evenkeel.model;

import org.jspecify.annotations.Nullable;

/**
 * Texts that stand in many records (tenants, services, zones, versions, keys of labels), each kept
 * once: a hundred thousand endpoints would hold as many copies. A small table of what was met last,
 * not a pool: it can't grow, and misses when two words share a place. Any thread; a race costs a
 * copy.
 */
public final class Words {
    private static final int PLACES = 1 << 13;

    /** What is longer is hardly a word that comes again. */
    private static final int LONGEST = 31;

    private static final @Nullable String[] MET = new @Nullable String[PLACES];

    private Words() {}

    /** A text equal to this one; the same object for the same word, as a rule. */
    public static String shared(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        int hash = text.hashCode();
        int place = (hash ^ hash >>> 13) & (PLACES - 1);
        String met = MET[place];
        if (met != null && met.equals(text)) {
            return met;
        }
        MET[place] = text;
        return text;
    }
}
