package io.evenkeel.control.files;

import io.evenkeel.model.Keys;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Resources;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What declared files say: every resource of all of them, or every problem.
 *
 * @param resources by store key, in the order of the files
 * @param problems each with its file, line and column
 */
record FileReading(Map<String, Declared> resources, List<String> problems) {
    /** A resource and where it was declared. */
    record Declared(Resource<?, ?> resource, String place) {}

    /** Reads what the files hold. */
    static FileReading of(FileContents contents) {
        Reader reader = new Reader();
        reader.problems.addAll(contents.problems());
        contents.files().forEach(reader::file);
        return reader.reading();
    }

    private static final class Reader {
        private final Map<String, Declared> resources = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();

        void file(Path file, byte[] bytes) {
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
            return new FileReading(resources, List.copyOf(problems));
        }
    }
}
