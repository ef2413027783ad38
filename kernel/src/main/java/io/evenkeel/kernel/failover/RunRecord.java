package io.evenkeel.kernel.failover;

import io.evenkeel.model.Keys;
import io.evenkeel.model.Keys.Area;

/**
 * Who may run a machine; the value of {@code assign/runs/TENANT/MACHINE}. The revision of its last
 * write is the run's token (ADR 0141).
 *
 * @param host name of the host, of the machine's tenant
 * @param on whether its user wants it to run
 */
public record RunRecord(String host, boolean on) {
    /** The area KIND. */
    public static final String RUNS = "runs";

    /** The key of a machine's run. */
    public static String key(String tenant, String machine) {
        return Keys.of(Area.ASSIGN, RUNS, tenant, machine);
    }
}
