package io.evenkeel.kernel.failover;

import io.evenkeel.model.HostKey;

/**
 * What each step of a host's procedure writes, and on what it stands; when one is taken is for
 * {@link HostProcedure} to say.
 */
final class HostSteps {
    private final HostKey host;
    private final FailoverLoop loop;

    HostSteps(HostKey host, FailoverLoop loop) {
        this.host = host;
        this.loop = loop;
    }

    private HostCommit decided(HostCommit commit, String rule, String outcome) {
        return commit.decided(loop.atMillis(), loop.revision(), rule, outcome);
    }

    /**
     * {@code alive} is gone.
     *
     * @param early whether it was asked before, for its links were lost
     */
    HostCommit begun(HostState state, boolean early) {
        return decided(
                HostCommit.on(state)
                        .whileGone(state.seenRevision())
                        .put(Procedure.begun(loop.atMillis(), state.seenRevision())),
                "alive-gone",
                early
                        ? "suspected: its agent's key is gone after its links"
                        : "suspected: its agent's key is gone; round one begins");
    }

    /** Nobody wonders about it any more. */
    HostCommit ended(HostState state, String rule, String outcome) {
        return decided(HostCommit.on(state).over(), rule, outcome);
    }

    /** A witness answered for it. */
    HostCommit answered(HostState state, Procedure heard) {
        return decided(
                HostCommit.on(state)
                        .put(heard.in(Stage.ASKING, loop.atMillis(), 0, 0))
                        .delete(HostKeys.death(host))
                        .delete(HostKeys.lock(host)),
                "sign-of-life",
                "no longer suspected; it is asked on until its agent is back");
    }

    /**
     * {@code death} or {@code lock} is set, for the first time or for what is missing.
     *
     * @param was the record in the store
     * @param heard the same with what was heard since, and all silence that counts for the stage
     * @param pendingMillis silence that is not in the store yet
     */
    HostCommit set(
            HostState state,
            Procedure was,
            Procedure heard,
            Stage stage,
            long ttlMillis,
            long pendingMillis,
            long leaseId) {
        boolean death = stage == Stage.DEATH;
        HostCommit commit =
                HostCommit.on(state).whileGone(was.seenRevision()).whileAbsent(HostKeys.lock(host));
        if (was.stage() != Stage.ASKING) {
            commit.whileAbsent(HostKeys.death(host));
        }
        FailoverSettings settings = loop.settings();
        long needed =
                FailoverSettings.neededMillis(death ? settings.deathTtl() : settings.lockTtl());
        commit.put(heard.in(stage, loop.atMillis(), heard.silentMillis(), needed));
        if (death) {
            commit.put(HostKeys.death(host), "all witnesses are silent", leaseId);
        } else {
            commit.put(HostKeys.lock(host), "silent through death's time", leaseId);
        }
        commit.input("silent before", was.silentMillis() + pendingMillis + " ms");
        String rule = death ? "all-silent" : "silent-through-death";
        return decided(
                commit,
                was.stage() == stage ? "silence-not-watched" : rule,
                (death ? "death" : "lock") + " set for " + ttlMillis + " ms");
    }

    /** Silent through both; the token is the revision of the record that this replaces. */
    HostCommit confirmed(HostState state, Procedure heard) {
        long token = state.procedureRevision();
        return decided(
                HostCommit.on(state)
                        .whileGone(heard.seenRevision())
                        .whileAbsent(HostKeys.death(host))
                        .whileAbsent(HostKeys.lock(host))
                        .put(heard.confirmed(loop.atMillis(), token))
                        .put(HostKeys.lock(host), "confirmed under token " + token, 0),
                "silent-through-lock",
                "confirmed; fenced under token " + token + " before anything");
    }
}
