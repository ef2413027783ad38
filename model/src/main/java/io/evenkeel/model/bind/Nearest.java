package io.evenkeel.model.bind;

import java.util.List;

/** Finds the word that was probably meant: least edits, swaps of neighbours being one edit. */
final class Nearest {
    private static final int LONGEST = 64;

    private Nearest() {}

    /** The nearest known word, or empty if none is near: at most two edits, or a third of it. */
    static String of(String word, List<String> known) {
        if (word.length() > LONGEST) {
            return "";
        }
        String best = "";
        int bestEdits = 2 * LONGEST;
        for (String candidate : known) {
            if (plain(candidate).equals(plain(word))) {
                return candidate;
            }
            int edits = edits(plain(word), plain(candidate));
            if (edits < bestEdits && edits <= Math.max(2, candidate.length() / 3)) {
                best = candidate;
                bestEdits = edits;
            }
        }
        // Two edits make nearly any short word of any other.
        return 2 * bestEdits < Math.max(word.length(), best.length()) ? best : "";
    }

    private static String plain(String word) {
        return Naming.kebab(word).replace("-", "").replace("_", "");
    }

    private static int edits(String from, String to) {
        int[][] table = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    table[i][j] = i + j;
                    continue;
                }
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                table[i][j] =
                        Math.min(
                                table[i - 1][j - 1] + change,
                                1 + Math.min(table[i - 1][j], table[i][j - 1]));
                boolean swapped =
                        i > 1
                                && j > 1
                                && from.charAt(i - 1) == to.charAt(j - 2)
                                && from.charAt(i - 2) == to.charAt(j - 1);
                if (swapped) {
                    table[i][j] = Math.min(table[i][j], table[i - 2][j - 2] + 1);
                }
            }
        }
        return table[from.length()][to.length()];
    }
}
