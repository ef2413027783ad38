package io.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.power.RedfishSimulator;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.model.bind.Size;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/operating/hosts.md against the API over a store on disk: host-1 is fenced,
 * host-2 is held, host-3 lives. The leader is a stand-in that takes back whom it is told to.
 */
@SuppressWarnings("NullAway.Init")
final class HostsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "operating", "hosts.md");
    private static final HostKey FENCED = new HostKey("default", "host-1");

    @TempDir private Path directory;
    private RealControl control;
    private RedfishSimulator controller;

    @BeforeEach
    void start() throws InterruptedException, IOException {
        control = RealControl.in(directory, Optional.of(madeByHand()));
        controller = RedfishSimulator.withoutLogin(() -> {});
        for (String host : List.of("host-1", "host-2", "host-3")) {
            Path file = directory.resolve(host + ".yaml");
            Files.writeString(
                    file,
                    """
                    apiVersion: evenkeel.io/v1
                    kind: Host
                    metadata: {name: %s}
                    spec:
                      libvirt: qemu+tcp://%s/system
                      storageAddresses: [10.0.0.1]
                      power: {url: '%s'}
                    """
                            .formatted(host, host, controller.url()));
            assertThat(control.run(List.of("apply", "-f", file.toString())).exit()).isZero();
        }
        Path ceph = directory.resolve("ceph.yaml");
        Files.writeString(
                ceph,
                """
                apiVersion: evenkeel.io/v1
                kind: Datastore
                metadata: {name: ceph}
                spec: {monitors: ['10.0.0.9:6789'], pool: vms}
                """);
        assertThat(control.run(List.of("apply", "-f", ceph.toString())).exit()).isZero();
        question("host-1", Stage.FENCED, "", 17);
        question("host-2", Stage.ASKING, "2 of 3 hosts are silent at once", 0);
        long now = lives(new HostKey("default", "host-3"));
        control.store.watch(HostKeys.word(FENCED), now + 1, new TakesBack());
    }

    @AfterEach
    void stop() {
        control.close();
        controller.close();
    }

    /** Hosts that run a machine, and know another, that nobody declared. */
    private static Hypervisor madeByHand() {
        List<Domain> domains =
                List.of(
                        new Domain("db", uuid(1), Domain.Power.OFF, 0),
                        new Domain("web", uuid(2), Domain.Power.RUNNING, 0));
        return (Hypervisor)
                Proxy.newProxyInstance(
                        Hypervisor.class.getClassLoader(),
                        new Class<?>[] {Hypervisor.class},
                        (_, method, asked) ->
                                CompletableFuture.completedFuture(
                                        new Reply.Done<>(
                                                switch (method.getName()) {
                                                    case "domains" -> domains;
                                                    case "describe" -> described(asked[1]);
                                                    case "mark" -> domains.getFirst();
                                                    default -> throw new AssertionError(method);
                                                })));
    }

    private static String uuid(int number) {
        return "4d4d4d4d-0000-4000-8000-%012d".formatted(number);
    }

    private static String described(Object name) {
        return """
        <domain type='kvm'><name>%s</name><uuid>%s</uuid><memory unit='GiB'>1</memory>
        <vcpu>1</vcpu><os><type arch='x86_64'>hvm</type></os><clock offset='utc'/>
        <devices><disk type='network' device='disk'><driver name='qemu' type='raw'/>
        <source protocol='rbd' name='vms/%s'><host name='10.0.0.9' port='6789'/></source>
        <target dev='vda' bus='virtio'/></disk><graphics type='spice'/></devices></domain>
        """
                .formatted(name, uuid(name.equals("db") ? 1 : 2), name);
    }

    /** What a leader does in several steps, in one. */
    private final class TakesBack implements WatchListener {
        @Override
        public void onBatch(WatchBatch batch) {
            if (batch.changes().stream().anyMatch(Change.Put.class::isInstance)) {
                Thread.ofVirtual()
                        .start(() ->
                                control.commit(
                                        Op.delete(HostKeys.procedure(FENCED)),
                                        Op.delete(HostKeys.lock(FENCED)),
                                        Op.delete(HostKeys.word(FENCED))));
            }
        }

        @Override
        public void onEnd(WatchEnd end) {}
    }

    private void question(String name, Stage stage, String held, long token) {
        HostKey host = new HostKey("default", name);
        Procedure procedure =
                new Procedure(
                        stage,
                        1,
                        2,
                        3,
                        4,
                        0,
                        0,
                        held,
                        6,
                        token,
                        token == 0 ? List.of() : List.of("10.0.0.1"),
                        token == 0 ? "" : "listed, and a write was refused",
                        token != 0,
                        List.of());
        control.commit(
                Op.put(HostKeys.procedure(host), Value.of(Stored.write(procedure))),
                token == 0
                        ? Op.delete(HostKeys.lock(host))
                        : Op.put(HostKeys.lock(host), "{\"v\":1,\"why\":\"confirmed\"}"));
    }

    private long lives(HostKey host) {
        HostInventory inventory = new HostInventory("h", "amd64", "6", 8, Size.parse("8GiB"));
        HostUse use = new HostUse(Instant.now(), 800, Size.parse("1GiB"));
        return control.commit(
                Op.put(
                        Keys.hostAlive(host),
                        Value.of(Stored.write(new HostRecord("i", "b", "0.1", 0, inventory)))),
                Op.put(Keys.hostUse(host), Value.of(Stored.write(use))),
                Op.put(Keys.hostSeen(host), "{}"));
    }

    @Test
    @Timeout(120)
    void theCommandsOfThePageDoWhatItSays() throws IOException {
        TreeMap<String, String> seen = new TreeMap<>();
        for (List<String> command : PageCommands.of(PAGE, "hosts")) {
            Ran ran = control.run(command);
            assertThat(ran.exit()).as("%s%n%s%s", command, ran.out(), ran.err()).isZero();
            seen.put(String.join(" ", command).replaceFirst(" --reason.*", ""), ran.out());
        }
        assertThat(seen).hasSize(12);
        assertThat(seen.get("get hosts"))
                .containsPattern("host-1 +no +fenced")
                .containsPattern("host-2 +no +suspected")
                .containsPattern("host-3 +yes +-");
        assertThat(seen.get("explain host host-1"))
                .contains("stage:              fenced: storage refuses")
                .contains("until an operator readmits it")
                .contains("proven at 1970-01-01T00:00:00.003Z: listed")
                .contains("no machine of it was on");
        assertThat(seen.get("get hosts --rank"))
                .containsPattern("1 +host-3 +116 +10.0 +12.5 ")
                .containsPattern("- +host-1 .* is in question: stage fenced")
                .endsWith("can we lose one host? yes, any one\n");
        assertThat(seen.get("host import host-3 --dry-run"))
                .containsPattern("db +off +importable")
                .contains("web: not after its next start: ");
        assertThat(seen.get("host import host-3 web db")).containsPattern("web +running +imported");
        assertThat(seen.get("host rebalance --dry-run")).startsWith("nothing to move: ");
        assertThat(seen.get("host rebalance")).startsWith("nothing to move: ");
        assertThat(seen.get("host proceed host-2"))
                .isEqualTo("host/host-2 proceed, in stage asking\n");
        assertThat(seen.get("host readmit host-1"))
                .startsWith("host/host-1 readmit, in stage fenced\n")
                .endsWith("none: counts again\n");
        assertThat(seen.get("host power host-1"))
                .isEqualTo("host/host-1 power On, says " + controller.url() + "\n");
        assertThat(seen.get("host maintenance host-1 on"))
                .isEqualTo("host/host-1 maintenance on\nno machine runs on it any more\n");
        assertThat(control.run(List.of("describe", "host", "host-1")).out())
                .contains("in stage fenced: power supply replaced")
                .contains("new memory: spec.maintenance: false -> true");
    }

    @Test
    void theHostOfThePageCanBeDeclared() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
        Path file = directory.resolve("with-power.yaml");
        Files.writeString(file, page.substring(begin, page.indexOf("```", begin)));
        Ran applied = control.run(List.of("apply", "-f", file.toString()));
        assertThat(applied.exit()).as(applied.err()).isZero();
        assertThat(control.run(List.of("get", "host", "host-1", "-o", "yaml")).out())
                .contains("https://10.0.9.11", "passwordFile: /etc/evenkeel/host-1.bmc");
    }
}
