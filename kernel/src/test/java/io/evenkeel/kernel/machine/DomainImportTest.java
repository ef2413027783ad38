package io.evenkeel.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.DatastoreStatus;
import io.evenkeel.model.DirectBoot;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.LocalFolder;
import io.evenkeel.model.MachineDisk;
import io.evenkeel.model.MachineNic;
import io.evenkeel.model.MachinePlacement;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Migration;
import io.evenkeel.model.Power;
import io.evenkeel.model.Source;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.bind.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainImportTest {
    private static final String UUID = "4d4d4d4d-0000-4000-8000-000000000007";
    private static final Map<DatastoreKey, DatastoreImage> DATASTORES =
            Map.of(
                    new DatastoreKey("default", "fast"),
                    datastore("default", "fast", "10.0.0.9:3300"),
                    new DatastoreKey("default", "slow"),
                    datastore("default", "slow", "10.0.0.8:6789"),
                    new DatastoreKey("default", "here"),
                    folder("here", "h1"),
                    new DatastoreKey("default", "there"),
                    folder("there", "h2"),
                    new DatastoreKey("other", "theirs"),
                    datastore("other", "theirs", "10.0.0.7:6789"));

    /** As virt-manager leaves it, once libvirt has filled it in. */
    private static final String BY_HAND =
            """
            <domain type='kvm' id='3'>
              <name>web</name>
              <uuid>4d4d4d4d-0000-4000-8000-000000000007</uuid>
              <metadata>
                <libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
                  <libosinfo:os id="http://example.org/os/13"/>
                </libosinfo:libosinfo>
              </metadata>
              <memory unit='KiB'>2097152</memory>
              <currentMemory unit='KiB'>2097152</currentMemory>
              <vcpu placement='static'>2</vcpu>
              <os><type arch='x86_64' machine='pc-q35-9.2'>hvm</type><boot dev='hd'/></os>
              <features><acpi/><apic/></features>
              <cpu mode='host-passthrough'/>
              <clock offset='utc'><timer name='rtc' tickpolicy='catchup'/></clock>
              <on_poweroff>destroy</on_poweroff>
              <on_reboot>restart</on_reboot>
              <on_crash>restart</on_crash>
              <devices>
                <emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='network' device='disk'>
                  <driver name='qemu' type='raw' discard='unmap'/>
                  <auth username='vms'><secret type='ceph' uuid='u'/></auth>
                  <source protocol='rbd' name='pool/web-root'>
                    <host name='10.0.0.99' port='3300'/>
                    <host name='10.0.0.8'/>
                  </source>
                  <target dev='vda' bus='virtio'/>
                </disk>
                <disk type='file' device='cdrom'>
                  <source file='/iso/debian.iso'/><target dev='sda' bus='sata'/><readonly/>
                </disk>
                <controller type='usb' index='0' model='qemu-xhci'/>
                <interface type='bridge'>
                  <mac address='52:54:00:AA:BB:01'/>
                  <source bridge='br0'/><model type='virtio'/>
                </interface>
                <console type='pty'><target type='serial' port='0'/></console>
                <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                <input type='mouse' bus='ps2'/>
                <graphics type='spice' autoport='yes'/>
                <video><model type='qxl'/></video>
                <memballoon model='virtio'/>
              </devices>
            </domain>
            """;

    private static DatastoreImage datastore(String tenant, String name, String monitor) {
        return new DatastoreImage(
                new DatastoreKey(tenant, name),
                Metadata.of(tenant, name, Source.API),
                new DatastoreSpec(
                        List.of(HostPort.parse(monitor)),
                        "pool",
                        "admin",
                        "",
                        "",
                        "",
                        Optional.empty()),
                DatastoreStatus.UNKNOWN,
                0);
    }

    private static DatastoreImage folder(String name, String host) {
        return new DatastoreImage(
                new DatastoreKey("default", name),
                Metadata.of("default", name, Source.API),
                new DatastoreSpec(
                        List.of(),
                        "",
                        "admin",
                        "",
                        "",
                        "",
                        Optional.of(new LocalFolder(host, "/srv/disks"))),
                DatastoreStatus.UNKNOWN,
                0);
    }

    private static final HostKey HOST = new HostKey("default", "h1");

    private static DomainImport read(String xml) {
        return DomainImport.of(xml, HOST, Power.ON, DATASTORES);
    }

    @Test
    void whatEvenkeelWouldStartIsReadAsItWasDeclared() {
        VirtualMachineSpec spec =
                new VirtualMachineSpec(
                        3,
                        Size.parse("96MiB"),
                        List.of(
                                new MachineDisk("fast", "a"),
                                new MachineDisk("slow", "b"),
                                new MachineDisk("here", "c.qcow2")),
                        List.of(new MachineNic("br0", "52:54:00:00:00:01")),
                        Optional.of(new DirectBoot("/k/vmlinuz", "/k/initrd", "a='1' & b<2")),
                        0,
                        MachinePlacement.defaults(),
                        Migration.LIVE,
                        Power.ON);
        String xml =
                DomainXml.of(new MachineKey("default", "vm"), UUID, spec, 7, false, DATASTORES);
        assertThat(read(xml))
                .isEqualTo(new DomainImport("vm", UUID, Optional.of(spec), List.of(), List.of()));
        HostKey other = new HostKey("default", "h2");
        assertThat(DomainImport.of(xml, other, Power.ON, DATASTORES).spec().orElseThrow().disks())
                .contains(new MachineDisk("there", "c.qcow2"));
        HostKey third = new HostKey("default", "h3");
        assertThat(DomainImport.of(xml, third, Power.ON, DATASTORES).refused())
                .singleElement()
                .asString()
                .contains("the file /srv/disks/c.qcow2", "datastore of host h3");
    }

    @Test
    void machineWithoutADiskAtAStorageClusterIsKnownByItsDescription() {
        String file = "<disk type='file' device='disk'/>";
        assertThat(LocalDisks.hasFilesOnly(BY_HAND)).isFalse();
        assertThat(LocalDisks.hasFilesOnly(devices(file))).isTrue();
        assertThat(LocalDisks.hasFilesOnly(devices(file + "<disk type='network'/>"))).isFalse();
        assertThat(LocalDisks.hasFilesOnly(devices("<disk type='file' device='cdrom'/>")))
                .isFalse();
        assertThat(LocalDisks.hasFilesOnly(devices(""))).isFalse();
        assertThat(LocalDisks.hasFilesOnly("<domain")).isFalse();
    }

    private static String devices(String disks) {
        return "<domain><devices>" + disks + "</devices></domain>";
    }

    @Test
    void machineMadeByHandIsTakenOverAndWhatItWillLoseIsSaid() {
        DomainImport read = read(BY_HAND);
        assertThat(read.refused()).isEmpty();
        assertThat(read.name()).isEqualTo("web");
        assertThat(read.uuid()).isEqualTo(UUID);
        assertThat(read.spec())
                .contains(
                        new VirtualMachineSpec(
                                2,
                                Size.parse("2GiB"),
                                List.of(new MachineDisk("slow", "web-root")),
                                List.of(new MachineNic("br0", "52:54:00:aa:bb:01")),
                                Optional.empty(),
                                0,
                                MachinePlacement.defaults(),
                                Migration.LIVE,
                                Power.ON));
        assertThat(read.leftOut())
                .containsExactly(
                        "the metadata libosinfo:libosinfo",
                        "the machine type pc-q35-9.2 (then: pc)",
                        "the feature apic",
                        "the processor host-passthrough (then: libvirt's default)",
                        "on_crash restart (then: destroy)",
                        "the cdrom sda",
                        "a console (pty); then: /var/log/libvirt/web.console",
                        "a channel (unix)",
                        "a graphics (spice)",
                        "a video device",
                        "a memballoon");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "protocol='rbd'|protocol='iscsi'|disk vda of type network disk",
                "name='pool/web-root'|name='tank/web-root'|disk vda is tank/web-root at",
                "name='10.0.0.8'|name='10.0.0.7'|disk vda is pool/web-root at",
                "dev='vda' bus='virtio'|dev='sdb' bus='sata'|disk sdb of bus sata",
                "type='raw'|type='qcow2'|disk vda of format qcow2",
                "interface type='bridge'|interface type='network'|interface 52:54:00:aa:bb:01 of",
                "<model type='virtio'/>|<model type='e1000'/>|interface 52:54:00:aa:bb:01 of model",
                "<model type='virtio'/>|<model type='virtio'/><vlan/>|interface 52:54:00:aa:bb:01 is",
                "<disk type='network' device='disk'>|<disk type='file' device='disk'><driver type='qcow2'/><source file='/srv/other/c'/><target bus='virtio'/></disk><disk type='network'>|disk  is the file /srv/other/c (expected: one in the folder",
                "<disk type='network' device='disk'>|<disk type='file' device='disk'><driver type='qcow2'/><source file='c'/><target bus='virtio'/></disk><disk type='network'>|disk  is the file c (",
                "<disk type='network' device='disk'>|<disk type='file' device='disk'><driver type='raw'/><source file='/srv/disks/c'/><target bus='virtio'/></disk><disk type='network'>|disk  of format raw",
                "<input type='mouse' bus='ps2'/>|<hostdev mode='subsystem'/>|a device of the kind",
                "<boot dev='hd'/>|<loader type='pflash'/>|firmware of its own",
                "domain type='kvm'|domain type='xen'|a domain of type xen",
                "<name>web</name>|<name>Web Server</name>|its name Web Server",
                "2097152</memory>|9</memory>|memory: 9KiB",
                "unit='KiB'>2097152</memory>|unit='EiB'>1</memory>|its memory",
                "'static'>2<|'static'>0<|processors: 0",
                "'static'>2<|'static'>999<|cpus: 999"
            })
    void whatItsGuestWouldMissKeepsItFromBeingTakenOver(String was, String is, String why) {
        assertThat(BY_HAND).contains(was);
        DomainImport read = read(BY_HAND.replace(was, is));
        assertThat(read.spec()).isEmpty();
        assertThat(read.refused()).singleElement().asString().startsWith(why);
    }

    @Test
    void hostileDescriptionIsRefusedWithOneMessage() {
        String type = "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><domain>&e;</domain>";
        assertRefused(type, "a document type");
        assertRefused("<domain>&e;</domain>", "");
        assertRefused("<a>".repeat(200_000 / 3), "within each other");
        assertRefused("<d>" + "<a/>".repeat(9_000) + "</d>", "more than 8192 elements");
        assertRefused("<d>" + "x".repeat(300_000) + "</d>", "characters");
        assertRefused("<domain><name>a", "no XML");
        assertRefused("", "no XML");
        assertThat(read("<volume/>").spec()).isEmpty();
    }

    private static void assertRefused(String xml, String why) {
        DomainImport read = read(xml);
        assertThat(read.spec()).isEmpty();
        assertThat(read.refused())
                .singleElement()
                .asString()
                .startsWith("its description cannot be read: ")
                .contains(why)
                .doesNotContain("\n");
    }
}
