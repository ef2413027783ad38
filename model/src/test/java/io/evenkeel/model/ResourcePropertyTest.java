package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Every message carries the seed that repeats it. */
final class ResourcePropertyTest {
    private static final int ROUNDS = 1_000;
    private static final String ODD = "{}[]:,\"'\\\n\t -#&*!|>%@`~?0\u0000\ufeff\u2028é\ud800";

    @Test
    void everyResourceComesBackFromItsTree() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Resource<?, ?> resource = new RandomResources(new Random(seed)).next();
            assertThat(Resources.bind(Resources.tree(resource)))
                    .as("seed " + seed)
                    .isEqualTo(new Bound.Good<>(resource));
        }
    }

    @Test
    void everyResourceComesBackFromJsonAndFromYaml() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Resource<?, ?> resource = new RandomResources(new Random(seed)).next();
            Tree tree = Resources.tree(resource);
            for (String json : List.of(JsonWriter.compact(tree), JsonWriter.pretty(tree))) {
                assertThat(Resources.fromJson(json.getBytes(StandardCharsets.UTF_8)))
                        .as("seed " + seed + "\n" + json)
                        .isEqualTo(new Bound.Good<>(resource));
                // Every JSON text is YAML too.
                assertThat(Resources.fromYaml(json))
                        .as("seed " + seed + "\n" + json)
                        .isEqualTo(new Bound.Good<>(List.of(resource)));
            }
            String yaml = YamlWriter.write(List.of(tree, tree));
            assertThat(Resources.fromYaml(yaml))
                    .as("seed " + seed + "\n" + yaml)
                    .isEqualTo(new Bound.Good<>(List.of(resource, resource)));
        }
    }

    @Test
    void everyResourceComesBackFromTheStore() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Resource<?, ?> resource = new RandomResources(new Random(seed)).next();
            Metadata metadata = resource.metadata();
            Keys.Key key =
                    Keys.parse(Keys.spec(resource.kind(), metadata.tenant(), metadata.name()))
                            .orElseThrow();
            Resource<?, ?> read =
                    Stored.resource(key, Stored.spec(resource), metadata.revision()).orElseThrow();
            assertThat(read.metadata()).as("seed " + seed).isEqualTo(metadata);
            assertThat(read.spec()).as("seed " + seed).isEqualTo(resource.spec());
            Optional<? extends Status> status = resource.status();
            status.ifPresent(value ->
                    assertThat(Stored.read(Stored.write(value), value.getClass()))
                            .isEqualTo(new Bound.Good<>(value)));
        }
    }

    @Test
    void aSpoiledTextNeverThrowsAndASpoiledPlaceLiesWithinIt() {
        for (int seed = 0; seed < 5 * ROUNDS; seed++) {
            RandomGenerator random = new Random(seed);
            Tree tree = Resources.tree(new RandomResources(random).next());
            boolean json = random.nextBoolean();
            String text = spoil(json ? JsonWriter.pretty(tree) : YamlWriter.write(tree), random);
            List<Problem> problems = new ArrayList<>(Resources.fromYaml(text).problems());
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            problems.addAll(Resources.fromJson(bytes).problems());
            if (JsonReader.read(bytes) instanceof Bound.Bad<Tree>(List<Problem> more)) {
                assertThat(more).as("seed " + seed).hasSize(1);
            }
            int lines = text.split("\\R|\u2028|\u2029|\u0085", -1).length;
            for (Problem problem : problems) {
                assertThat(problem.line()).as("seed %d: %s", seed, problem).isBetween(1, lines + 1);
                assertThat(problem.column()).as("seed %d: %s", seed, problem).isPositive();
                assertThat(problem.seen()).as("seed %d: %s", seed, problem).isNotBlank();
                assertThat(problem.expected()).as("seed %d: %s", seed, problem).isNotBlank();
                assertThat(problem.message()).as("seed %d", seed).doesNotContain("\n");
            }
        }
    }

    private static String spoil(String text, RandomGenerator random) {
        StringBuilder spoiled = new StringBuilder(text);
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            spoiled.append(spoiled.isEmpty() ? "-" : "");
            int at = random.nextInt(spoiled.length());
            switch (random.nextInt(5)) {
                case 0 -> spoiled.replace(at, at + 1, "");
                case 1 -> spoiled.insert(at, ODD.charAt(random.nextInt(ODD.length())));
                case 2 -> spoiled.setCharAt(at, ODD.charAt(random.nextInt(ODD.length())));
                case 3 -> spoiled.setLength(Math.max(1, at));
                default -> {
                    int end = Math.min(spoiled.length(), at + random.nextInt(1, 40));
                    spoiled.insert(random.nextInt(spoiled.length()), spoiled.substring(at, end));
                }
            }
        }
        return spoiled.toString();
    }
}
