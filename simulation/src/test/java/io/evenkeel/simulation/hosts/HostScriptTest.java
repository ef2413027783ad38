package io.evenkeel.simulation.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file is a scenario and, below a line of {@code ---}, the log that it comes to. */
class HostScriptTest {
    private static final Path FOLDER = Path.of("src/test/resources/io/evenkeel/simulation/hosts");

    static Stream<String> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    private static List<String> commands(String name) throws IOException {
        return Files.readAllLines(FOLDER.resolve(name)).stream()
                .takeWhile(line -> !line.equals("---"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void scenarioComesToItsLog(String name) throws IOException {
        List<String> whole = new ArrayList<>(commands(name));
        List<String> log = HostScript.run(whole, HostJoints.SOUND);
        whole.add("---");
        whole.addAll(log);
        if (Boolean.getBoolean("reference.write")) {
            Files.write(FOLDER.resolve(name), whole);
        }
        assertThat(String.join("\n", whole))
                .as("%s; rewrite with -Dtest.jvm=-Dreference.write=true", name)
                .isEqualTo(String.join("\n", Files.readAllLines(FOLDER.resolve(name))));
    }

    @Test
    void thereAreAtLeastSixty() throws IOException {
        assertThat(scenarios()).hasSizeGreaterThanOrEqualTo(60);
    }

    @Test
    void lateStartThatNoSealRefusesIsASecondWriter() throws IOException {
        List<String> commands = commands("late-start-on-the-first-target.txt");
        assertThat(HostScript.run(commands, HostJoints.SOUND))
                .anyMatch(line -> line.contains("v1.2 is refused on h2"));
        assertThatThrownBy(() -> HostScript.run(commands, new HostJoints(true, false, true)))
                .hasMessageContaining("no two incarnations are able to write one disk");
    }

    @Test
    void startBeforeTheFenceIsCaught() throws IOException {
        List<String> commands = commands("slow-fence.txt");
        assertThatThrownBy(() -> HostScript.run(commands, new HostJoints(false, true, true)))
                .hasMessageContaining("a machine changes hands only from a fenced host");
    }

    @Test
    void clientThatIsNotHeededIsCaught() throws IOException {
        List<String> commands = commands("management-cut.txt");
        assertThatThrownBy(() -> HostScript.run(commands, new HostJoints(true, true, false)))
                .hasMessageContaining("nobody is confirmed who gave a sign of life");
    }
}
