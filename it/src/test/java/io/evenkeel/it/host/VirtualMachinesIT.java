package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.app.demo.Launched;
import io.evenkeel.it.Cluster;
import io.evenkeel.it.lab.Ceph;
import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.it.lab.Laboratory;
import io.evenkeel.it.lab.Machine;
import io.evenkeel.it.lab.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * C0: a user has a machine created, stopped, started and deleted, on hosts that placement chooses.
 */
@Tag("C")
@Timeout(240)
class VirtualMachinesIT {
    private static final int SOON = 60;
    private static final Guest GUEST = new Guest("web", 7);

    @TempDir private Path folder = Path.of("");
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                System.err.println(each + " was not closed: " + e);
            }
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.add(one);
        return one;
    }

    private static void put(Cluster.Member control, String plural, String name, String spec) {
        String kind =
                switch (plural) {
                    case "hosts" -> "Host";
                    case "datastores" -> "Datastore";
                    default -> "VirtualMachine";
                };
        String body =
                "{\"apiVersion\":\"evenkeel.io/v1\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\"},\"spec\":%s}"
                        .formatted(kind, name, spec);
        assertThat(control.status("PUT", "/v1/" + plural + "/" + name, body)).isBetween(200, 201);
    }

    private static void machine(Cluster.Member control, String power) throws IOException {
        Path kit = Guest.kit();
        put(
                control,
                "virtualmachines",
                GUEST.name(),
                """
                {"memory":"96MiB","power":"%s","disks":[{"datastore":"ceph","image":"%s"}],
                 "nics":[{"bridge":"br0","mac":"%s"}],
                 "boot":{"kernel":"%s/vmlinuz","initrd":"%s/initrd.gz","commandLine":"%s"}}\
                """
                        .formatted(
                                power, GUEST.name(), GUEST.mac(), kit, kit, GUEST.commandLine()));
    }

    private static Answer status(Cluster.Member control) {
        try {
            return control.read("/v1/virtualmachines/" + GUEST.name()).at("status");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void machineRunsWhereItIsPlacedIsStoppedStartedAndDeleted() throws Exception {
        Laboratory laboratory = keep(Laboratory.open());
        Ceph ceph = keep(Ceph.start(laboratory, folder, false));
        Machine center = laboratory.machine("control");
        Cluster cluster = keep(Cluster.onEtcd(List.of(center.place())));
        Cluster.Member control = cluster.control("c1", center.place());
        put(
                control,
                "datastores",
                "ceph",
                "{\"monitors\":[\"%s\"],\"pool\":\"%s\"}".formatted(ceph.monitor(), Ceph.POOL));
        for (String name : List.of("h1", "h2")) {
            HostMachine host = keep(HostMachine.start(laboratory, name, folder, ceph));
            put(
                    control,
                    "hosts",
                    name,
                    "{\"libvirt\":\"%s\",\"emulated\":true}".formatted(host.uri()));
            host.awaitLibvirt();
            Launched agent = cluster.agent(name, host.machine().place(), "--measure-every=1s");
            assertThat(agent).isNotNull();
        }
        ceph.image(GUEST.name());

        long begun = System.nanoTime();
        machine(control, "on");
        GUEST.awaitAnswer(center, SOON);
        System.out.printf("machine declared, HTTP 200 after %d ms%n", Scene.since(begun));
        Wait.until(
                "it is seen to run",
                SOON,
                () -> status(control).at("power").text().equals("running"));
        String first = status(control).at("host").text();
        assertThat(first).isIn("h1", "h2");
        assertThat(GUEST.get(center, "/boots")).isEqualTo("1");

        machine(control, "off");
        Wait.until("it is off", SOON * 2, () -> status(control).at("power").text().equals("off"));
        assertThat(GUEST.get(center, "/")).isEmpty();

        machine(control, "on");
        GUEST.awaitAnswer(center, SOON);
        assertThat(GUEST.get(center, "/boots")).isEqualTo("2");
        assertThat(status(control).at("host").text()).isEqualTo(first);

        assertThat(control.status("DELETE", "/v1/virtualmachines/" + GUEST.name(), ""))
                .isBetween(200, 204);
        Wait.until("it is gone", SOON, () -> GUEST.get(center, "/").isEmpty());
    }
}
