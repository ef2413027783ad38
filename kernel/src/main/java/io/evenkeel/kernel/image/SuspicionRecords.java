package io.evenkeel.kernel.image;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is read of hosts in question and of who may run which machine, and of which endpoints that
 * makes suspects (C11): those on a host that does not answer, or whose failure is confirmed, until
 * it is readmitted.
 *
 * <p>And those that registered before their machine was taken from a fenced host: the run that they
 * belonged to is over, and that the record of the run names a living host by now does not bring
 * them back. The machine registers again when it is up, with an epoch above the fence. A move
 * without a fence, such as a live migration, leaves the machine's registration and links as they
 * are, and makes nobody suspect.
 */
final class SuspicionRecords {
    /** Since when hosts are suspected; 0 for one that answers though it is in question. */
    private final TreeMap<HostKey, Long> sinceMillis = new TreeMap<>();

    private final TreeMap<MachineKey, RunRecord> runs = new TreeMap<>();
    private final TreeMap<HostKey, SortedSet<MachineKey>> machinesOf = new TreeMap<>();

    private final EndpointIndex<HostKey> byHost = new EndpointIndex<>();
    private final EndpointIndex<MachineKey> byMachine = new EndpointIndex<>();

    /** Whether a key is one of these. */
    static boolean relevant(Keys.Key key) {
        return ofHost(key) || ofRun(key);
    }

    /** Whether it is that of a host's procedure. */
    static boolean ofHost(Keys.Key key) {
        return key.area() == Keys.Area.TASK && key.kind().equals(HostKeys.FAILOVERS);
    }

    /** Whether it is that of a machine's run. */
    static boolean ofRun(Keys.Key key) {
        return key.area() == Keys.Area.ASSIGN && key.kind().equals(RunRecord.RUNS);
    }

    /** A host is in question. */
    void put(HostKey host, Procedure procedure) {
        long suspected = procedure.suspectedMillis();
        sinceMillis.put(
                host,
                suspected == 0 && procedure.stage().confirmed()
                        ? procedure.sinceMillis()
                        : suspected);
    }

    /** A machine may run there. */
    void put(MachineKey machine, RunRecord run) {
        removeRun(machine);
        runs.put(machine, run);
        machinesOf.computeIfAbsent(host(machine, run), host -> new TreeSet<>()).add(machine);
    }

    /** One of these records is gone. */
    void remove(Keys.Key key) {
        if (ofHost(key)) {
            sinceMillis.remove(Keys.hostOf(key));
        } else {
            removeRun(MachineRecords.machineKey(key));
        }
    }

    private void removeRun(MachineKey machine) {
        RunRecord was = runs.remove(machine);
        if (was != null) {
            machinesOf.computeIfPresent(
                    host(machine, was),
                    (host, machines) -> {
                        machines.remove(machine);
                        return machines.isEmpty() ? null : machines;
                    });
        }
    }

    /** An endpoint's spec is another one; null for none. */
    void respecify(EndpointKey key, @Nullable EndpointSpec was, @Nullable EndpointSpec is) {
        if (was != null) {
            EndpointPlace before = EndpointPlace.of(key, was);
            byHost.remove(before.host(), key);
            byMachine.remove(before.machine(), key);
        }
        if (is != null) {
            EndpointPlace now = EndpointPlace.of(key, is);
            byHost.add(now.host(), key);
            byMachine.add(now.machine(), key);
        }
    }

    /** The keys of everything held. */
    List<Keys.Key> keys() {
        List<Keys.Key> keys = new ArrayList<>();
        sinceMillis
                .keySet()
                .forEach(host ->
                        keys.add(
                                new Keys.Key(
                                        Keys.Area.TASK,
                                        HostKeys.FAILOVERS,
                                        host.tenant(),
                                        host.name())));
        runs.keySet()
                .forEach(machine ->
                        keys.add(
                                new Keys.Key(
                                        Keys.Area.ASSIGN,
                                        RunRecord.RUNS,
                                        machine.tenant(),
                                        machine.name())));
        return keys;
    }

    /** Endpoints of which one of these records, as it was just written or deleted, may decide. */
    Collection<EndpointKey> concerned(Keys.Key key) {
        if (ofRun(key)) {
            return byMachine.of(MachineRecords.machineKey(key));
        }
        HostKey host = Keys.hostOf(key);
        List<EndpointKey> all = new ArrayList<>(byHost.of(host));
        for (MachineKey machine : machinesOf.getOrDefault(host, new TreeSet<>())) {
            all.addAll(byMachine.of(machine));
        }
        return all;
    }

    /** Since when a host is suspected, milliseconds since 1970 UTC; 0 if it is not. */
    long sinceMillis(HostKey host) {
        return sinceMillis.getOrDefault(host, 0L);
    }

    /**
     * The host for which an endpoint is a suspect; empty if it is none.
     *
     * @param epoch of its registration; {@link Long#MAX_VALUE} if it is declared: it never
     *     registers again, and its checks find out how the new run is
     */
    String suspectedHost(EndpointKey key, EndpointSpec spec, long epoch) {
        EndpointPlace place = EndpointPlace.of(key, spec);
        RunRecord run = place.machine() == null ? null : runs.get(place.machine());
        HostKey host = place.host();
        if (place.machine() != null && run != null) {
            if (epoch < run.fence()) {
                return run.from();
            }
            host = host(place.machine(), run);
        }
        return host != null && sinceMillis(host) != 0 ? host.name() : "";
    }

    private static HostKey host(MachineKey machine, RunRecord run) {
        return new HostKey(machine.tenant(), run.host());
    }
}
