package io.evenkeel.kernel.failover;

import io.evenkeel.model.bind.Default;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a host in question; the value of {@link HostKeys#procedure}, without a lease.
 * Every step of the procedure writes it in the txn that sets or deletes {@code death} and {@code
 * lock}, and compares the revision of the record it was decided on. So {@link Stage#DEATH} with a
 * {@code death} that is absent means that it has expired: who deletes it otherwise changes this
 * record with it.
 *
 * @param stage where it stands
 * @param sinceMillis when {@code alive} was found gone, milliseconds since 1970 UTC
 * @param suspectedMillis since when there was no sign of life, milliseconds since 1970 UTC; 0 while
 *     a witness answers for the host though {@code alive} is gone
 * @param stageMillis when the stage began, milliseconds since 1970 UTC
 * @param seenRevision at which the host's agent had last taken {@code alive} when it was gone; a
 *     newer one is a sign of life that no gap in a watch hides
 * @param silentMillis time of this stage in which all were asked and silent, without gaps
 * @param neededMillis how much of it the stage needs, by the settings of the leader that set {@code
 *     death} or {@code lock}; 0 in other stages
 * @param held why the {@link Breaker} holds it back; empty if it does not
 * @param rounds asked so far
 * @param token of the fence: greater with every confirmed failure of any host; 0 before
 * @param fenced what storage refuses: addresses or clients, in its own notation
 * @param proof how that was verified; empty before
 * @param planned whether the tasks of the recovery are in the store
 * @param evidence the last steps, oldest first
 */
public record Procedure(
        Stage stage,
        long sinceMillis,
        long suspectedMillis,
        long stageMillis,
        long seenRevision,
        long silentMillis,
        @Default("0") long neededMillis,
        @Default("''") String held,
        long rounds,
        long token,
        List<String> fenced,
        String proof,
        boolean planned,
        List<Evidence> evidence) {
    /** Steps of evidence kept. */
    public static final int MOST_EVIDENCE = 24;

    public Procedure {
        fenced = List.copyOf(fenced);
        int surplus = evidence.size() - MOST_EVIDENCE;
        evidence = List.copyOf(surplus > 0 ? evidence.subList(surplus, evidence.size()) : evidence);
    }

    /** The first record: {@code alive} is gone. */
    static Procedure begun(long atMillis, long seenRevision) {
        return new Procedure(
                Stage.ASKING,
                atMillis,
                atMillis,
                atMillis,
                seenRevision,
                0,
                0,
                "",
                0,
                0,
                List.of(),
                "",
                false,
                List.of());
    }

    /**
     * The same, in a stage that begins now, or begins again; one that needs silence needs so much.
     */
    Procedure in(Stage next, long atMillis, long silent, long needed) {
        return new Procedure(
                next,
                sinceMillis,
                suspectedMillis,
                atMillis,
                seenRevision,
                silent,
                needed,
                "",
                rounds,
                token,
                fenced,
                proof,
                planned,
                evidence);
    }

    /** The same with what was heard since; nothing holds it. */
    Procedure heard(long suspected, long silent, long newRounds, List<Evidence> steps) {
        List<Evidence> all = new ArrayList<>(evidence);
        all.addAll(steps);
        return new Procedure(
                stage,
                sinceMillis,
                suspected,
                stageMillis,
                seenRevision,
                silent,
                neededMillis,
                "",
                newRounds,
                token,
                fenced,
                proof,
                planned,
                all);
    }

    /** The same, held back. */
    Procedure heldBack(String why) {
        return new Procedure(
                stage,
                sinceMillis,
                suspectedMillis,
                stageMillis,
                seenRevision,
                silentMillis,
                neededMillis,
                why,
                rounds,
                token,
                fenced,
                proof,
                planned,
                evidence);
    }

    /** Confirmed under this token. */
    Procedure confirmed(long atMillis, long newToken) {
        return new Procedure(
                Stage.CONFIRMED,
                sinceMillis,
                suspectedMillis,
                atMillis,
                seenRevision,
                silentMillis,
                0,
                "",
                rounds,
                newToken,
                List.of(),
                "",
                false,
                evidence);
    }

    /** Fenced, with the proof. */
    Procedure fenced(long atMillis, List<String> entries, String how) {
        return new Procedure(
                Stage.FENCED,
                sinceMillis,
                suspectedMillis,
                atMillis,
                seenRevision,
                silentMillis,
                0,
                "",
                rounds,
                token,
                entries,
                how,
                planned,
                evidence);
    }

    /** The recovery's tasks are in the store. */
    Procedure withTasks() {
        return new Procedure(
                stage,
                sinceMillis,
                suspectedMillis,
                stageMillis,
                seenRevision,
                silentMillis,
                0,
                "",
                rounds,
                token,
                fenced,
                proof,
                true,
                evidence);
    }
}
