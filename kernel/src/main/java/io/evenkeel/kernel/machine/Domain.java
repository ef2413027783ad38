package io.evenkeel.kernel.machine;

/**
 * A virtual machine as the libvirt of a host knows it.
 *
 * @param name unique at this libvirt
 * @param uuid of 36 characters
 * @param power whether it runs
 * @param token of the run under which Evenkeel started it; 0: not started by Evenkeel
 */
public record Domain(String name, String uuid, Power power, long token) {
    /** Whether it runs. */
    public enum Power {
        RUNNING,
        PAUSED,
        SHUTTING_DOWN,
        OFF,
        CRASHED;

        /** Whether it has its disks open. */
        public boolean isUp() {
            return this == RUNNING || this == PAUSED || this == SHUTTING_DOWN;
        }
    }
}
