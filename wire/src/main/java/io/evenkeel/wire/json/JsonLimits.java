package io.evenkeel.wire.json;

/**
 * What a reader accepts at most.
 *
 * @param bytes size of the whole text in bytes, 1 or more
 * @param depth arrays and objects inside each other, 1 to 1,000 (the reader recurses once a level)
 * @param values values in the whole text, so that a text of {@code [0,0,0,…} cannot swell in memory
 */
public record JsonLimits(int bytes, int depth, int values) {

    /** A line or registration of the link protocol: 64 KiB, 16 levels, 8,192 values. */
    public static final JsonLimits LINK = new JsonLimits(64 * 1024, 16, 8_192);

    public JsonLimits {
        if (bytes < 1 || depth < 1 || depth > 1_000 || values < 1) {
            throw new IllegalArgumentException(
                    "limits: bytes %d, depth %d, values %d (expected: bytes >= 1, depth 1 to 1000, values >= 1)"
                            .formatted(bytes, depth, values));
        }
    }
}
