package io.evenkeel.wire.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Seeded damage to samples: octets changed, cut, doubled, inserted, and samples spliced. The same
 * seed and calls give the same octets. Not thread-safe.
 */
public final class Mutator {
    /** Octets at which parsers change their minds. */
    private static final int[] EDGES = {
        0x00, 0x01, 0x09, 0x0a, 0x0d, 0x20, 0x2c, 0x2d, 0x30, 0x3a, 0x3f, 0x40, 0x7f, 0x80, 0xbf,
        0xff,
    };

    private static final int LONGEST_RUN = 24;

    private final Random random;
    private final List<byte[]> tokens;

    /**
     * @param tokens what is inserted as a whole now and then: words of the grammar, each character
     *     an octet
     */
    public Mutator(long seed, String... tokens) {
        this.random = new Random(seed);
        this.tokens = Arrays.stream(tokens).map(Mutator::octets).toList();
    }

    /** Returns the octets of a text that has an octet a character. */
    public static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns the source of all choices, for those a fuzzer makes itself. */
    public Random random() {
        return random;
    }

    /** Returns one of several. */
    public <T> T choose(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Returns a sample of the corpus, now and then spliced with another, with 0 to 3 damages. */
    public byte[] next(List<byte[]> corpus) {
        byte[] sample = choose(corpus);
        byte[] whole = random.nextInt(4) == 0 ? joined(sample, choose(corpus)) : sample;
        return damaged(whole, random.nextInt(4));
    }

    /** Returns the octets with so many damages. */
    public byte[] damaged(byte[] sample, int times) {
        byte[] octets = sample.clone();
        for (int i = 0; i < times; i++) {
            octets = damagedOnce(octets);
        }
        return octets;
    }

    private byte[] damagedOnce(byte[] octets) {
        int at = random.nextInt(octets.length + 1);
        if (at == octets.length) {
            return spliced(octets, at, at, inserted());
        }
        int run = Math.min(octets.length, at + 1 + random.nextInt(LONGEST_RUN));
        return switch (random.nextInt(9)) {
            case 0 -> spliced(octets, at, at + 1, octet(random.nextInt(256)));
            case 1 -> spliced(octets, at, at + 1, octet(octets[at] ^ 1 << random.nextInt(8)));
            case 2 -> spliced(octets, at, at + 1, octet(octets[at] + random.nextInt(5) - 2));
            case 3 -> spliced(octets, at, at + 1, octet(EDGES[random.nextInt(EDGES.length)]));
            case 4 -> spliced(octets, at, at + 1, new byte[0]);
            case 5 -> spliced(octets, at, run, new byte[0]);
            case 6 -> spliced(octets, at, at, Arrays.copyOfRange(octets, at, run));
            case 7 -> random.nextInt(3) == 0 ? Arrays.copyOf(octets, at) : octets;
            default -> spliced(octets, at, at, inserted());
        };
    }

    private byte[] inserted() {
        return tokens.isEmpty() || random.nextInt(4) == 0
                ? octet(random.nextInt(256))
                : choose(tokens);
    }

    private static byte[] octet(int value) {
        return new byte[] {(byte) value};
    }

    /** Returns the octets with {@code [from, to)} replaced. */
    private static byte[] spliced(byte[] octets, int from, int to, byte[] by) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length + by.length);
        out.write(octets, 0, from);
        out.writeBytes(by);
        out.write(octets, to, octets.length - to);
        return out.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return spliced(first, first.length, first.length, second);
    }
}
