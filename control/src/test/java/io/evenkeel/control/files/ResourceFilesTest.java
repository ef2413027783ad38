package io.evenkeel.control.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.control.RunningControl;
import io.evenkeel.control.api.ResourceOperations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceFilesTest {
    private static final String WEB =
            "apiVersion: evenkeel.io/v1\nkind: Service\nmetadata: {name: web}\nspec: {policy: a}\n";

    @TempDir Path directory;
    private RunningControl control;
    private Path declared;

    @BeforeEach
    void start() throws Exception {
        declared = Files.createDirectory(directory.resolve("declared"));
        control = RunningControl.in(directory.resolve("store"));
    }

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void filesAreAppliedFollowedAndTheirResourcesDeletedWithThem() throws Exception {
        write("web.yaml", WEB);
        write("more.yaml", WEB.replace("name: web", "name: cart"));
        try (ResourceFiles files = files()) {
            assertThat(control.get("/v1/services/web").at("/metadata/source")).isEqualTo("file");
            assertThat(control.delete("/v1/services/web").at("/owner")).isEqualTo("file");
            write("web.yaml", WEB.replace("policy: a", "policy: b"));
            Files.delete(declared.resolve("more.yaml"));
            files.look();
            files.look();
            assertThat(control.get("/v1/services/web").at("/spec/policy")).isEqualTo("b");
            assertThat(control.get("/v1/services/cart").status()).isEqualTo(404);
        }
    }

    @Test
    void lastGoodVersionStaysWhileAnythingIsWrong() throws Exception {
        write("web.yaml", WEB);
        try (ResourceFiles files = files()) {
            write("web.yaml", WEB.replace("policy: a", "policy: b"));
            write("bad.yaml", WEB.replace("spec: {", "spec: {colour: red, "));
            files.look();
            files.look();
            assertThat(control.get("/v1/services/web").at("/spec/policy")).isEqualTo("a");
        }
    }

    @Test
    void emptyDirectoryDoesNotDeleteEverything() throws Exception {
        write("web.yaml", WEB);
        try (ResourceFiles files = files()) {
            Files.delete(declared.resolve("web.yaml"));
            files.look();
            files.look();
            assertThat(control.get("/v1/services/web").status()).isEqualTo(200);
        }
    }

    @Test
    void startNamesEveryProblemWithFileLineAndColumn() throws Exception {
        write("a.yaml", WEB.replace("policy: a", "policy: _"));
        write("b.yaml", WEB + "---\n" + WEB.replace("kind: Service", "kind: Servic"));
        assertThatThrownBy(this::files)
                .hasMessageContaining("a.yaml:4:")
                .hasMessageContaining("spec.policy")
                .hasMessageContaining("b.yaml:7:")
                .hasMessageContaining("Servic");
    }

    @Test
    void resourceOfAnotherSourceIsNamedWithItsOwner() throws Exception {
        control.put("/v1/services/web", WEB);
        write("web.yaml", WEB);
        assertThatThrownBy(this::files).hasMessageContaining("owned by source api");
    }

    private ResourceFiles files() {
        return ResourceFiles.start(
                declared,
                new ResourceOperations(control.store()),
                InstantSource.system(),
                () -> UUID.randomUUID().toString());
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(declared.resolve(name), text);
    }
}
