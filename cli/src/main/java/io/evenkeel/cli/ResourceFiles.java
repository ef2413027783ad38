package io.evenkeel.cli;

import io.evenkeel.model.Resource;
import io.evenkeel.model.Resources;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.ReadLimits;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads resource files whole: either all documents of all files are good, or every problem is said.
 */
final class ResourceFiles {
    private static final int MAX_BYTES = ReadLimits.STANDARD.maxCharacters();

    private final List<Document> documents = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Document> first = new HashMap<>();

    /**
     * One document.
     *
     * @param place {@code FILE:LINE}
     */
    record Document(String place, Resource<?, ?> resource) {}

    private ResourceFiles() {}

    /**
     * Files, directories (their *.yaml, *.yml and *.json by name), or {@code -} for standard input.
     */
    static ResourceFiles read(List<String> names, InputStream standardInput) {
        ResourceFiles files = new ResourceFiles();
        for (String name : names) {
            if (name.equals("-")) {
                files.stream("standard input", standardInput);
            } else {
                files.path(Path.of(name));
            }
        }
        return files;
    }

    List<Document> documents() {
        return documents;
    }

    /** One line each: {@code FILE:LINE:COLUMN: path: seen (expected: ...); remedy}. */
    List<String> problems() {
        return problems;
    }

    private void path(Path path) {
        if (!Files.isDirectory(path)) {
            try (InputStream in = Files.newInputStream(path)) {
                stream(path.toString(), in);
            } catch (NoSuchFileException missing) {
                problems.add(path + ": no such file");
            } catch (IOException bad) {
                problems.add(path + ": cannot be read: " + bad.getMessage());
            }
            return;
        }
        try (Stream<Path> inside = Files.list(path)) {
            inside.filter(file -> file.toString().matches(".*\\.(yaml|yml|json)"))
                    .sorted()
                    .forEach(this::path);
        } catch (IOException bad) {
            problems.add(path + ": cannot be read: " + bad.getMessage());
        }
    }

    private void stream(String name, InputStream in) {
        byte[] bytes;
        String text;
        try {
            bytes = in.readNBytes(MAX_BYTES + 1);
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException bad) {
            problems.add(name + ": is not UTF-8");
            return;
        } catch (IOException bad) {
            problems.add(name + ": cannot be read: " + bad.getMessage());
            return;
        }
        switch (YamlReader.read(text)) {
            case Bound.Bad<List<Tree>>(List<Problem> found) -> add(name, found);
            case Bound.Good<List<Tree>>(List<Tree> trees) -> {
                if (trees.isEmpty()) {
                    problems.add(name + ": holds no resource");
                }
                for (Tree tree : trees) {
                    List<Tree> resources =
                            tree instanceof Tree.ArrayTree array ? array.items() : List.of(tree);
                    resources.forEach(resource -> document(name, resource));
                }
            }
        }
    }

    private void document(String name, Tree tree) {
        // What `get -o yaml` shows can be applied again; status is not for callers to write.
        switch (Resources.bind(Fields.without(tree, "status"))) {
            case Bound.Good<Resource<?, ?>>(Resource<?, ?> resource) -> {
                Document document = new Document(name + ":" + tree.line(), resource);
                String what = KindWord.of(resource.kind(), resource.metadata().name());
                String key = resource.metadata().tenant() + "/" + what;
                Document earlier = first.putIfAbsent(key, document);
                if (earlier == null) {
                    documents.add(document);
                } else {
                    problems.add(
                            document.place()
                                    + ":"
                                    + tree.column()
                                    + ": "
                                    + what
                                    + " again (expected: each resource once); the first is at "
                                    + earlier.place());
                }
            }
            case Bound.Bad<Resource<?, ?>>(List<Problem> found) -> add(name, found);
        }
    }

    private void add(String name, List<Problem> found) {
        for (Problem problem : found) {
            problems.add(name + ":" + problem);
        }
    }
}
