package io.evenkeel.kernel.machine;

/**
 * How far a live migration is. A guest that writes while it moves has more left again.
 *
 * @param totalBytes of its memory, and of what else has to go
 * @param leftBytes not at the other host yet
 */
public record Moving(long totalBytes, long leftBytes) {
    /** Of what has to go, 0 to 100. */
    public int percent() {
        long gone = Math.max(0, totalBytes - Math.max(0, leftBytes));
        return totalBytes <= 0 ? 0 : (int) (100.0 * gone / totalBytes);
    }

    /** For people. */
    public String words() {
        return "%d of %d MiB are left to move".formatted(leftBytes >> 20, totalBytes >> 20);
    }
}
