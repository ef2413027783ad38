package io.evenkeel.kernel.failover;

import io.evenkeel.model.Keys;
import io.evenkeel.model.Keys.Area;
import io.evenkeel.model.bind.Default;

/**
 * Who may run a machine; the value of {@code assign/runs/TENANT/MACHINE}. The revision of its last
 * write is the run's token (ADR 0141).
 *
 * @param host name of the host, of the machine's tenant
 * @param on whether its user wants it to run
 * @param from the host that it was last recovered from; empty: it never was
 * @param fence revision of the fence on which that stood: what the machine had registered before
 *     belonged to the run that the fence ended; 0: it never was. A move without a fence leaves it
 *     as it is
 */
public record RunRecord(
        String host, boolean on, @Default("''") String from, @Default("0") long fence) {
    /** The area KIND. */
    public static final String RUNS = "runs";

    /** A run of a machine that was never recovered. */
    public RunRecord(String host, boolean on) {
        this(host, on, "", 0);
    }

    /** The key of a machine's run. */
    public static String key(String tenant, String machine) {
        return Keys.of(Area.ASSIGN, RUNS, tenant, machine);
    }

    /** The same run on another host, to which it moved without a fence. */
    public RunRecord movedTo(String other) {
        return new RunRecord(other, on, from, fence);
    }

    /** The same machine on the same host, wanted on or off. */
    public RunRecord wanted(boolean nowOn) {
        return new RunRecord(host, nowOn, from, fence);
    }
}
