package io.evenkeel.control.files;

import io.evenkeel.model.Keys;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Resources;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
 * The declared files as they were read once: every resource of all of them, or every problem.
 *
 * @param hash of all names and contents; empty when something could not be read
 * @param resources by store key, in the order of the files
 * @param problems each with its file, line and column
 */
record FileReading(String hash, Map<String, Declared> resources, List<String> problems) {
    /** A resource and where it was declared. */
    record Declared(Resource<?, ?> resource, String place) {}

    /** Reads a file, or every {@code .yaml}, {@code .yml} and {@code .json} file of a directory. */
    static FileReading of(Path path) {
        Reader reader = new Reader();
        List<Path> files;
        try {
            files = files(path);
        } catch (IOException e) {
            return new FileReading(
                    "",
                    Map.of(),
                    List.of(
                            path
                                    + ": cannot be read ("
                                    + e
                                    + "; expected: a file or a directory)"));
        }
        if (files.isEmpty()) {
            return new FileReading(
                    "",
                    Map.of(),
                    List.of(
                            path
                                    + ": no .yaml, .yml or .json file (expected: at least one; to"
                                    + " declare nothing, leave a file with a comment only)"));
        }
        for (Path file : files) {
            reader.file(file);
        }
        return reader.reading();
    }

    private static List<Path> files(Path path) throws IOException {
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.filter(FileReading::declares).sorted().toList();
        }
    }

    /** Hidden files are what editors and mounts leave beside the real ones. */
    private static boolean declares(Path file) {
        String name = file.getFileName().toString();
        boolean typed = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
        return typed && !name.startsWith(".") && Files.isRegularFile(file);
    }

    private static final class Reader {
        private final Map<String, Declared> resources = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();
        private final MessageDigest digest = sha256();

        void file(Path file) {
            byte[] bytes;
            try {
                bytes = Files.readAllBytes(file);
            } catch (IOException e) {
                problems.add(file + ": cannot be read (" + e + ")");
                return;
            }
            digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
            digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
            digest.update(bytes);
            for (Tree tree : documents(file, bytes)) {
                switch (Resources.bind(tree)) {
                    case Bound.Good<Resource<?, ?>>(Resource<?, ?> resource) ->
                            declare(resource, file + ":" + tree.line());
                    case Bound.Bad<Resource<?, ?>> bad -> report(file, bad.problems());
                }
            }
        }

        private List<Tree> documents(Path file, byte[] bytes) {
            if (file.toString().endsWith(".json")) {
                return switch (JsonReader.read(bytes)) {
                    case Bound.Good<Tree>(Tree.ArrayTree array) -> array.items();
                    case Bound.Good<Tree>(Tree tree) -> List.of(tree);
                    case Bound.Bad<Tree> bad -> report(file, bad.problems());
                };
            }
            try {
                String text =
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(bytes))
                                .toString();
                return switch (YamlReader.read(text)) {
                    case Bound.Good<List<Tree>>(List<Tree> documents) -> documents;
                    case Bound.Bad<List<Tree>> bad -> report(file, bad.problems());
                };
            } catch (CharacterCodingException e) {
                problems.add(file + ": bytes that are no UTF-8 (expected: UTF-8)");
                return List.of();
            }
        }

        private void declare(Resource<?, ?> resource, String place) {
            String key =
                    Keys.spec(
                            resource.kind(),
                            resource.metadata().tenant(),
                            resource.metadata().name());
            Declared earlier = resources.putIfAbsent(key, new Declared(resource, place));
            if (earlier != null) {
                problems.add(
                        place
                                + ": "
                                + resource.kind().title()
                                + " "
                                + resource.metadata().name()
                                + " again (expected: each resource once; it is also at "
                                + earlier.place()
                                + ")");
            }
        }

        private List<Tree> report(Path file, List<Problem> found) {
            for (Problem problem : found) {
                problems.add(file + ":" + problem);
            }
            return List.of();
        }

        FileReading reading() {
            return new FileReading(
                    HexFormat.of().formatHex(digest.digest()), resources, List.copyOf(problems));
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }
}
