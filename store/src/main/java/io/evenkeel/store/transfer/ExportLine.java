package io.evenkeel.store.transfer;

import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.JsonReader;
import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Scalars;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.ObjectTree;
import io.evenkeel.model.tree.Tree.Scalar;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an export, each one object of JSON: a {@link Head}, an {@link Item} for each key in
 * the order of keys, and a {@link Tail}. Values that are UTF-8, as all of ours are, stand there as
 * text; others in base64.
 */
sealed interface ExportLine {
    /** The version written; another one is refused. */
    int VERSION = 1;

    /** A value of the largest size, with every character escaped, and its key. */
    int LONGEST = 8 << 20;

    /** The first line. */
    record Head(ExportHeader header) implements ExportLine {}

    /** One key and its value. */
    record Item(String key, Value value) implements ExportLine {}

    /**
     * The last line.
     *
     * @param keys how many there are
     * @param sha256 of every octet before this line, in hexadecimal
     */
    record Tail(long keys, String sha256) implements ExportLine {}

    /** The line, without its end. */
    default byte[] bytes() {
        SequencedMap<String, Scalar> fields = new LinkedHashMap<>();
        switch (this) {
            case Head(ExportHeader header) -> {
                fields.put("evenkeel", Scalars.text("store-export"));
                fields.put("v", Scalars.number(VERSION));
                fields.put("revision", Scalars.number(header.revision()));
                fields.put("takenAt", Scalars.text(header.takenAt().toString()));
                fields.put("source", Scalars.text(header.source()));
                fields.put("cluster", Scalars.text(header.cluster()));
            }
            case Item(String key, Value value) -> {
                fields.put("key", Scalars.text(key));
                String text = value.text();
                if (Value.of(text).equals(value)) {
                    fields.put("value", Scalars.text(text));
                } else {
                    String encoded = Base64.getEncoder().encodeToString(value.toBytes());
                    fields.put("base64", Scalars.text(encoded));
                }
            }
            case Tail(long keys, String sha256) -> {
                fields.put("keys", Scalars.number(keys));
                fields.put("sha256", Scalars.text(sha256));
            }
        }
        List<Tree.Entry> entries = new ArrayList<>();
        fields.forEach((name, value) -> entries.add(new Tree.Entry(name, value, -1, -1)));
        return JsonWriter.bytes(new ObjectTree(entries, -1, -1));
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException saying what it is instead
     */
    static ExportLine parse(byte[] line) {
        Map<String, String> fields = fields(line);
        if (fields.containsKey("key")) {
            String text = fields.get("value");
            String base64 = fields.get("base64");
            if ((text == null) == (base64 == null)) {
                throw new IllegalArgumentException("a key without one value");
            }
            Value value =
                    text != null
                            ? Value.of(text)
                            : Value.of(Base64.getDecoder().decode(field(fields, "base64")));
            return new Item(field(fields, "key"), value);
        }
        if (fields.containsKey("evenkeel")) {
            return head(fields);
        }
        if (fields.containsKey("sha256")) {
            return new Tail(number(fields, "keys"), field(fields, "sha256"));
        }
        throw new IllegalArgumentException("neither a header, a key nor an end");
    }

    private static Head head(Map<String, String> fields) {
        if (!"store-export".equals(fields.get("evenkeel"))) {
            throw new IllegalArgumentException("no export of a store");
        }
        long version = number(fields, "v");
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "an export of version "
                            + version
                            + " (expected: "
                            + VERSION
                            + "); read it with the program that wrote it");
        }
        try {
            return new Head(
                    new ExportHeader(
                            number(fields, "revision"),
                            Instant.parse(field(fields, "takenAt")),
                            field(fields, "source"),
                            field(fields, "cluster")));
        } catch (DateTimeException bad) {
            throw new IllegalArgumentException("a header without its time", bad);
        }
    }

    private static Map<String, String> fields(byte[] line) {
        if (!(JsonReader.read(line) instanceof Bound.Good<Tree>(ObjectTree object))) {
            throw new IllegalArgumentException("no object of JSON");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (Tree.Entry entry : object.entries()) {
            if (!(entry.value() instanceof Scalar scalar)
                    || fields.put(entry.key(), scalar.text()) != null) {
                throw new IllegalArgumentException("field " + entry.key() + " is not one value");
            }
        }
        return fields;
    }

    private static String field(Map<String, String> fields, String name) {
        @Nullable String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no field " + name);
        }
        return value;
    }

    private static long number(Map<String, String> fields, String name) {
        try {
            long number = Long.parseLong(field(fields, name));
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException bad) {
            throw new IllegalArgumentException("field " + name + " is no number", bad);
        }
        throw new IllegalArgumentException("field " + name + " is negative");
    }
}
