package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.lab.Ceph;
import io.evenkeel.it.lab.Guest;
import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.machine.DatastoreKey;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.DomainImport;
import io.evenkeel.kernel.machine.DomainXml;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.DatastoreStatus;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.MachineDisk;
import io.evenkeel.model.MachineNic;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Power;
import io.evenkeel.model.Source;
import io.evenkeel.model.VirtualMachineSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** C0: a machine that somebody else made is understood, and becomes a run while it runs. */
@Tag("C")
@Timeout(180)
class ForeignMachineIT {
    private static final Guest GUEST = new Guest("foreign", 8);
    private static final DatastoreKey STORE = new DatastoreKey("default", "ceph");

    @TempDir private Path folder = Path.of("");

    private static String virsh(Scene scene, String... arguments) throws IOException {
        return scene.first.virsh(scene.control, "", arguments);
    }

    @Test
    void machineMadeByHandIsReadAndMarkedWhileItRuns() throws Exception {
        try (Scene scene = Scene.start(folder, false)) {
            Map<DatastoreKey, DatastoreImage> datastores =
                    Map.of(
                            STORE,
                            new DatastoreImage(
                                    STORE,
                                    Metadata.of("default", "ceph", Source.API),
                                    new DatastoreSpec(
                                            List.of(HostPort.parse(scene.ceph.monitor())),
                                            Ceph.POOL,
                                            "admin",
                                            "",
                                            ""),
                                    DatastoreStatus.UNKNOWN,
                                    0));
            scene.ceph.image(GUEST.name());
            String made = GUEST.xml(scene.ceph, "");
            var _ = scene.first.virsh(scene.control, made, "define", "/dev/stdin");
            var _ = virsh(scene, "autostart", GUEST.name());
            var _ = virsh(scene, "start", GUEST.name());
            GUEST.awaitAnswer(scene.control, Site.SOON);

            String uri = scene.first.uri();
            Domain seen = Scene.done(scene.hypervisor.domains(uri, Scene.PATIENCE)).getFirst();
            assertThat(seen.token()).isZero();
            DomainImport read = read(scene, datastores);
            assertThat(read.refused()).isEmpty();
            assertThat(read.leftOut()).isEmpty();
            assertThat(read.uuid()).isEqualTo(seen.uuid());
            VirtualMachineSpec spec = read.spec().orElseThrow();
            assertThat(spec.disks()).containsExactly(new MachineDisk("ceph", GUEST.name()));
            assertThat(spec.nics()).containsExactly(new MachineNic("br0", GUEST.mac()));
            assertThat(spec.memory()).hasToString("96MiB");
            assertThat(spec.boot().orElseThrow().commandLine()).isEqualTo(GUEST.commandLine());

            Domain marked = mark(scene, seen.uuid(), 40);
            assertThat(marked.token()).isEqualTo(40);
            assertThat(marked.power()).isEqualTo(Domain.Power.RUNNING);
            assertThat(mark(scene, seen.uuid(), 40)).isEqualTo(marked);
            assertThat(mark(scene, seen.uuid(), 41).token()).isEqualTo(41);
            assertThat(
                            Scene.reply(
                                    scene.hypervisor.mark(
                                            uri, GUEST.name(), seen.uuid(), 40, Scene.PATIENCE)))
                    .isInstanceOf(Reply.Refused.class);
            String another = seen.uuid().replace('4', '5');
            assertThat(
                            Scene.reply(
                                    scene.hypervisor.mark(
                                            uri, GUEST.name(), another, 42, Scene.PATIENCE)))
                    .isInstanceOf(Reply.Refused.class);
            assertThat(virsh(scene, "dumpxml", GUEST.name())).contains("41");
            assertThat(virsh(scene, "dumpxml", "--inactive", GUEST.name()))
                    .containsPattern("token=.41.");
            assertThat(virsh(scene, "dominfo", GUEST.name()))
                    .containsPattern("Autostart: +disable");
            assertThat(GUEST.get(scene.control, "/boots")).isEqualTo("1");

            // As Evenkeel would start it the next time, libvirt says it back as it was declared.
            String ours =
                    DomainXml.of(
                            new MachineKey("default", GUEST.name()),
                            seen.uuid(),
                            spec,
                            42,
                            true,
                            datastores);
            var _ = Scene.done(scene.hypervisor.start(uri, ours, Scene.PATIENCE));
            assertThat(read(scene, datastores)).isEqualTo(read);
        }
    }

    private static DomainImport read(Scene scene, Map<DatastoreKey, DatastoreImage> datastores)
            throws Exception {
        String xml =
                Scene.done(
                        scene.hypervisor.describe(scene.first.uri(), GUEST.name(), Scene.PATIENCE));
        return DomainImport.of(xml, "default", Power.ON, datastores);
    }

    private static Domain mark(Scene scene, String uuid, long token) throws Exception {
        return Scene.done(
                scene.hypervisor.mark(
                        scene.first.uri(), GUEST.name(), uuid, token, Scene.PATIENCE));
    }
}
