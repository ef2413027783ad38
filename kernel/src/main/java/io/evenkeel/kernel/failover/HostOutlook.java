package io.evenkeel.kernel.failover;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A host's standing in words: what happens next, and which of an operator's words it can take. */
public final class HostOutlook {
    private HostOutlook() {}

    /** The stage as one word; {@code none} if no procedure is under way. */
    public static String stage(HostState state) {
        Procedure procedure = state.procedure();
        if (procedure == null) {
            return state.confirmed() ? word(Stage.CONFIRMED) : "none";
        }
        return word(procedure.stage());
    }

    private static String word(Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Why an operator's word would change nothing.
     *
     * @return one sentence for the operator; empty if there is something that it is for
     */
    public static String refusal(HostWord.Word word, HostState state) {
        if (!state.unreadable().isEmpty()) {
            return state.unreadable() + " (expected: a record that this version can read)";
        }
        String stage = stage(state);
        return switch (word) {
            case READMIT ->
                    state.confirmed()
                            ? ""
                            : "nothing to readmit: its failure is not confirmed, "
                                    + (stage.equals("none")
                                            ? "no procedure is under way"
                                            : "it is in stage " + stage)
                                    + " (expected: stage confirmed or fenced)";
            case PROCEED -> {
                if (stage.equals("none")) {
                    yield "nothing to proceed with: no procedure is under way"
                            + " (expected: a host whose agent's key is gone)";
                }
                yield state.confirmed()
                        ? "nothing to proceed with: its failure is confirmed already, it is in"
                                + " stage "
                                + stage
                                + " (expected: stage asking, death or lock)"
                        : "";
            }
        };
    }

    /**
     * What happens next, and on what that waits; a sentence without an end.
     *
     * @param declared null if nobody declared the host as one that runs machines
     */
    public static String next(HostState state, @Nullable HostDeclaration declared) {
        if (!state.unreadable().isEmpty()) {
            return "nothing: "
                    + state.unreadable()
                    + "; it is left alone and takes no machines until that is repaired";
        }
        Procedure procedure = state.procedure();
        if (procedure == null) {
            return state.confirmed()
                    ? "the leading control takes its lock for a confirmed failure, and fences it"
                    : state.alive() ? whileAlive(declared) : whileAbsent(state, declared);
        }
        boolean absent = procedure.stage().confirmed() || !state.alive();
        if (!absent) {
            return "its agent holds its key again: the procedure ends";
        }
        return switch (procedure.stage()) {
            case ASKING -> asking(state, procedure);
            case DEATH ->
                    leased(
                            state,
                            procedure,
                            "death",
                            state.deathRevision() != 0,
                            "lock is set on a lease, and all are asked again");
            case LOCK ->
                    leased(
                            state,
                            procedure,
                            "lock",
                            state.lockRevision() != 0,
                            "its failure is confirmed under a token, and it is fenced");
            case CONFIRMED ->
                    "storage is made to refuse it; once that is proven its machines may start"
                            + " elsewhere"
                            + readmission(state);
            case FENCED ->
                    (procedure.planned()
                                    ? "its machines are recovered; it stays fenced"
                                    : "a place is sought for each of its machines; it stays fenced")
                            + (said(state, HostWord.Word.READMIT)
                                    ? readmission(state)
                                    : " until an operator readmits it");
            case READMITTING ->
                    "what belongs elsewhere is ended on it, then storage serves it again, then it"
                            + " counts";
        };
    }

    private static String whileAlive(@Nullable HostDeclaration declared) {
        if (declared == null) {
            return "nothing: it lives, and is not declared as one that runs machines";
        }
        return declared.maintenance()
                ? "nothing: it lives; in maintenance it takes no machines, and its absence would"
                        + " be no failure"
                : "nothing: it lives; should its agent's key go, its witnesses are asked";
    }

    private static String whileAbsent(HostState state, @Nullable HostDeclaration declared) {
        if (declared == null) {
            return "nothing: it is not declared as one that runs machines, so its absence is no"
                    + " failure";
        }
        if (declared.maintenance()) {
            return "nothing: it is in maintenance, so its absence is no failure";
        }
        return state.seenRevision() == 0
                ? "nothing: its agent never held its key, so its absence is no failure"
                : "the leading control notes that its agent's key is gone, and asks its witnesses";
    }

    private static String asking(HostState state, Procedure procedure) {
        if (isHeld(state, procedure)) {
            return held(procedure);
        }
        return procedure.suspectedMillis() == 0
                ? "it answers though its agent's key is gone: it is asked on until the agent is"
                        + " back"
                : "a round in which every witness is silent sets death; a sign of life ends the"
                        + " suspicion";
    }

    private static String leased(
            HostState state, Procedure procedure, String key, boolean present, String then) {
        if (isHeld(state, procedure)) {
            return held(procedure);
        }
        if (present) {
            return key
                    + " expires in the store; then, if it stays silent, "
                    + then
                    + "; any sign of life ends it";
        }
        return procedure.silentMillis() < procedure.neededMillis()
                ? key + " has expired, and is set again for the silence that nobody watched"
                : key + " has expired in silence: " + then;
    }

    private static boolean isHeld(HostState state, Procedure procedure) {
        return !procedure.held().isEmpty() && !said(state, HostWord.Word.PROCEED);
    }

    private static String held(Procedure procedure) {
        return "held until that is over, or an operator says proceed: " + procedure.held();
    }

    private static String readmission(HostState state) {
        if (!said(state, HostWord.Word.READMIT)) {
            return "";
        }
        return state.alive()
                ? "; readmission was asked for, and begins"
                : "; readmission was asked for, and begins when its agent holds its key again";
    }

    private static boolean said(HostState state, HostWord.Word word) {
        HostWord said = state.word();
        return said != null && said.word() == word;
    }
}
