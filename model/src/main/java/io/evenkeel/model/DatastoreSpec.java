package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where images of disks are. */
@About("A pool of a Ceph cluster, in which images of virtual machines' disks are.")
public record DatastoreSpec(
        @About("Monitors of the cluster, at least one.") List<HostPort> monitors,
        @About("The pool.") String pool,
        @About("The user, without \"client.\".") @Default("admin") String user,
        @About(
                        "Path, on the machines that run control, of the file with the user's key; empty: the cluster asks for none.")
                @Default("''")
                String keyFile,
        @About(
                        "UUID of libvirt's secret with the user's key, on every host; empty: the cluster asks for none.")
                @Default("''")
                String secretUuid)
        implements Spec, Checked {

    private static final int MAX_MONITORS = 16;

    /** Copies the list. */
    public DatastoreSpec {
        monitors = List.copyOf(monitors);
    }

    @Override
    public void check(Checks checks) {
        if (monitors.isEmpty() || monitors.size() > MAX_MONITORS) {
            checks.problem(
                    "monitors",
                    monitors.isEmpty() ? "none" : monitors.size() + " of them",
                    "1 to " + MAX_MONITORS + " of host:port",
                    "");
        }
        Set<HostPort> seen = new HashSet<>();
        for (int i = 0; i < monitors.size(); i++) {
            HostPort monitor = monitors.get(i);
            String at = "monitors[" + i + "]";
            if (monitor.port() == 0) {
                checks.problem(at, monitor, "a port from 1 to 65535", "");
            }
            if (!seen.add(monitor)) {
                checks.problem(at, monitor + " again", "each monitor once", "");
            }
        }
        Names.checkImage(checks, "pool", pool);
        Names.checkImage(checks, "user", user);
        if (!keyFile.isEmpty()) {
            Names.checkFile(checks, "keyFile", keyFile);
        }
        if (!secretUuid.isEmpty()
                && !secretUuid.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            checks.problem(
                    "secretUuid",
                    secretUuid,
                    "a UUID in lower case, such as 3f2a1c9e-5b7d-4e6f-8a90-b1c2d3e4f506",
                    "");
        }
    }
}
