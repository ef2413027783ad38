package io.evenkeel.host.driver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads lines of bounded length from a stream. For one thread. */
final class LineReader {
    private final InputStream from;
    private final byte[] buffer = new byte[8192];
    private int at;
    private int end;

    LineReader(InputStream from) {
        this.from = from;
    }

    /**
     * The next line without its end; empty at the end of the stream, whatever was begun there.
     *
     * @throws IOException also if a line is longer than {@link Line#MAX_BYTES}
     */
    Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        while (true) {
            for (int i = at; i < end; i++) {
                if (buffer[i] == '\n') {
                    line.write(buffer, at, i - at);
                    at = i + 1;
                    return Optional.of(line.toByteArray());
                }
            }
            line.write(buffer, at, end - at);
            if (line.size() > Line.MAX_BYTES) {
                throw new IOException("a line of more than " + Line.MAX_BYTES + " bytes");
            }
            at = 0;
            end = Math.max(0, from.read(buffer));
            if (end == 0) {
                return Optional.empty();
            }
        }
    }
}
