package io.evenkeel.model;

import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.Quoting;
import io.evenkeel.model.tree.Scalars;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import io.evenkeel.model.tree.YamlReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Reads and writes resources; reading reports every problem of a text. Stateless; any thread. */
public final class Resources {
    private static final List<String> KEYS =
            List.of("apiVersion", "kind", "metadata", "spec", "status");

    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

    private final ObjectTree object;
    private final List<Problem> problems = new ArrayList<>();

    private Resources(ObjectTree object) {
        this.object = object;
    }

    /** All resources of a YAML text of one or more documents, or every problem of all of them. */
    public static Bound<List<Resource<?, ?>>> fromYaml(String text) {
        return switch (YamlReader.read(text)) {
            case Bound.Bad<List<Tree>>(List<Problem> problems) -> new Bound.Bad<>(problems);
            case Bound.Good<List<Tree>>(List<Tree> documents) -> {
                List<Resource<?, ?>> resources = new ArrayList<>();
                List<Problem> problems = new ArrayList<>();
                for (Tree document : documents) {
                    switch (bind(document)) {
                        case Bound.Good<Resource<?, ?>>(Resource<?, ?> resource) ->
                                resources.add(resource);
                        case Bound.Bad<Resource<?, ?>>(List<Problem> more) -> problems.addAll(more);
                    }
                }
                yield problems.isEmpty()
                        ? new Bound.Good<>(List.copyOf(resources))
                        : new Bound.Bad<>(problems);
            }
        };
    }

    /** The one resource of a JSON text in UTF-8, or every problem. */
    public static Bound<Resource<?, ?>> fromJson(byte[] utf8) {
        return switch (JsonReader.read(utf8)) {
            case Bound.Bad<Tree>(List<Problem> problems) -> new Bound.Bad<>(problems);
            case Bound.Good<Tree>(Tree tree) -> bind(tree);
        };
    }

    /** The resource that a tree describes, or every problem. */
    public static Bound<Resource<?, ?>> bind(Tree tree) {
        if (!(tree instanceof ObjectTree object)) {
            String seen =
                    switch (tree) {
                        case Scalar scalar when scalar.text().isBlank() -> "an empty text";
                        case Scalar scalar -> Quoting.shorten(scalar.text(), 80);
                        default -> "a list";
                    };
            return new Bound.Bad<>(
                    List.of(
                            new Problem(
                                    "",
                                    tree.line(),
                                    tree.column(),
                                    seen,
                                    "a resource with apiVersion, kind, metadata and spec",
                                    "")));
        }
        return new Resources(object).resource();
    }

    /** The tree that binds to an equal resource. */
    public static Tree tree(Resource<?, ?> resource) {
        List<Entry> entries = new ArrayList<>();
        entries.add(entry("apiVersion", Scalars.text(resource.apiVersion())));
        entries.add(entry("kind", Scalars.text(resource.kind().title())));
        entries.add(entry("metadata", Binder.tree(resource.metadata())));
        entries.add(entry("spec", Binder.tree(resource.spec())));
        resource.status().ifPresent(status -> entries.add(entry("status", Binder.tree(status))));
        return new ObjectTree(entries, -1, -1);
    }

    private static Entry entry(String key, Tree value) {
        return new Entry(key, value, -1, -1);
    }

    private Bound<Resource<?, ?>> resource() {
        keys();
        scalar("apiVersion")
                .filter(version -> !version.text().equals(Resource.API_VERSION))
                .ifPresent(version ->
                        wrong("apiVersion", version, Resource.API_VERSION, "write it so"));
        Optional<Scalar> title = scalar("kind");
        Optional<Kind> kind = title.flatMap(scalar -> Kind.ofTitle(scalar.text()));
        if (title.isPresent() && kind.isEmpty()) {
            StringJoiner titles = new StringJoiner(", ", "one of ", "");
            Arrays.stream(Kind.values()).map(Kind::title).forEach(titles::add);
            String near = Kind.ofWord(title.get().text()).map(Kind::title).orElse("");
            String remedy = near.isEmpty() ? "" : "did you mean " + near + "?";
            wrong("kind", title.get(), titles.toString(), remedy);
        }
        Metadata metadata = part("metadata", Metadata.class, true);
        if (kind.isEmpty()) {
            return new Bound.Bad<>(sorted());
        }
        Spec spec = part("spec", kind.get().specType(), needsSpec(kind.get()));
        Status status = part("status", kind.get().statusType(), false);
        if (spec == null && problems.isEmpty()) {
            spec = Binder.defaults(kind.get().specType());
        }
        if (metadata == null || spec == null || !problems.isEmpty()) {
            return new Bound.Bad<>(sorted());
        }
        return new Bound.Good<>(
                new Resource<>(
                        Resource.API_VERSION,
                        kind.get(),
                        metadata,
                        spec,
                        Optional.ofNullable(status)));
    }

    /** A service, policy or host without a spec is one with every default. */
    private static boolean needsSpec(Kind kind) {
        return switch (kind) {
            case ROUTE, ENDPOINT, VIRTUAL_MACHINE, DATASTORE -> true;
            case SERVICE, POLICY, HOST -> false;
        };
    }

    private List<Problem> sorted() {
        problems.sort(BY_PLACE);
        return problems;
    }

    private void keys() {
        List<String> seen = new ArrayList<>();
        for (Entry entry : object.entries()) {
            String what =
                    seen.contains(entry.key())
                            ? "given twice"
                            : KEYS.contains(entry.key()) ? "" : "unknown key";
            seen.add(entry.key());
            if (!what.isEmpty() && problems.size() < 100) {
                problems.add(
                        new Problem(
                                Quoting.shorten(entry.key(), 80),
                                entry.line(),
                                entry.column(),
                                what,
                                what.equals("unknown key")
                                        ? "one of " + String.join(", ", KEYS)
                                        : "once",
                                ""));
            }
        }
    }

    private @Nullable Tree find(String key) {
        for (Entry entry : object.entries()) {
            boolean nothing =
                    entry.value() instanceof Scalar scalar && scalar.kind() == Tree.ScalarKind.NULL;
            if (entry.key().equals(key) && !nothing) {
                return entry.value();
            }
        }
        return null;
    }

    private Optional<Scalar> scalar(String key) {
        Tree tree = find(key);
        if (tree instanceof Scalar scalar) {
            return Optional.of(scalar);
        }
        String expected = key.equals("kind") ? "a kind such as Service" : Resource.API_VERSION;
        if (tree == null) {
            missing(key, expected);
        } else {
            problems.add(new Problem(key, tree.line(), tree.column(), "not a text", expected, ""));
        }
        return Optional.empty();
    }

    private void missing(String key, String expected) {
        problems.add(new Problem(key, object.line(), object.column(), "missing", expected, ""));
    }

    private void wrong(String path, Scalar scalar, String expected, String remedy) {
        problems.add(
                new Problem(
                        path,
                        scalar.line(),
                        scalar.column(),
                        Quoting.shorten(scalar.text(), 80),
                        expected,
                        remedy));
    }

    private <T> @Nullable T part(String key, Class<T> type, boolean required) {
        Tree tree = find(key);
        if (tree == null) {
            if (required) {
                missing(key, "an object");
            }
            return null;
        }
        return switch (Binder.bind(tree, type)) {
            case Bound.Good<T>(T value) -> value;
            case Bound.Bad<T>(List<Problem> found) -> {
                for (Problem problem : found) {
                    problems.add(problem.under(key));
                }
                yield null;
            }
        };
    }
}
