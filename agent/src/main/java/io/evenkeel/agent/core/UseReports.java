package io.evenkeel.agent.core;

import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostUse;
import org.jspecify.annotations.Nullable;

/**
 * Which measurements are worth a write: those that say something new, and one a minute, so that
 * figures in the store are never older than {@link #OLDEST_NANOS} while the agent lives.
 * Single-threaded.
 */
public final class UseReports {
    /** The oldest that a figure may become. */
    public static final long OLDEST_NANOS = 60_000_000_000L;

    /** A change of so much of the machine, in hundredths, is new. */
    private static final int NEWS_PERCENT = 5;

    private final HostInventory inventory;
    private @Nullable HostUse told;
    private long toldAt;

    /** Nothing told yet. */
    public UseReports(HostInventory inventory) {
        this.inventory = inventory;
    }

    /** Whether this is to be written. */
    public boolean worthTelling(long nowNanos, HostUse use) {
        HostUse before = told;
        if (before == null || nowNanos - toldAt >= OLDEST_NANOS) {
            return true;
        }
        long cores = Math.abs((long) use.busyMillicores() - before.busyMillicores());
        long memory = Math.abs(use.memoryUsed().bytes() - before.memoryUsed().bytes());
        return cores * 100 >= inventory.cores() * 1_000L * NEWS_PERCENT
                || memory >= inventory.memory().bytes() / 100 * NEWS_PERCENT;
    }

    /** It is in the store. */
    public void told(long nowNanos, HostUse use) {
        told = use;
        toldAt = nowNanos;
    }

    /** The lease under which it was told is lost, and it with the lease. */
    public void lost() {
        told = null;
    }
}
