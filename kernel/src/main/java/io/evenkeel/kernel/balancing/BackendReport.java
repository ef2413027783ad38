package io.evenkeel.kernel.balancing;

/**
 * What a backend last said of itself. A figure that it did not give is {@link #UNKNOWN}.
 *
 * @param inFlight requests that it works on, from everybody
 * @param sessions active sessions
 * @param cpuPercent use of the CPUs it may use, 0 to 100
 */
public record BackendReport(long inFlight, long sessions, double cpuPercent) {
    /** A figure that is not given. */
    public static final int UNKNOWN = -1;

    /** It has said nothing yet. */
    public static final BackendReport NOTHING = new BackendReport(UNKNOWN, UNKNOWN, UNKNOWN);
}
