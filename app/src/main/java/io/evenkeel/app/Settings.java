package io.evenkeel.app;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Inline;
import io.evenkeel.model.bind.Naming;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.ArrayTree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.Tree.ScalarKind;
import io.evenkeel.model.tree.YamlReader;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Static settings of a role, described once by a record: each component is a flag ({@code
 * --data-dir}), a variable ({@code EVENKEEL_DATA_DIR}) and a key of the file ({@code data-dir}).
 * Flag wins over variable over file over default.
 */
final class Settings {
    private static final String FILE_FLAG = "--config";

    private Settings() {}

    /** Those of records that are inline stand in their place. */
    private static List<RecordComponent> components(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .flatMap(component ->
                        component.isAnnotationPresent(Inline.class)
                                ? components(component.getType()).stream()
                                : Stream.of(component))
                .toList();
    }

    /** Adds a flag for each component, and {@code --config FILE}. */
    static void addFlags(CommandSpec command, Class<? extends Record> type) {
        command.addOption(
                OptionSpec.builder(FILE_FLAG)
                        .paramLabel("FILE")
                        .type(Path.class)
                        .description(
                                "YAML file with the keys below; flags and variables win over it.")
                        .build());
        for (RecordComponent component : components(type)) {
            String key = Naming.KEBAB_CASE.key(component.getName());
            About about = component.getAnnotation(About.class);
            Default otherwise = component.getAnnotation(Default.class);
            String text =
                    (about == null ? "" : about.value())
                            + (otherwise == null ? "" : " Default: " + otherwise.value());
            command.addOption(
                    OptionSpec.builder("--" + key)
                            .paramLabel("VALUE")
                            .type(String.class)
                            .description(text.replace("%", "%%"))
                            .build());
        }
    }

    /** The settings, or everything that is wrong with them. */
    static <T extends Record> Bound<T> read(
            Class<T> type, ParseResult flags, Map<String, String> variables) {
        Path file = flags.matchedOptionValue(FILE_FLAG, null);
        Bound<List<Entry>> written = file == null ? new Bound.Good<>(List.of()) : entries(file);
        if (!(written instanceof Bound.Good<List<Entry>>(List<Entry> fromFile))) {
            return new Bound.Bad<>(written.problems());
        }
        List<Entry> all = new ArrayList<>(fromFile);
        for (RecordComponent component : components(type)) {
            String key = Naming.KEBAB_CASE.key(component.getName());
            String variable = "EVENKEEL_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
            String given = flags.matchedOptionValue("--" + key, variables.get(variable));
            if (given != null) {
                all.removeIf(entry -> entry.key().equals(key));
                all.add(new Entry(key, value(component, given), -1, -1));
            }
        }
        return Binder.bind(new ObjectTree(all, -1, -1), type, Naming.KEBAB_CASE);
    }

    private static Bound<List<Entry>> entries(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException unreadable) {
            return bad(file, unreadable.toString(), "a readable file");
        }
        return switch (YamlReader.read(text)) {
            case Bound.Bad<List<Tree>>(List<Problem> problems) -> new Bound.Bad<>(problems);
            case Bound.Good<List<Tree>>(List<Tree> documents) when documents.isEmpty() ->
                    new Bound.Good<>(List.of());
            case Bound.Good<List<Tree>>(List<Tree> documents)
                    when documents.size() == 1
                            && documents.getFirst() instanceof ObjectTree object ->
                    new Bound.Good<>(object.entries());
            default -> bad(file, "something else", "one document with the keys of the reference");
        };
    }

    private static Bound<List<Entry>> bad(Path file, String seen, String expected) {
        return new Bound.Bad<>(
                List.of(new Problem("config", -1, -1, file + ": " + seen, expected, "")));
    }

    /** A flag's text is one value, or a list with commas. */
    private static Tree value(RecordComponent component, String text) {
        if (component.getType() != List.class) {
            return scalar(text);
        }
        return new ArrayTree(
                Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .map(Settings::scalar)
                        .toList(),
                -1,
                -1);
    }

    private static Tree scalar(String text) {
        return new Scalar(kind(text), text, true, -1, -1);
    }

    private static ScalarKind kind(String text) {
        if (text.equals("true") || text.equals("false")) {
            return ScalarKind.BOOLEAN;
        }
        return text.matches("-?[0-9]+(\\.[0-9]+)?") ? ScalarKind.NUMBER : ScalarKind.STRING;
    }

    /** The settings as a table for the reference: key, default, meaning. */
    static List<String> rows(Class<? extends Record> type) {
        List<String> rows = new ArrayList<>();
        for (RecordComponent component : components(type)) {
            String otherwise =
                    Optional.ofNullable(component.getAnnotation(Default.class))
                            .map(Default::value)
                            .orElse("");
            String about =
                    Optional.ofNullable(component.getAnnotation(About.class))
                            .map(About::value)
                            .orElse("");
            rows.add(
                    "| `%s` | %s | %s |"
                            .formatted(
                                    Naming.KEBAB_CASE.key(component.getName()),
                                    otherwise.isEmpty() ? "" : "`" + otherwise + "`",
                                    about));
        }
        return rows;
    }

    /** Prints what is wrong, a line each, and returns the exit code for wrong usage. */
    static int refuse(String command, List<Problem> problems, @Nullable Path file) {
        for (Problem problem : problems) {
            String place = file != null && problem.line() > 0 ? file + ":" : "";
            System.err.println("evenkeel " + command + ": " + place + problem);
        }
        return 2;
    }
}
