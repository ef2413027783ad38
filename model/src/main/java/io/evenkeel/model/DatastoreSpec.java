package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where images of disks are. */
@About(
        "Where disks of virtual machines are: a pool of a Ceph cluster, which every host reaches, or a folder of one host.")
public record DatastoreSpec(
        @About("Monitors of the cluster, at least one; none for a folder.") @Default("[]")
                List<HostPort> monitors,
        @About("The pool; empty for a folder.") @Default("''") String pool,
        @About(
                        "The user of control, without \"client.\": may read and write the pool, and set and lift blocks of clients.")
                @Default("admin")
                String user,
        @About(
                        "Path, on the machines that run control, of the file with the user's key; empty: the cluster asks for none.")
                @Default("''")
                String keyFile,
        @About(
                        "UUID of libvirt's secret with the key of who opens disks, on every host; empty: the cluster asks for none.")
                @Default("''")
                String secretUuid,
        @About(
                        "The user, without \"client.\", as whom hosts open disks: one that cannot lift a block of its own host. Empty: the same user as control.")
                @Default("''")
                String guestUser,
        @About(
                        "A folder of one host in place of a pool: machines with disks there run on that host or nowhere.")
                Optional<LocalFolder> local)
        implements Spec, Checked {

    private static final int MAX_MONITORS = 16;

    /** Copies the list. */
    public DatastoreSpec {
        monitors = List.copyOf(monitors);
    }

    /** As whom hosts open disks. */
    public String diskUser() {
        return guestUser.isEmpty() ? user : guestUser;
    }

    @Override
    public void check(Checks checks) {
        if (local.isEmpty()) {
            checkCluster(checks);
        } else if (!monitors.isEmpty() || !pool.isEmpty()) {
            checks.problem(
                    "local",
                    "a folder, beside " + (pool.isEmpty() ? "monitors" : "the pool " + pool),
                    "either a folder or monitors and a pool",
                    "declare two datastores");
        }
    }

    private void checkCluster(Checks checks) {
        if (monitors.isEmpty() || monitors.size() > MAX_MONITORS) {
            checks.problem(
                    "monitors",
                    monitors.isEmpty() ? "none" : monitors.size() + " of them",
                    "1 to " + MAX_MONITORS + " of host:port",
                    "a folder of one host is declared as local");
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
        if (!guestUser.isEmpty()) {
            Names.checkImage(checks, "guestUser", guestUser);
        }
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
