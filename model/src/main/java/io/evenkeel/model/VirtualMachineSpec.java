package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import io.evenkeel.model.bind.Size;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is wanted of a virtual machine. */
@About("A virtual machine: what it consists of, where it may run, and whether it is to run.")
public record VirtualMachineSpec(
        @About("Processors.") @Default("1") @Range(min = "1", max = "256") int cpus,
        @About("Memory.") @Range(min = "16MiB") Size memory,
        @About("Its disks, in their order.") @Default("[]") List<MachineDisk> disks,
        @About("Its network interfaces, in their order.") @Default("[]") List<MachineNic> nics,
        @About("A kernel that is started directly; absent: what is on the first disk.")
                Optional<DirectBoot> boot,
        @About("The greater one is placed and recovered before the lesser.")
                @Default("0")
                @Range(min = "-1000", max = "1000")
                int priority,
        @About("Where it may run.") @Default("{}") MachinePlacement placement,
        @About(
                        "How it may leave a host in maintenance: live, shut down and started again (cold), or so if live has failed.")
                @Default("live")
                Migration migration,
        @About("Whether it is to run.") @Default("on") Power power)
        implements Spec, Checked {

    private static final int MAX_DEVICES = 24;

    /** Copies the lists. */
    public VirtualMachineSpec {
        disks = List.copyOf(disks);
        nics = List.copyOf(nics);
    }

    /** The same for this machine: every interface that was given no address has its derived one. */
    public VirtualMachineSpec addressed(String tenant, String machine) {
        Set<String> taken = new HashSet<>();
        nics.forEach(nic -> taken.add(nic.mac()));
        List<MachineNic> addressed = new ArrayList<>();
        for (MachineNic nic : nics) {
            String mac = nic.mac();
            if (mac.isEmpty()) {
                mac = MacAddresses.derived(tenant, machine, addressed.size(), taken);
                taken.add(mac);
            }
            addressed.add(new MachineNic(nic.bridge(), mac));
        }
        return addressed.equals(nics)
                ? this
                : new VirtualMachineSpec(
                        cpus, memory, disks, addressed, boot, priority, placement, migration,
                        power);
    }

    /** The same, to run or not. */
    public VirtualMachineSpec powered(Power other) {
        return new VirtualMachineSpec(
                cpus, memory, disks, nics, boot, priority, placement, migration, other);
    }

    @Override
    public void check(Checks checks) {
        checkNumber(checks, "disks", disks.size());
        checkNumber(checks, "nics", nics.size());
        for (int i = 0; i < disks.size(); i++) {
            MachineDisk disk = disks.get(i);
            if (disks.subList(0, i).stream().anyMatch(disk::isSameImage)) {
                checks.problem(
                        "disks[" + i + "]",
                        disk.datastore() + "/" + disk.image() + " again",
                        "each image once",
                        "");
            }
        }
        Set<String> macs = new HashSet<>();
        for (int i = 0; i < nics.size(); i++) {
            String mac = nics.get(i).mac();
            if (!mac.isEmpty() && !macs.add(mac)) {
                checks.problem(
                        "nics[" + i + "]",
                        mac + " again",
                        "each address once",
                        "leave it out to have one derived");
            }
        }
        if (placement.together().isEmpty() || !placement.together().equals(placement.apart())) {
            return;
        }
        checks.problem(
                "placement.apart",
                placement.apart(),
                "other than together, which is " + placement.together(),
                "leave out one of the two");
    }

    private static void checkNumber(Checks checks, String component, int number) {
        if (number > MAX_DEVICES) {
            checks.problem(component, number + " of them", "at most " + MAX_DEVICES, "");
        }
    }
}
