package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.machine.DomainElements.Element;
import io.evenkeel.model.DirectBoot;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.MachineDisk;
import io.evenkeel.model.MachineNic;
import io.evenkeel.model.MachinePlacement;
import io.evenkeel.model.Migration;
import io.evenkeel.model.Names;
import io.evenkeel.model.Power;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Size;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a domain that nobody declared would be as a declared machine (C0): {@link DomainXml}, read
 * the other way. It runs on unchanged; what Evenkeel would start in its place, the next time, has
 * to be the same machine as far as its guest needs it. What the guest would not come up without
 * keeps it from being taken over; the rest is said. A device of an unknown kind counts as needed.
 *
 * @param name of the domain; empty if it could not be read
 * @param uuid of the domain, which the machine keeps for life
 * @param spec what would be declared; empty if anything is refused
 * @param refused why it cannot be taken over, each in words
 * @param leftOut what it has now and will not have after its next start, each in words
 */
public record DomainImport(
        String name,
        String uuid,
        Optional<VirtualMachineSpec> spec,
        List<String> refused,
        List<String> leftOut) {

    /** Copies the lists. */
    public DomainImport {
        refused = List.copyOf(refused);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Reads a description; never throws for what is in it.
     *
     * @param xml as libvirt gives it
     * @param host that runs it; its disks may be in datastores of the same tenant
     * @param power what is to be declared
     * @param datastores that are declared
     */
    public static DomainImport of(
            String xml, HostKey host, Power power, Map<DatastoreKey, DatastoreImage> datastores) {
        Element domain;
        try {
            domain = DomainElements.read(xml);
        } catch (IllegalArgumentException unreadable) {
            String why = "its description cannot be read: " + unreadable.getMessage();
            return new DomainImport("", "", Optional.empty(), List.of(why), List.of());
        }
        return new Reading(domain, host, datastores).done(power);
    }

    /** One reading, under way. */
    private static final class Reading {
        private final Element domain;
        private final String name;
        private final DomainDevices devices;
        private final List<String> refused = new ArrayList<>();
        private final List<String> leftOut = new ArrayList<>();

        Reading(Element domain, HostKey host, Map<DatastoreKey, DatastoreImage> datastores) {
            this.domain = domain;
            this.name = domain.textOf("name");
            this.devices = new DomainDevices(name, host, datastores, refused, leftOut);
        }

        DomainImport done(Power power) {
            identity();
            domain.children().forEach(this::part);
            List<MachineDisk> disks = new ArrayList<>();
            List<MachineNic> nics = new ArrayList<>();
            domain.first("devices").ifPresent(all -> devices.read(all, disks, nics));
            VirtualMachineSpec spec =
                    new VirtualMachineSpec(
                            cpus(),
                            memory(),
                            disks,
                            nics,
                            boot(),
                            0,
                            MachinePlacement.defaults(),
                            Migration.LIVE,
                            power);
            if (refused.isEmpty()) {
                Binder.problems(spec).forEach(problem -> refused.add(problem.toString()));
            }
            return new DomainImport(
                    name,
                    domain.textOf("uuid"),
                    refused.isEmpty() ? Optional.of(spec) : Optional.empty(),
                    refused,
                    leftOut);
        }

        private void identity() {
            if (!domain.name().equals("domain")) {
                refused.add("a " + domain.name() + " (expected: a domain)");
            }
            String type = domain.attribute("type");
            if (!type.equals("kvm") && !type.equals("qemu")) {
                refused.add("a domain of type " + type + " (expected: kvm or qemu)");
            }
            if (!Names.isName(name)) {
                refused.add("its name " + name + " (expected: " + Names.EXPECTED + ")");
            }
            if (!domain.textOf("uuid").matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
                refused.add("no UUID in lower case");
            }
        }

        /** What is beside the devices. */
        private void part(Element part) {
            switch (part.name()) {
                case "name", "uuid", "memory", "devices" -> {}
                case "vcpu" -> {
                    if (!part.attribute("current").isEmpty()) {
                        leftOut.add(
                                "processors that are off: it has "
                                        + part.attribute("current")
                                        + " of "
                                        + part.text());
                    }
                }
                case "currentMemory" -> {
                    if (!bytes(part).equals(domain.first("memory").flatMap(Reading::bytes))) {
                        leftOut.add("currentMemory " + part.text() + part.attribute("unit"));
                    }
                }
                case "os" -> os(part);
                case "features" ->
                        part.children().stream()
                                .map(Element::name)
                                .filter(feature -> !feature.equals("acpi"))
                                .forEach(feature -> leftOut.add("the feature " + feature));
                case "metadata" ->
                        part.children().stream()
                                .map(Element::name)
                                .filter(other -> !other.endsWith(":run"))
                                .forEach(other -> leftOut.add("the metadata " + other));
                case "on_poweroff", "on_crash" -> unless(part, "destroy");
                case "on_reboot" -> unless(part, "restart");
                case "clock" -> {
                    if (!part.attribute("offset").equals("utc")) {
                        leftOut.add("a clock of offset " + part.attribute("offset"));
                    }
                }
                case "cpu" -> {
                    String model = part.textOf("model");
                    // What libvirt gives to a machine that asks for nothing, as ours do.
                    if (part.children().size() != 1 || !model.equals("qemu64")) {
                        leftOut.add(
                                "the processor "
                                        + (part.attribute("mode") + " " + model).strip()
                                        + " (then: libvirt's default)");
                    }
                }
                case "launchSecurity" -> refused.add("memory that is encrypted");
                default -> {
                    if (part.name().indexOf(':') >= 0) {
                        refused.add(part.name() + ", which libvirt does not check");
                    } else {
                        leftOut.add(part.name());
                    }
                }
            }
        }

        private void unless(Element part, String ours) {
            if (!part.text().equals(ours)) {
                leftOut.add(part.name() + " " + part.text() + " (then: " + ours + ")");
            }
        }

        private void os(Element os) {
            if (!os.attribute("firmware").isEmpty()) {
                refused.add("firmware " + os.attribute("firmware") + " (expected: a BIOS)");
            }
            for (Element part : os.children()) {
                switch (part.name()) {
                    case "kernel", "initrd", "cmdline" -> {}
                    case "type" -> {
                        String arch = part.attribute("arch");
                        String machine = part.attribute("machine");
                        if (!part.text().equals("hvm") || !arch.equals("x86_64")) {
                            refused.add(
                                    "an operating system of type "
                                            + (part.text() + " " + arch).strip()
                                            + " (expected: hvm x86_64)");
                        }
                        if (!machine.isEmpty()
                                && !machine.equals("pc")
                                && !machine.startsWith("pc-i440fx")) {
                            leftOut.add("the machine type " + machine + " (then: pc)");
                        }
                    }
                    case "boot" -> {
                        if (!part.attribute("dev").equals("hd")) {
                            leftOut.add("starting from " + part.attribute("dev"));
                        }
                    }
                    case "loader", "nvram", "firmware" ->
                            refused.add("firmware of its own: " + part.name());
                    default -> leftOut.add("os " + part.name());
                }
            }
        }

        private Optional<DirectBoot> boot() {
            Element os = domain.first("os").orElse(domain);
            String kernel = os.textOf("kernel");
            return kernel.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new DirectBoot(kernel, os.textOf("initrd"), os.textOf("cmdline")));
        }

        private int cpus() {
            String text = domain.textOf("vcpu");
            if (text.matches("[1-9]\\d{0,3}")) {
                return Integer.parseInt(text);
            }
            refused.add("processors: " + text + " (expected: their number)");
            return 1;
        }

        private Size memory() {
            Optional<Size> size = domain.first("memory").flatMap(Reading::bytes).map(Size::new);
            if (size.isEmpty()) {
                refused.add("its memory (expected: an amount, such as 2 GiB)");
            }
            return size.orElse(new Size(0));
        }

        /** Empty: not an amount that can be had. libvirt's default is KiB. */
        private static Optional<Long> bytes(Element amount) {
            String unit = amount.attribute("unit").toLowerCase(Locale.ROOT);
            long factor =
                    switch (unit) {
                        case "b", "bytes" -> 1;
                        case "kb" -> 1_000;
                        case "", "k", "kib" -> 1L << 10;
                        case "mb" -> 1_000_000;
                        case "m", "mib" -> 1L << 20;
                        case "gb" -> 1_000_000_000;
                        case "g", "gib" -> 1L << 30;
                        case "tb" -> 1_000_000_000_000L;
                        case "t", "tib" -> 1L << 40;
                        default -> 0;
                    };
            if (factor == 0 || !amount.text().matches("\\d{1,18}")) {
                return Optional.empty();
            }
            BigInteger bytes = new BigInteger(amount.text()).multiply(BigInteger.valueOf(factor));
            return bytes.bitLength() < 63 ? Optional.of(bytes.longValueExact()) : Optional.empty();
        }
    }
}
