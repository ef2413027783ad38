package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Condition;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Power;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How machines are seen, as it is written into the store for the day when their host cannot be
 * asked (C0). Written when it differs from what is there; a host that is silent leaves what was
 * seen last. Pure; one object a term.
 */
public final class MachineStatuses {
    /** Of the condition that says whether a machine is as its user wants it. */
    public static final String AS_WANTED = "AsWanted";

    /** Written, not seen in an image yet. */
    private final TreeMap<MachineKey, VirtualMachineStatus> written = new TreeMap<>();

    /** A write came to nothing, or nobody knows what came of it: what differs is written again. */
    public void failed() {
        written.clear();
    }

    /**
     * What is to be written now, one txn a machine.
     *
     * @param nowMillis wall clock
     */
    public List<Txn> due(PowerLoop loop, ClusterImage image, long nowMillis) {
        List<Txn> txns = new ArrayList<>();
        image.machines()
                .forEach((machine, declared) -> {
                    VirtualMachineStatus before = declared.status();
                    VirtualMachineStatus now = status(loop, machine, declared, before, nowMillis);
                    if (now.equals(before)) {
                        written.remove(machine);
                    } else if (!now.equals(written.put(machine, now))) {
                        String spec =
                                Keys.spec(Kind.VIRTUAL_MACHINE, machine.tenant(), machine.name());
                        String key =
                                Keys.status(Kind.VIRTUAL_MACHINE, machine.tenant(), machine.name());
                        txns.add(
                                Txn.when(Compare.exists(spec))
                                        .then(Op.put(key, Value.of(Stored.write(now))))
                                        .build());
                    }
                });
        written.keySet().retainAll(image.machines().keySet());
        return txns;
    }

    private static VirtualMachineStatus status(
            PowerLoop loop,
            MachineKey machine,
            MachineImage declared,
            VirtualMachineStatus before,
            long nowMillis) {
        RunTable.Run run = loop.runs().of(machine);
        Domain seen = loop.seen(machine);
        String host = run == null ? "" : run.record().host();
        String power =
                run == null
                        ? "off"
                        : seen != null
                                ? word(seen.power())
                                : loop.hears(machine) ? "off" : before.power();
        long token = seen != null ? seen.token() : 0;
        boolean wanted = declared.spec().power() == Power.ON;
        String problem = loop.problems().getOrDefault(machine, "");
        boolean holds = problem.isEmpty() && wanted == power.equals("running");
        Instant now = Instant.ofEpochMilli(nowMillis);
        boolean moved = !power.equals(before.power()) || !host.equals(before.host());
        return new VirtualMachineStatus(
                declared.metadata().generation(),
                List.of(condition(before, holds, problem, wanted, power, now)),
                host,
                power,
                token,
                moved ? Optional.of(now) : before.since());
    }

    private static Condition condition(
            VirtualMachineStatus before,
            boolean holds,
            String problem,
            boolean wanted,
            String power,
            Instant now) {
        Condition.Truth truth = holds ? Condition.Truth.TRUE : Condition.Truth.FALSE;
        String reason = holds ? "AsWanted" : problem.isEmpty() ? "UnderWay" : "Held";
        String message =
                problem.isEmpty()
                        ? "is " + power + ", is to be " + (wanted ? "running" : "off")
                        : problem;
        Instant since = since(before.conditions(), AS_WANTED, truth, now);
        return new Condition(AS_WANTED, truth, reason, message, since);
    }

    /** Since when a condition has had this truth, by what was written before. */
    static Instant since(List<Condition> before, String type, Condition.Truth truth, Instant now) {
        return before.stream()
                .filter(was -> was.type().equals(type) && was.status() == truth)
                .map(Condition::lastTransition)
                .findFirst()
                .orElse(now);
    }

    private static String word(Domain.Power power) {
        return switch (power) {
            case RUNNING, PAUSED, OFF, CRASHED -> power.name().toLowerCase(Locale.ROOT);
            case SHUTTING_DOWN -> "running";
        };
    }
}
