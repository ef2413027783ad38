package io.evenkeel.kernel.machine;

import io.evenkeel.model.HostKey;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How machines are seen by the hosts that may run them. What says that something has to be done
 * counts only if it was seen after the machine's record was as it is, and after its last task had
 * ended: before that it may be what is being changed. Single-threaded; part of {@link PowerLoop}.
 */
final class Sightings {
    private final HostReports reports = new HostReports();

    /** By machine: since when it has no task, as far as this loop has seen. */
    private final TreeMap<MachineKey, Long> quietSince = new TreeMap<>();

    /** By machine: since when its record is as it is, as far as this loop has seen. */
    private final TreeMap<MachineKey, Recorded> recorded = new TreeMap<>();

    private record Recorded(long token, long sinceNanos) {}

    /** Records and tasks are read anew; what hosts said stays. */
    void reread() {
        quietSince.clear();
        recorded.clear();
    }

    void heard(HostKey host, long askedNanos, List<Domain> domains) {
        reports.heard(host, askedNanos, domains);
    }

    void silent(HostKey host) {
        reports.silent(host);
    }

    /** Only these are machines, and have records as they are now. */
    void records(Set<MachineKey> machines, RunTable runs, long nowNanos) {
        quietSince.keySet().retainAll(machines);
        recorded.keySet().retainAll(runs.runs().keySet());
        runs.runs()
                .forEach((machine, run) -> {
                    Recorded known = recorded.get(machine);
                    if (known == null || known.token() != run.token()) {
                        recorded.put(machine, new Recorded(run.token(), nowNanos));
                    }
                });
    }

    /** Whether a task of the machine is open. */
    void busy(MachineKey machine, boolean isBusy, long nowNanos) {
        if (isBusy) {
            quietSince.remove(machine);
        } else {
            quietSince.putIfAbsent(machine, nowNanos);
        }
    }

    static HostKey host(MachineKey machine, RunTable.Run run) {
        return new HostKey(machine.tenant(), run.record().host());
    }

    /** As its host said last; null if that does not answer, or does not know it. */
    @Nullable Domain seen(MachineKey machine, RunTable.@Nullable Run run) {
        HostReports.Report at = run == null ? null : reports.of(host(machine, run));
        return at == null ? null : at.domains().get(machine.name());
    }

    boolean isUp(MachineKey machine, RunTable.@Nullable Run run) {
        Domain domain = seen(machine, run);
        return domain != null && domain.power().isUp();
    }

    /** Whether the host that may run it answered lately. */
    boolean hears(MachineKey machine, RunTable.@Nullable Run run) {
        return run != null && reports.of(host(machine, run)) != null;
    }

    /** Another host, where it runs under the token of its record; null: none is seen. */
    @Nullable HostKey movedTo(MachineKey machine, RunTable.Run run) {
        Recorded known = recorded.get(machine);
        return known == null ? null : reports.movedTo(machine, run, known.sinceNanos());
    }

    private HostReports.@Nullable Report since(MachineKey machine, HostKey host) {
        Long quiet = quietSince.get(machine);
        Recorded as = recorded.get(machine);
        if (quiet == null || as == null) {
            return null;
        }
        return reports.since(host, as.sinceNanos() - quiet > 0 ? as.sinceNanos() : quiet);
    }

    boolean isThere(MachineKey machine, HostKey host) {
        HostReports.Report at = since(machine, host);
        return at != null && at.domains().containsKey(machine.name());
    }

    boolean isGone(MachineKey machine, HostKey host) {
        HostReports.Report at = since(machine, host);
        return at != null && !at.domains().containsKey(machine.name());
    }

    boolean runsStill(MachineKey machine, HostKey host) {
        HostReports.Report at = since(machine, host);
        return at != null && at.up(machine) != null;
    }

    boolean isDown(MachineKey machine, HostKey host) {
        HostReports.Report at = since(machine, host);
        return at != null && at.up(machine) == null;
    }
}
