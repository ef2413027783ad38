package io.evenkeel.control.api;

import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The OpenAPI document: written by hand as YAML, served as JSON. */
final class OpenApi {
    private OpenApi() {}

    /** Read at its first use; the document does not change. */
    private static final class Document {
        static final String JSON = read();

        private static String read() {
            try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
                if (in == null) {
                    throw new IllegalStateException("openapi.yaml is missing from the jar");
                }
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return JsonWriter.compact(YamlReader.read(text).orElseThrow().getFirst());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static String json() {
        return Document.JSON;
    }
}
