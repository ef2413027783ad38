package io.evenkeel.it.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whole lines that a file has got since the last look. One thread. */
final class Tail {
    private static final int MOST_BYTES = 4 << 20;

    private final Path file;
    private long read;

    Tail(Path file) {
        this.file = file;
    }

    List<String> lines() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            long size = Math.min(channel.size() - read, MOST_BYTES);
            if (size <= 0) {
                return lines;
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            channel.position(read);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until all of it is there.
            }
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            int whole = text.lastIndexOf('\n') + 1;
            read += text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length;
            text.substring(0, whole).lines().forEach(lines::add);
        }
        return lines;
    }
}
