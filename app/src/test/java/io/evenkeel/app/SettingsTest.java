package io.evenkeel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.control.machines.MachineSettings;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.store.etcd.EtcdConfig;
import io.evenkeel.store.etcd.EtcdStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SettingsTest {
    private static final Path REFERENCE = Path.of("..", "docs", "reference", "settings.md");

    @TempDir private Path folder;

    @Test
    void theCommittedReferenceIsWhatTheRecordsSay() throws IOException {
        String made = reference();
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(REFERENCE, made);
        }
        assertThat(Files.readString(REFERENCE))
                .as(
                        "run: dev/mvn -pl app -am test -Dtest=SettingsTest -Dtest.jvm=-Dreference.write=true")
                .isEqualTo(made);
    }

    private static String reference() {
        StringBuilder out =
                new StringBuilder(
                        """
                        # Settings

                        <!-- Generated from the records of `app`; SettingsTest holds it to them. -->

                        Each one is a flag (`--data-dir`), a variable (`EVENKEEL_DATA_DIR`) and a key of the file given by `--config` (`data-dir`). Flag wins over variable over file over default.
                        What is wrong is said all at once, with the place in the file. A port of 0 takes any free one; `--ready-file` tells which.

                        Operator's commands find the API by `--api` or `EVENKEEL_API` (default `http://127.0.0.1:7082`). `EVENKEEL_LOG` sets the level of messages on stderr (default `INFO`),
                        `EVENKEEL_JAVA_OPTS` adds flags of the JVM.
                        """);
        table(out, "standalone", StandaloneSettings.class);
        table(out, "gateway", GatewayRoleSettings.class);
        table(out, "control", ControlRoleSettings.class);
        table(out, "agent", AgentRoleSettings.class);
        return out.append(
                        """

                        ## `evenkeel store`
                        | command | option | meaning |
                        | --- | --- | --- |
                        | `export FILE`, `import FILE` | `--data-dir` | folder of an embedded store that no process has open; without `--etcd` the one that standalone takes by default |
                        | | `--etcd` | members of the etcd cluster that is the store, `host:port,...` |
                        | `import` | `--replace` | also into a store that is not empty; what is not in the file is deleted |

                        `-` is standard output or input. [What they do](../operating/backup.md).
                        """)
                .toString();
    }

    private static void table(StringBuilder out, String role, Class<? extends Record> settings) {
        out.append("\n## `evenkeel ").append(role).append("`\n");
        out.append("| key | default | meaning |\n| --- | --- | --- |\n");
        Settings.rows(settings).forEach(row -> out.append(row).append('\n'));
    }

    @Test
    void settingsThatRolesShareStandAmongTheirOwn() {
        GatewayRoleSettings settings =
                Settings.read(
                                GatewayRoleSettings.class,
                                RoleCommand.gateway()
                                        .parseArgs(
                                                "--etcd=10.0.0.1:2379,10.0.0.2:2379", "--loops=2"),
                                Map.of("EVENKEEL_ID", "gw-1"))
                        .orElseThrow();
        assertThat(settings.member().etcd()).containsExactly("10.0.0.1:2379", "10.0.0.2:2379");
        assertThat(settings.member().name()).isEqualTo("gw-1");
        assertThat(settings.dataPlane().loops()).isEqualTo(2);
        assertThat(settings.admin()).isEqualTo(new HostPort("127.0.0.1", 7082));
    }

    @Test
    void machinesArePlacedAndMovedAsIsSaid() {
        assertThat(machines()).isEqualTo(MachineSettings.DEFAULT);
        assertThat(
                        machines(
                                "--placement-oldest-figures=7s",
                                "--placement-overcommit=150",
                                "--placement-spread=9",
                                "--leaving-at-once=3",
                                "--tasks-per-host=5",
                                "--migration-timeout=11m",
                                "--shutdown-timeout=12s"))
                .isEqualTo(
                        new MachineSettings(
                                MachineSettings.DEFAULT.poll(),
                                MachineSettings.DEFAULT.pollTimeout(),
                                MachineSettings.DEFAULT.start(),
                                Duration.ofMinutes(11),
                                Duration.ofSeconds(12),
                                5,
                                new PlacementSettings(Duration.ofSeconds(7), 150, 9, 3)));
    }

    private static MachineSettings machines(String... options) {
        return Settings.read(
                        ControlRoleSettings.class,
                        RoleCommand.control().parseArgs(options),
                        Map.of("EVENKEEL_ETCD", "10.0.0.1:2379"))
                .orElseThrow()
                .machines()
                .settings();
    }

    @Test
    void nameOfAProcessIsCheckedWhereverItComesFrom() {
        MemberSettings member =
                new MemberSettings(List.of(), Optional.of("Not a name"), Optional.empty());
        assertThatThrownBy(member::name)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("Not a name")
                .hasMessageContaining("--id");
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

    @Test
    void selfFenceNeedsAnAddressThatOthersCanUse() throws Exception {
        // Never asked here.
        EtcdConfig nowhere = EtcdConfig.of(List.of("127.0.0.1:1"), RandomGenerator.getDefault());
        try (Store store = EtcdStore.open(nowhere)) {
            assertThat(started(store, false, Optional.empty())).isEmpty();
            assertThatThrownBy(() -> started(store, true, Optional.empty()))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("self-fence-address: none (expected: host:port");
            assertThatThrownBy(() -> started(store, true, Optional.of(HostPort.parse("0.0.0.0:0"))))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("0.0.0.0:0 (expected: an address of this host");
            HostPort asked =
                    started(store, true, Optional.of(HostPort.parse("127.0.0.1:0"))).orElseThrow();
            assertThat(asked.port()).isPositive();
        }
    }

    private static Optional<HostPort> started(Store store, boolean on, Optional<HostPort> address)
            throws Exception {
        SelfFenceSettings settings = new SelfFenceSettings(on, address, "qemu:///system");
        AtomicReference<Optional<HostPort>> asked = new AtomicReference<>(Optional.empty());
        try (Role role =
                Role.start(into -> asked.set(settings.answersOf(into, store, "default")))) {
            assertThat(role.serving()).isTrue();
        }
        return asked.get();
    }
}
