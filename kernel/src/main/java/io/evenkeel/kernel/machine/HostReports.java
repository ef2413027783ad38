package io.evenkeel.kernel.machine;

import io.evenkeel.model.HostKey;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the hosts' libvirts said last of their machines. A host that does not answer has said
 * nothing: what it said before says nothing any more. Single-threaded.
 */
final class HostReports {
    private final TreeMap<HostKey, Report> reports = new TreeMap<>();

    /**
     * What the libvirt of a host said.
     *
     * @param askedNanos when it was asked, before the answer
     */
    record Report(long askedNanos, SortedMap<String, Domain> domains) {
        /** The machine, if it is up there; else null. */
        @Nullable Domain up(MachineKey machine) {
            Domain domain = domains.get(machine.name());
            return domain != null && domain.power().isUp() ? domain : null;
        }
    }

    void heard(HostKey host, long askedNanos, List<Domain> domains) {
        TreeMap<String, Domain> byName = new TreeMap<>();
        domains.forEach(domain -> byName.put(domain.name(), domain));
        reports.put(host, new Report(askedNanos, Collections.unmodifiableSortedMap(byName)));
    }

    void silent(HostKey host) {
        reports.remove(host);
    }

    /** The last one, null if there is none. */
    @Nullable Report of(HostKey host) {
        return reports.get(host);
    }

    /** The last one if it was asked for at this time or later, else null. */
    @Nullable Report since(HostKey host, long nanos) {
        Report last = reports.get(host);
        return last != null && last.askedNanos() - nanos >= 0 ? last : null;
    }

    /**
     * Where a machine runs that has left the host of its record: moved by hand, or by a migration
     * that came true after it was given up. Only a run that goes on counts: one from before a fence
     * is none of these, and neither is what nobody marked as ours.
     *
     * @param since when that record was seen first: whoever was asked before may not know of it
     * @return null: it has not left, or nobody says where it is
     */
    @Nullable HostKey movedTo(MachineKey machine, RunTable.Run run, long since) {
        HostKey from = new HostKey(machine.tenant(), run.record().host());
        Report left = since(from, since);
        if (left == null || left.up(machine) != null) {
            return null;
        }
        for (Map.Entry<HostKey, Report> other : reports.entrySet()) {
            Report report = since(other.getKey(), since);
            Domain domain = report == null ? null : report.up(machine);
            if (domain != null
                    && other.getKey().tenant().equals(machine.tenant())
                    && domain.power() == Domain.Power.RUNNING
                    && domain.token() > run.record().fence()
                    && domain.token() <= run.token()) {
                return other.getKey();
            }
        }
        return null;
    }
}
