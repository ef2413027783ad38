package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.KeyReference;
import io.evenkeel.model.bind.Naming;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Makes docs/reference/resources.md from the records and holds the committed one to it: no default,
 * range or meaning can change without its document. {@code -Dreference.write=true} writes it.
 */
final class ResourceReferenceTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "reference", "resources.md");

    @Test
    void theCommittedReferenceIsWhatTheRecordsSay() throws IOException {
        String made = document();
        if (Boolean.getBoolean("reference.write")) {
            Files.createDirectories(DOCUMENT.toAbsolutePath().normalize().getParent());
            Files.writeString(DOCUMENT, made);
        }

        assertThat(Files.readString(DOCUMENT))
                .as(
                        "run: dev/mvn -pl model test -Dtest=ResourceReferenceTest -Dtest.jvm=-Dreference.write=true")
                .isEqualTo(made);
    }

    @Test
    void everyKeySaysWhatItMeans() {
        for (Kind kind : Kind.values()) {
            assertThat(KeyReference.of(kind.specType(), Naming.CAMEL_CASE))
                    .allSatisfy(key -> assertThat(key.about()).as(key.path()).isNotBlank());
            assertThat(KeyReference.of(kind.statusType(), Naming.CAMEL_CASE))
                    .allSatisfy(key -> assertThat(key.about()).as(key.path()).isNotBlank());
        }
    }

    private static String document() {
        StringBuilder out = new StringBuilder();
        out.append(
                """
                # Resources

                <!-- Generated from the records of `model`; ResourceReferenceTest holds it to them. -->

                A resource has `apiVersion: evenkeel.io/v1`, `kind`, `metadata`, `spec` and, once a loop has looked,
                `status`. Keys are in camel case; an unknown key is an error. A text may hold several YAML documents.
                Durations are written as `500ms`, `30s`, `5m`, `2h` or `1d`.
                """);
        table(out, "metadata", Metadata.class);
        for (Kind kind : Kind.values()) {
            About about = kind.specType().getAnnotation(About.class);
            out.append("\n## ").append(kind.title()).append("\n\n");
            out.append("`/v1/").append(kind.plural()).append("`. ");
            out.append(about == null ? "" : about.value()).append('\n');
            table(out, "spec", kind.specType());
            table(out, "status", kind.statusType());
        }
        return out.toString();
    }

    private static void table(StringBuilder out, String part, Class<?> type) {
        out.append("\n| ").append(part).append(" | value | default | meaning |\n");
        out.append("| --- | --- | --- | --- |\n");
        for (KeyReference key : KeyReference.of(type, Naming.CAMEL_CASE)) {
            String standard = key.required() ? "required" : code(key.standard());
            out.append("| `").append(key.path()).append("` | ");
            out.append(cell(key.expected())).append(" | ");
            out.append(standard).append(" | ");
            out.append(cell(key.about())).append(" |\n");
        }
    }

    private static String code(String standard) {
        return switch (standard) {
            case "" -> "none";
            case "''" -> "empty";
            default -> "`" + standard + "`";
        };
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;");
    }
}
