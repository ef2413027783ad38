package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.machine.DomainElements.Element;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.LocalFolder;
import io.evenkeel.model.MachineDisk;
import io.evenkeel.model.MachineNic;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The devices of a domain that is to be taken over; part of {@link DomainImport}. */
final class DomainDevices {
    /** A monitor's port where a description names none (librbd's default). */
    private static final String MONITOR_PORT = "6789";

    private final String machine;
    private final HostKey host;
    private final Map<DatastoreKey, DatastoreImage> datastores;
    private final List<String> refused;
    private final List<String> leftOut;

    DomainDevices(
            String machine,
            HostKey host,
            Map<DatastoreKey, DatastoreImage> datastores,
            List<String> refused,
            List<String> leftOut) {
        this.machine = machine;
        this.host = host;
        this.datastores = datastores;
        this.refused = refused;
        this.leftOut = leftOut;
    }

    /** Adds to the lists what there is. */
    void read(Element devices, List<MachineDisk> disks, List<MachineNic> nics) {
        for (Element device : devices.children()) {
            String kind = device.name();
            String type = device.attribute("type");
            switch (kind) {
                // What libvirt adds by itself to every machine, ours among them.
                case "emulator", "controller", "hub" -> {}
                case "disk" -> disk(device, disks);
                case "interface" -> nic(device, nics);
                case "serial", "console" -> {
                    String log = "/var/log/libvirt/" + machine + ".console";
                    if (!type.equals("file") || !device.at("source", "path").equals(log)) {
                        leftOut.add("a " + kind + " (" + type + "); then: " + log);
                    }
                }
                case "memballoon" -> {
                    if (!device.attribute("model").equals("none")) {
                        leftOut.add("a memballoon");
                    }
                }
                case "input" -> {
                    if (!device.attribute("bus").equals("ps2")) {
                        leftOut.add("an input (" + type + ")");
                    }
                }
                case "audio" -> {
                    if (!type.equals("none")) {
                        leftOut.add("audio (" + type + ")");
                    }
                }
                case "graphics", "channel", "redirdev", "smartcard", "parallel" ->
                        leftOut.add("a " + kind + " (" + type + ")");
                case "video", "sound", "rng", "watchdog", "panic" ->
                        leftOut.add("a " + kind + " device");
                default ->
                        refused.add(
                                "a device of the kind "
                                        + kind
                                        + " (expected: disks and network interfaces)");
            }
        }
    }

    private void disk(Element disk, List<MachineDisk> disks) {
        String device = disk.attribute("device");
        String target = disk.at("target", "dev");
        if (device.equals("cdrom") || device.equals("floppy")) {
            leftOut.add("the " + device + " " + target);
            return;
        }
        String what = "disk " + target;
        Element source = disk.first("source").orElse(null);
        boolean file = disk.attribute("type").equals("file");
        if (!(device.isEmpty() || device.equals("disk"))
                || source == null
                || !(file
                        || (disk.attribute("type").equals("network")
                                && source.attribute("protocol").equals("rbd")))) {
            refused.add(
                    what
                            + " of type "
                            + (disk.attribute("type") + " " + device).strip()
                            + " (expected: an RBD image, or a qcow2 file, of a declared"
                            + " datastore)");
            return;
        }
        expect(what, "bus", disk.at("target", "bus"), "virtio");
        if (file || disk.first("driver").isPresent()) {
            expect(what, "format", disk.at("driver", "type"), file ? "qcow2" : "raw");
        }
        for (String without : List.of("readonly", "shareable", "encryption", "mirror")) {
            if (disk.first(without).isPresent() || source.first(without).isPresent()) {
                refused.add(what + " is with " + without + " (expected: without)");
            }
        }
        if (source.first("snapshot").isPresent()) {
            refused.add(what + " is a snapshot (expected: an image)");
        }
        if (disk.first("iotune").isPresent()) {
            leftOut.add("iotune of " + what);
        }
        if (file) {
            file(what, source.attribute("file"), disks);
            return;
        }
        String path = source.attribute("name");
        int slash = path.indexOf('/');
        String image = path.substring(slash + 1);
        if (slash <= 0 || image.isEmpty() || image.indexOf('/') >= 0) {
            refused.add(what + " is " + path + " (expected: POOL/IMAGE)");
            return;
        }
        DatastoreImage at =
                datastore(path.substring(0, slash), monitors(source), disk.at("auth", "username"));
        if (at == null) {
            refused.add(
                    what
                            + " is "
                            + path
                            + " at "
                            + String.join(", ", monitors(source).stream().sorted().toList())
                            + " (expected: a declared datastore of that pool and monitor)");
            return;
        }
        disks.add(new MachineDisk(at.key().name(), image));
    }

    private void file(String what, String path, List<MachineDisk> disks) {
        int slash = path.lastIndexOf('/');
        for (Map.Entry<DatastoreKey, DatastoreImage> one : datastores.entrySet()) {
            LocalFolder local = one.getValue().spec().local().orElse(null);
            if (local != null
                    && one.getKey().tenant().equals(host.tenant())
                    && local.host().equals(host.name())
                    && slash >= 0
                    && local.file(path.substring(slash + 1)).equals(path)) {
                disks.add(new MachineDisk(one.getKey().name(), path.substring(slash + 1)));
                return;
            }
        }
        refused.add(
                what
                        + " is the file "
                        + path
                        + " (expected: one in the folder of a declared datastore of host "
                        + host.name()
                        + ")");
    }

    private static Set<String> monitors(Element source) {
        Set<String> monitors = new HashSet<>();
        source.all("host")
                .forEach(host -> {
                    String port = host.attribute("port");
                    String name = host.attribute("name");
                    monitors.add(
                            (name.indexOf(':') >= 0 && !name.startsWith("[")
                                            ? "[" + name + "]"
                                            : name)
                                    + ":"
                                    + (port.isEmpty() ? MONITOR_PORT : port));
                });
        return monitors;
    }

    /** Of the same pool at a monitor of the same cluster; one of the same user, if there is one. */
    private @Nullable DatastoreImage datastore(String pool, Set<String> monitors, String user) {
        DatastoreImage found = null;
        for (Map.Entry<DatastoreKey, DatastoreImage> one : datastores.entrySet()) {
            DatastoreSpec spec = one.getValue().spec();
            if (!one.getKey().tenant().equals(host.tenant())
                    || !spec.pool().equals(pool)
                    || spec.monitors().stream()
                            .map(HostPort::toString)
                            .noneMatch(monitors::contains)) {
                continue;
            }
            boolean same = spec.diskUser().equals(user);
            if (found == null || (same && !found.spec().diskUser().equals(user))) {
                found = one.getValue();
            }
        }
        return found;
    }

    private void nic(Element nic, List<MachineNic> nics) {
        String mac = nic.at("mac", "address").toLowerCase(Locale.ROOT);
        String what = "interface " + mac;
        String bridge = nic.at("source", "bridge");
        if (!nic.attribute("type").equals("bridge") || bridge.isEmpty()) {
            refused.add(
                    what + " of type " + nic.attribute("type") + " (expected: bridge, with one)");
            return;
        }
        if (mac.isEmpty()) {
            refused.add("an interface at " + bridge + " without an address");
        }
        expect(what, "model", nic.at("model", "type"), "virtio");
        for (String without : List.of("virtualport", "vlan", "filterref")) {
            if (nic.first(without).isPresent()) {
                refused.add(what + " is with " + without + " (expected: without)");
            }
        }
        for (String lost : List.of("bandwidth", "mtu", "link")) {
            if (nic.first(lost).isPresent()) {
                leftOut.add(lost + " of " + what);
            }
        }
        nics.add(new MachineNic(bridge, mac));
    }

    private void expect(String what, String which, String seen, String expected) {
        if (!seen.equals(expected)) {
            refused.add(what + " of " + which + " " + seen + " (expected: " + expected + ")");
        }
    }
}
