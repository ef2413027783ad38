package io.evenkeel.wire.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * An input that comes in pieces: only what has come lies in the buffer, between octets that must
 * not matter. How it is cut follows from the input, so that a finding can be repeated.
 */
public final class Pieces {
    private static final byte[] FILLINGS = {'\n', '\r', ' ', '0', 'a', 0, -1};

    private final byte[] input;
    private final Random random;
    private final int longest;
    private final ByteBuffer buffer;
    private final int from;
    private int come;

    /**
     * @param longest octets of a piece at most
     */
    public Pieces(byte[] input, int longest) {
        this.input = input;
        this.longest = longest;
        random = new Random(Arrays.hashCode(input));
        from = random.nextInt(9);
        byte[] room = new byte[from + input.length + 8];
        Arrays.fill(room, FILLINGS[random.nextInt(FILLINGS.length)]);
        buffer = ByteBuffer.wrap(room);
    }

    /** Lets the next piece come. Returns whether there was one. */
    public boolean next() {
        int bytes = Math.min(1 + random.nextInt(longest), input.length - come);
        buffer.put(from + come, input, come, bytes);
        come += bytes;
        return bytes > 0;
    }

    /** The buffer, with what has come in {@code [from, to)}. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Where the input begins in the buffer. */
    public int from() {
        return from;
    }

    /** Where what has come ends in the buffer. */
    public int to() {
        return from + come;
    }

    /** More choices that follow from the input. */
    public Random random() {
        return random;
    }
}
