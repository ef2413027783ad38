package io.evenkeel.wire.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Committed samples: a file under {@code src/test/resources} with one sample a line, written by
 * hand, and beside it maybe one with {@code .found} in its name, which {@link CoverageGuided}
 * wrote. In files that end in {@code .hex} a line is hexadecimal; in others it is text with an
 * octet a character, where {@code \r}, {@code \n}, {@code \\} and {@code \xNN} stand for octets.
 * Lines that begin with {@code #} are remarks.
 */
public final class Corpus {
    private static final Path FOLDER = Path.of("src/test/resources");

    private Corpus() {}

    /** Reads a file, and what was found besides. */
    public static List<byte[]> read(String path) {
        List<byte[]> samples = new ArrayList<>();
        try {
            samplesOf(FOLDER.resolve(path), samples);
            if (Files.exists(found(path))) {
                samplesOf(found(path), samples);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return samples;
    }

    private static Path found(String path) {
        int end = path.lastIndexOf('.');
        return FOLDER.resolve(path.substring(0, end) + ".found" + path.substring(end));
    }

    private static void samplesOf(Path file, List<byte[]> samples) throws IOException {
        boolean hex = file.toString().endsWith(".hex");
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                samples.add(hex ? HexFormat.of().parseHex(line.strip()) : octets(line));
            }
        }
    }

    /** Keeps samples that were found beside a file; sorted, so that a change is small. */
    static void keep(String path, List<byte[]> samples) throws IOException {
        boolean hex = path.endsWith(".hex");
        List<byte[]> written = new ArrayList<>();
        samplesOf(FOLDER.resolve(path), written);
        Set<String> known = new HashSet<>();
        written.forEach(sample -> known.add(text(sample)));
        List<String> lines =
                samples.stream()
                        .filter(sample -> sample.length > 0 && known.add(text(sample)))
                        .map(sample -> hex ? HexFormat.of().formatHex(sample) : text(sample))
                        .sorted()
                        .toList();
        Files.write(found(path), lines);
    }

    /** Spells octets as a line of a file that isn't hexadecimal. */
    public static String text(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (byte octet : octets) {
            char c = (char) (octet & 0xff);
            switch (c) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '\\' -> text.append("\\\\");
                default -> {
                    boolean plain = c >= ' ' && c <= '~' && !(c == '#' && text.length() == 0);
                    text.append(plain ? String.valueOf(c) : "\\x%02x".formatted((int) c));
                }
            }
        }
        return text.toString();
    }

    private static byte[] octets(String line) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\') {
                c = line.charAt(++i);
                switch (c) {
                    case 'r' -> c = '\r';
                    case 'n' -> c = '\n';
                    case 'x' -> {
                        c = (char) HexFormat.fromHexDigits(line, i + 1, i + 3);
                        i += 2;
                    }
                    default -> {}
                }
            }
            octets.write(c);
        }
        return octets.toByteArray();
    }
}
