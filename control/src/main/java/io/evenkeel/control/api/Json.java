package io.evenkeel.control.api;

import io.evenkeel.model.tree.Tree;
import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes JSON replies. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** A writer of one document. */
    static Writer writer() {
        return new Writer();
    }

    /** Collects one document as text on one line. Not thread-safe. */
    static final class Writer {
        private final StringWriter text = new StringWriter();
        private final JsonGenerator generator =
                FACTORY.createGenerator(ObjectWriteContext.empty(), text);

        /** Begins an object: the document, or the next item of a list. */
        Writer start() {
            generator.writeStartObject();
            return this;
        }

        /** Begins an object under a key. */
        Writer start(String key) {
            generator.writeName(key);
            generator.writeStartObject();
            return this;
        }

        Writer end() {
            generator.writeEndObject();
            return this;
        }

        /** Begins a list under a key. */
        Writer startList(String key) {
            generator.writeName(key);
            generator.writeStartArray();
            return this;
        }

        Writer endList() {
            generator.writeEndArray();
            return this;
        }

        Writer put(String key, String value) {
            generator.writeStringProperty(key, value);
            return this;
        }

        Writer put(String key, long value) {
            generator.writeNumberProperty(key, value);
            return this;
        }

        Writer put(String key, double value) {
            generator.writeNumberProperty(key, value);
            return this;
        }

        Writer put(String key, boolean value) {
            generator.writeBooleanProperty(key, value);
            return this;
        }

        Writer put(String key, Tree value) {
            generator.writeName(key);
            return item(value);
        }

        Writer item(String value) {
            generator.writeString(value);
            return this;
        }

        /** A tree as the document, or as the next item of a list. */
        Writer item(Tree tree) {
            switch (tree) {
                case Tree.ObjectTree object -> {
                    generator.writeStartObject();
                    for (Tree.Entry entry : object.entries()) {
                        put(entry.key(), entry.value());
                    }
                    generator.writeEndObject();
                }
                case Tree.ArrayTree array -> {
                    generator.writeStartArray();
                    array.items().forEach(this::item);
                    generator.writeEndArray();
                }
                case Tree.Scalar scalar -> scalar(scalar);
            }
            return this;
        }

        private void scalar(Tree.Scalar scalar) {
            switch (scalar.kind()) {
                case STRING -> generator.writeString(scalar.text());
                case NUMBER -> generator.writeNumber(scalar.text());
                case BOOLEAN -> generator.writeBoolean(scalar.text().equals("true"));
                case NULL -> generator.writeNull();
            }
        }

        /** The document; the writer is then done. */
        String text() {
            generator.close();
            return text.toString();
        }
    }
}
