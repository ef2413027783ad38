package io.evenkeel.kernel.permission;

/**
 * Decides whether a principal may do something. Implementations are pure and thread-safe: the same
 * arguments give the same verdict until the rules are replaced.
 */
@FunctionalInterface
public interface PermissionPort {
    /** Judges one call. */
    Verdict judge(Principal principal, Permission permission);

    /** The answer to one question. */
    sealed interface Verdict {
        /** The call may go on. */
        record Allowed() implements Verdict {
            /** The only value there is. */
            public static final Allowed ALLOWED = new Allowed();
        }

        /**
         * The call is refused.
         *
         * @param reason one sentence: what is missing
         * @param remedy one sentence: what the caller can do about it
         */
        record Denied(String reason, String remedy) implements Verdict {}
    }

    /**
     * The rule until credentials exist: whoever is on this machine, and every part of Evenkeel, may
     * do everything. Safe because the API listens on loopback only while this rule is in force.
     */
    static PermissionPort everythingToLocal() {
        return (principal, permission) -> Verdict.Allowed.ALLOWED;
    }
}
