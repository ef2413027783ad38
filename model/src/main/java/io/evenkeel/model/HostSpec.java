package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import io.evenkeel.model.bind.Size;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What an operator says of a host. Without it a host is what its agent says. */
@About(
        "A machine that runs virtual machines and containers. Needs no resource: its agent makes it known for as long as the agent lives.")
public record HostSpec(
        @About("Name or address on the management network; empty: as its agent says.")
                @Default("''")
                String address,
        @About("The zone (site, rack, availability zone).") @Default("''") String zone,
        @About(
                        "Where its libvirt is, such as qemu+tcp://10.0.0.11/system; empty: it runs no virtual machines.")
                @Default("''")
                String libvirt,
        @About("Whether it emulates processors, for want of hardware virtualisation: slow.")
                @Default("false")
                boolean emulated,
        @About("The IP addresses from which it reaches storage; fencing shuts these out.")
                @Default("[]")
                List<String> storageAddresses,
        @About(
                        "Whether it also runs storage daemons: then fencing shuts out each client and never a whole address.")
                @Default("false")
                boolean hyperconverged,
        @About(
                        "How it is switched off when its failure is confirmed, so that it answers nobody any more; absent: not at all. Storage shuts it out either way.")
                Optional<HostPower> power,
        @About("Whether it is to be kept free of virtual machines.") @Default("false")
                boolean maintenance,
        @About("Cores that are not for virtual machines.")
                @Default("0")
                @Range(min = "0", max = "4096")
                int reservedCpus,
        @About("Memory that is not for virtual machines.") @Default("0B") Size reservedMemory)
        implements Spec, Checked {

    private static final int MAX_ADDRESSES = 16;

    /** Copies the list. */
    public HostSpec {
        storageAddresses = List.copyOf(storageAddresses);
    }

    /** The same, in maintenance or not. */
    public HostSpec inMaintenance(boolean on) {
        return new HostSpec(
                address,
                zone,
                libvirt,
                emulated,
                storageAddresses,
                hyperconverged,
                power,
                on,
                reservedCpus,
                reservedMemory);
    }

    /** A host about which nothing was said. */
    public static HostSpec defaults() {
        return Binder.defaults(HostSpec.class);
    }

    @Override
    public void check(Checks checks) {
        Names.checkText(checks, "address", address);
        Names.checkText(checks, "zone", zone);
        if (!libvirt.isEmpty() && !isLibvirt(libvirt)) {
            checks.problem(
                    "libvirt",
                    libvirt,
                    "a libvirt URI such as qemu+tcp://10.0.0.11/system, at most "
                            + Names.MAX_LENGTH
                            + " characters",
                    "");
        }
        if (storageAddresses.size() > MAX_ADDRESSES) {
            checks.problem(
                    "storageAddresses",
                    storageAddresses.size() + " of them",
                    "at most " + MAX_ADDRESSES,
                    "");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < storageAddresses.size(); i++) {
            String storage = storageAddresses.get(i);
            String at = "storageAddresses[" + i + "]";
            if (!Names.isAddress(storage)) {
                checks.problem(
                        at, storage, "an IPv4 or IPv6 address, without brackets and port", "");
            } else if (!seen.add(storage)) {
                checks.problem(at, storage + " again", "each address once", "");
            }
        }
    }

    /** Driver and transport, an authority that may be empty (this machine), a path, parameters. */
    private static boolean isLibvirt(String text) {
        return text.length() <= Names.MAX_LENGTH
                && text.matches(
                        "[a-z][a-z0-9]*(\\+[a-z0-9]+)?://[A-Za-z0-9_.:@\\[\\]-]*/[A-Za-z0-9_./-]*(\\?[!-~]*)?");
    }
}
