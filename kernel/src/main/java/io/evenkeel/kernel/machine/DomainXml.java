package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.DirectBoot;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.MachineDisk;
import io.evenkeel.model.MachineNic;
import io.evenkeel.model.VirtualMachineSpec;
import java.util.Map;

/**
 * A machine as libvirt is to run it (libvirt's domain format,
 * https://libvirt.org/formatdomain.html). Its card's address is the machine's for life; a power-off
 * by the guest ends the domain, which then shows as off. Pure.
 */
public final class DomainXml {
    /** Where a run's token stands in a domain's metadata; libvirt keeps one element of it. */
    public static final String NAMESPACE = "https://evenkeel.io/machine/1";

    private DomainXml() {}

    /**
     * The description of a declared machine for a host.
     *
     * @param token of the run
     * @param image with the datastores of its disks
     * @throws IllegalArgumentException what is missing, and where it is to be said
     */
    public static String of(MachineImage machine, HostImage host, long token, ClusterImage image) {
        return of(
                machine.key(),
                machine.metadata().uid(),
                machine.spec(),
                token,
                host.spec().emulated(),
                image.datastores());
    }

    /**
     * The description.
     *
     * @param uuid the machine's, the same for life
     * @param token of the run
     * @param emulated whether the host lacks hardware virtualisation
     * @throws IllegalArgumentException what is missing, and where it is to be said
     */
    public static String of(
            MachineKey machine,
            String uuid,
            VirtualMachineSpec spec,
            long token,
            boolean emulated,
            Map<DatastoreKey, DatastoreImage> datastores) {
        StringBuilder xml = new StringBuilder(2_048);
        xml.append("<domain type='").append(emulated ? "qemu" : "kvm").append("'>\n");
        element(xml, "name", machine.name());
        element(xml, "uuid", uuid);
        xml.append("<metadata>")
                .append(run(token))
                .append("</metadata>\n<memory unit='b'>")
                .append(spec.memory().bytes())
                .append("</memory>\n<vcpu>")
                .append(spec.cpus())
                .append("</vcpu>\n<os><type arch='x86_64'>hvm</type>\n");
        spec.boot().ifPresent(boot -> boot(xml, boot));
        xml.append("</os>\n<features><acpi/></features>\n")
                .append(
                        "<on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>\n")
                .append("<devices>\n");
        for (int i = 0; i < spec.disks().size(); i++) {
            MachineDisk disk = spec.disks().get(i);
            DatastoreImage at =
                    datastores.get(new DatastoreKey(machine.tenant(), disk.datastore()));
            if (at == null) {
                throw new IllegalArgumentException(
                        "datastore " + disk.datastore() + " is not there (expected: declared)");
            }
            disk(xml, disk, at.spec(), (char) ('a' + i));
        }
        spec.nics().forEach(nic -> nic(xml, nic));
        xml.append("<serial type='file'><source path='/var/log/libvirt/");
        escape(xml, machine.name());
        xml.append(".console'/><target port='0'/></serial>\n<memballoon model='none'/>\n");
        return xml.append("</devices>\n</domain>\n").toString();
    }

    /** The element of a domain's metadata that says under which token it runs. */
    public static String run(long token) {
        return "<evenkeel:run xmlns:evenkeel='" + NAMESPACE + "' token='" + token + "'/>";
    }

    private static void boot(StringBuilder xml, DirectBoot boot) {
        element(xml, "kernel", boot.kernel());
        if (!boot.initrd().isEmpty()) {
            element(xml, "initrd", boot.initrd());
        }
        if (!boot.commandLine().isEmpty()) {
            element(xml, "cmdline", boot.commandLine());
        }
    }

    private static void disk(StringBuilder xml, MachineDisk disk, DatastoreSpec at, char letter) {
        if (at.local().isPresent()) {
            xml.append(
                    "<disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none'/><source file='");
            escape(xml, at.local().orElseThrow().file(disk.image()));
            xml.append("'/><target dev='vd").append(letter).append("' bus='virtio'/></disk>\n");
            return;
        }
        xml.append(
                "<disk type='network' device='disk'><driver name='qemu' type='raw' cache='none'/>");
        if (!at.secretUuid().isEmpty()) {
            xml.append("<auth username='");
            escape(xml, at.diskUser());
            xml.append("'><secret type='ceph' uuid='");
            escape(xml, at.secretUuid());
            xml.append("'/></auth>");
        }
        xml.append("<source protocol='rbd' name='");
        escape(xml, at.pool() + "/" + disk.image());
        xml.append("'>");
        for (HostPort monitor : at.monitors()) {
            xml.append("<host name='");
            escape(xml, monitor.host());
            xml.append("' port='").append(monitor.port()).append("'/>");
        }
        xml.append("</source><target dev='vd").append(letter).append("' bus='virtio'/></disk>\n");
    }

    private static void nic(StringBuilder xml, MachineNic nic) {
        xml.append("<interface type='bridge'><mac address='");
        escape(xml, nic.mac());
        xml.append("'/><source bridge='");
        escape(xml, nic.bridge());
        xml.append("'/><model type='virtio'/></interface>\n");
    }

    private static void element(StringBuilder xml, String name, String text) {
        xml.append('<').append(name).append('>');
        escape(xml, text);
        xml.append("</").append(name).append(">\n");
    }

    private static void escape(StringBuilder xml, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> xml.append("&amp;");
                case '<' -> xml.append("&lt;");
                case '>' -> xml.append("&gt;");
                case '\'' -> xml.append("&apos;");
                case '"' -> xml.append("&quot;");
                default -> xml.append(c);
            }
        }
    }
}
