package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.Placed;
import io.evenkeel.model.HostKey;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Gives machines that are to run and have no host one, and has them started there. Pure; made for
 * one decision.
 */
record FirstHost(Placements places, ClusterImage image) {
    /** Decides for each of these, or says why it cannot be. */
    void plan(List<MachineKey> homeless, long nowMillis, PowerLoop.Plan plan) {
        for (String tenant : new TreeSet<>(homeless.stream().map(MachineKey::tenant).toList())) {
            List<Guest> guests =
                    homeless.stream()
                            .filter(machine -> machine.tenant().equals(tenant))
                            .map(places::guest)
                            .toList();
            for (Placed placed : places.of(tenant).place(guests)) {
                MachineKey machine = new MachineKey(tenant, placed.guest().name());
                HostKey host = placed.host().orElse(null);
                if (host == null) {
                    plan.problems().put(machine, "no host can take it: " + why(placed));
                } else {
                    plan.decisions()
                            .add(
                                    new PowerLoop.Decision(
                                            machine,
                                            PowerTasks.begin(
                                                    machine,
                                                    new RunRecord(host.name(), true),
                                                    0,
                                                    specRevision(machine),
                                                    PowerTasks.START,
                                                    placed.guest().priority(),
                                                    nowMillis),
                                            "is placed on " + host.name()));
                }
            }
        }
    }

    private long specRevision(MachineKey machine) {
        MachineImage declared = image.machines().get(machine);
        return declared == null ? 0 : declared.metadata().revision();
    }

    /** Why no host takes it, in words. */
    static String why(Placed placed) {
        List<String> reasons = new ArrayList<>();
        for (Placed.TurnedDown one : placed.turnedDown()) {
            String more = one.hosts() > 1 ? " (and " + (one.hosts() - 1) + " more)" : "";
            reasons.add(one.first().name() + more + " " + one.reason().words());
        }
        return reasons.isEmpty() ? "there is none" : String.join(", ", reasons);
    }
}
