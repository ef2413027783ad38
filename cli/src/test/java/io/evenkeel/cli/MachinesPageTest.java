package io.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Power;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.VirtualMachineStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/operating/machines.md declares and commands, against the API over a store on disk; that
 * machines come to be as they are wanted is played.
 */
@SuppressWarnings("NullAway.Init")
final class MachinesPageTest {
    private static final Path PAGE = Path.of("..", "docs", "operating", "machines.md");

    @TempDir private Path directory;
    private RealControl control;

    @BeforeEach
    void start() throws InterruptedException, IOException {
        control = RealControl.in(directory, Optional.empty());
        control.store.watch(
                Keys.prefix(Keys.Area.SPEC, Kind.VIRTUAL_MACHINE.plural()), 0, new Hosts());
        Files.write(directory.resolve("site.yaml"), PageCommands.lines(PAGE, "yaml"));
    }

    @AfterEach
    void stop() {
        control.close();
    }

    /** What leader, workers and hosts do in several steps, in one. */
    private final class Hosts implements WatchListener {
        @Override
        public void onBatch(WatchBatch batch) {
            for (Change change : batch.changes()) {
                if (change instanceof Change.Put put) {
                    Thread.ofVirtual().start(() -> becomes(put));
                }
            }
        }

        private void becomes(Change.Put put) {
            Keys.Key key = Keys.parse(put.key()).orElseThrow();
            Resource<?, ?> machine =
                    Stored.resource(key, put.entry().value().toBytes(), put.entry().modRevision())
                            .orElseThrow();
            boolean on = ((VirtualMachineSpec) machine.spec()).power() == Power.ON;
            VirtualMachineStatus status =
                    new VirtualMachineStatus(
                            machine.metadata().generation(),
                            List.of(),
                            "host-2",
                            on ? "running" : "off",
                            7,
                            Optional.empty());
            var _ =
                    control.commit(
                            Op.put(
                                    Keys.status(Kind.VIRTUAL_MACHINE, key.tenant(), key.name()),
                                    Value.of(Stored.write(status))));
        }

        @Override
        public void onEnd(WatchEnd end) {}
    }

    private Ran run(List<String> command) {
        List<String> words = new ArrayList<>(command);
        words.replaceAll(
                word -> word.equals("site.yaml") ? directory.resolve(word).toString() : word);
        return control.run(words);
    }

    @Test
    @Timeout(120)
    void theCommandsOfThePageDoWhatItSays() throws IOException {
        TreeMap<String, String> seen = new TreeMap<>();
        for (List<String> command : PageCommands.of(PAGE, "machines")) {
            Ran ran = run(command);
            assertThat(ran.exit()).as("%s%n%s%s", command, ran.out(), ran.err()).isZero();
            seen.put(String.join(" ", command), ran.out());
        }
        assertThat(seen).hasSize(9);
        assertThat(seen.get("apply -f site.yaml"))
                .contains("datastore/ceph", "host/host-1", "host/host-2", "virtualmachine/web-1");
        assertThat(seen.get("machine start web-1 --wait 2m"))
                .endsWith("virtualmachine/web-1 is running on host-2\n");
        assertThat(seen.get("get virtualmachines")).containsPattern("web-1 +on +running +host-2");
        assertThat(seen.get("machine stop web-1 --reason kernel update --wait 3m"))
                .endsWith("virtualmachine/web-1 is off\n");
        assertThat(seen.get("machine start web-1")).isEqualTo("virtualmachine/web-1 power on\n");
        assertThat(run(List.of("get", "virtualmachines")).out()).doesNotContain("web-1");
    }
}
