package io.evenkeel.model;

/** How a virtual machine may leave a host that is to be emptied. */
public enum Migration {
    /** While it runs, or not at all. */
    LIVE,
    /** While it runs; if that has failed some times, as {@link #COLD}. */
    LIVE_OR_COLD,
    /** Shut down, and started again on the other host. */
    COLD
}
