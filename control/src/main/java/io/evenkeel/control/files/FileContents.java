package io.evenkeel.control.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The octets of the declared files at one look. What they mean is {@link FileReading}'s to say, and
 * costs a hundred times as much: looking every second must not.
 *
 * @param hash of all names and contents; empty when there is nothing to be read
 * @param files in order, with what they hold
 * @param problems what could not be read
 */
record FileContents(String hash, Map<Path, byte[]> files, List<String> problems) {

    /** Reads a file, or every {@code .yaml}, {@code .yml} and {@code .json} file of a directory. */
    static FileContents of(Path path) {
        List<Path> paths;
        try {
            paths = paths(path);
        } catch (IOException e) {
            return nothing(path + ": cannot be read (" + e + "; expected: a file or a directory)");
        }
        if (paths.isEmpty()) {
            return nothing(
                    path
                            + ": no .yaml, .yml or .json file (expected: at least one; to declare"
                            + " nothing, leave a file with a comment only)");
        }
        Map<Path, byte[]> files = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        MessageDigest digest = sha256();
        for (Path file : paths) {
            try {
                byte[] bytes = Files.readAllBytes(file);
                files.put(file, bytes);
                digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
                digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
                digest.update(bytes);
            } catch (IOException e) {
                problems.add(file + ": cannot be read (" + e + ")");
            }
        }
        return new FileContents(HexFormat.of().formatHex(digest.digest()), files, problems);
    }

    private static FileContents nothing(String problem) {
        return new FileContents("", Map.of(), List.of(problem));
    }

    private static List<Path> paths(Path path) throws IOException {
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.filter(FileContents::declares).sorted().toList();
        }
    }

    /** Hidden files are what editors and mounts leave beside the real ones. */
    private static boolean declares(Path file) {
        String name = file.getFileName().toString();
        boolean typed = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
        return typed && !name.startsWith(".") && Files.isRegularFile(file);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
