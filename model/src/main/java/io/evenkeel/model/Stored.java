package io.evenkeel.model;

import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Naming;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Problem;
import io.evenkeel.model.tree.Scalars;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Values of the store: JSON objects with {@code "v":1} first. Tenant and name are not in the value,
 * for they are in the key, nor is the revision, which the store knows. Stateless; any thread.
 */
public final class Stored {
    private static final Entry VERSION = new Entry("v", Scalars.number(1), -1, -1);

    private Stored() {}

    /** Any record as a value. */
    public static byte[] write(Object record) {
        return JsonWriter.bytes(versioned(((ObjectTree) Binder.tree(record)).entries()));
    }

    /** The record of a value that {@link #write} made, or what is wrong with it. */
    public static <T> Bound<T> read(byte[] value, Class<T> type) {
        return switch (entries(value)) {
            case Bound.Bad<List<Entry>>(List<Problem> problems) -> new Bound.Bad<>(problems);
            case Bound.Good<List<Entry>>(List<Entry> entries) ->
                    Binder.bind(new ObjectTree(entries, 1, 1), type, Naming.CAMEL_CASE);
        };
    }

    /** The value of {@link Keys#spec} for this resource: its metadata and its spec. */
    public static byte[] spec(Resource<?, ?> resource) {
        List<Entry> metadata = new ArrayList<>();
        for (Entry entry : ((ObjectTree) Binder.tree(resource.metadata())).entries()) {
            switch (entry.key()) {
                case "tenant", "name", "revision" -> {}
                default -> metadata.add(entry);
            }
        }
        return JsonWriter.bytes(
                versioned(
                        List.of(
                                new Entry("metadata", new ObjectTree(metadata, -1, -1), -1, -1),
                                new Entry("spec", Binder.tree(resource.spec()), -1, -1))));
    }

    /**
     * The resource, without status, of a spec's key and value.
     *
     * @param modRevision the store's revision at which the key was last written
     */
    public static Bound<Resource<?, ?>> resource(Keys.Key key, byte[] value, long modRevision) {
        Optional<Kind> kind = Kind.ofPlural(key.kind());
        if (key.area() != Keys.Area.SPEC || kind.isEmpty()) {
            return bad(key.toString(), "the key of a spec");
        }
        return switch (entries(value)) {
            case Bound.Bad<List<Entry>>(List<Problem> problems) -> new Bound.Bad<>(problems);
            case Bound.Good<List<Entry>>(List<Entry> entries) ->
                    resource(key, kind.get(), entries, modRevision);
        };
    }

    private static Bound<Resource<?, ?>> resource(
            Keys.Key key, Kind kind, List<Entry> entries, long modRevision) {
        List<Problem> problems = new ArrayList<>();
        Metadata metadata = null;
        Spec spec = null;
        for (Entry entry : entries) {
            switch (entry.key()) {
                case "metadata" -> {
                    List<Entry> whole = new ArrayList<>();
                    whole.add(new Entry("tenant", Scalars.text(key.tenant()), -1, -1));
                    whole.add(new Entry("name", Scalars.text(key.name()), -1, -1));
                    whole.add(new Entry("revision", Scalars.number(modRevision), -1, -1));
                    if (entry.value() instanceof ObjectTree object) {
                        whole.addAll(object.entries());
                    }
                    switch (Binder.bind(new ObjectTree(whole, 1, 1), Metadata.class)) {
                        case Bound.Good<Metadata>(Metadata good) -> metadata = good;
                        case Bound.Bad<Metadata>(List<Problem> found) -> problems.addAll(found);
                    }
                }
                case "spec" -> {
                    switch (Binder.bind(entry.value(), kind.specType())) {
                        case Bound.Good<? extends Spec> good -> spec = good.value();
                        case Bound.Bad<? extends Spec> found -> problems.addAll(found.problems());
                    }
                }
                default -> {
                    // A newer program of the same version may have written more; it is not ours.
                }
            }
        }
        if (metadata == null || spec == null) {
            return problems.isEmpty()
                    ? bad(key.toString(), "a value with metadata and spec")
                    : new Bound.Bad<>(problems);
        }
        return new Bound.Good<>(Resource.of(metadata, spec));
    }

    private static <T> Bound<T> bad(String seen, String expected) {
        return new Bound.Bad<>(List.of(new Problem("", -1, -1, seen, expected, "")));
    }

    private static ObjectTree versioned(List<Entry> entries) {
        List<Entry> all = new ArrayList<>(entries.size() + 1);
        all.add(VERSION);
        all.addAll(entries);
        return new ObjectTree(all, -1, -1);
    }

    private static Bound<List<Entry>> entries(byte[] value) {
        return switch (JsonReader.readUnplaced(value)) {
            case Bound.Bad<Tree>(List<Problem> problems) -> new Bound.Bad<>(problems);
            case Bound.Good<Tree>(ObjectTree object) -> {
                List<Entry> entries = object.entries();
                if (!entries.isEmpty() && isVersion(entries.getFirst())) {
                    yield new Bound.Good<>(entries.subList(1, entries.size()));
                }
                // Not as we write it, but it can be read.
                List<Entry> others = new ArrayList<>(entries);
                yield others.removeIf(Stored::isVersion)
                        ? new Bound.Good<>(others)
                        : bad("no \"v\":1", "a value of version 1");
            }
            case Bound.Good<Tree> _ -> bad("no object", "a value of version 1");
        };
    }

    private static boolean isVersion(Entry entry) {
        return entry.key().equals("v")
                && entry.value() instanceof Scalar scalar
                && scalar.text().equals("1");
    }
}
