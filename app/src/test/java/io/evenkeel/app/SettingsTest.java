package io.evenkeel.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.HostPort;
import io.evenkeel.model.tree.Bound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SettingsTest {
    private static final Path REFERENCE = Path.of("..", "docs", "reference", "settings.md");

    @TempDir private Path folder;

    @Test
    void theReferenceShowsEverySettingWithItsDefault() throws IOException {
        assertThat(Files.readAllLines(REFERENCE))
                .containsAll(Settings.rows(StandaloneSettings.class));
    }

    @Test
    void flagWinsOverVariableOverFileOverDefault() throws IOException {
        Path file = file("http: 127.0.0.1:1\nlink: 127.0.0.1:1\nadmin: 127.0.0.1:1\n");
        StandaloneSettings settings =
                read(
                                Map.of(
                                        "EVENKEEL_HTTP",
                                        "127.0.0.1:2",
                                        "EVENKEEL_LINK",
                                        "127.0.0.1:2"),
                                "--config=" + file,
                                "--http=127.0.0.1:3")
                        .orElseThrow();
        assertThat(settings.dataPlane().http()).isEqualTo(new HostPort("127.0.0.1", 3));
        assertThat(settings.dataPlane().link()).isEqualTo(new HostPort("127.0.0.1", 2));
        assertThat(settings.admin()).isEqualTo(new HostPort("127.0.0.1", 1));
        assertThat(settings.dataPlane().loops()).isZero();
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceWithItsPlace() throws IOException {
        Path file = file("htpp: 127.0.0.1:1\nloops: 1000\n");
        assertThat(read(Map.of(), "--config=" + file, "--link=nowhere").problems())
                .hasSize(3)
                .anySatisfy(problem ->
                        assertThat(problem.toString()).startsWith("1:1: htpp").contains("http"))
                .anySatisfy(
                        problem -> assertThat(problem.toString()).startsWith("2:8: loops: 1000"))
                .anySatisfy(problem -> assertThat(problem.toString()).startsWith("link: nowhere"));
    }

    @Test
    void aListIsWrittenWithCommas() {
        assertThat(
                        read(Map.of(), "--trusted-sources=10.0.0.0/8, ::1/128")
                                .orElseThrow()
                                .dataPlane()
                                .trustedSources())
                .isEqualTo(List.of("10.0.0.0/8", "::1/128"));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("evenkeel.yaml"), text);
    }

    private static Bound<StandaloneSettings> read(Map<String, String> variables, String... flags) {
        CommandLine command = RoleCommand.standalone();
        return Settings.read(StandaloneSettings.class, command.parseArgs(flags), variables);
    }
}
