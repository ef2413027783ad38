package io.evenkeel.control.core;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostOutlook;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Stored;
import java.util.List;
import java.util.Locale;

/**
 * Decides on an operator's word about a host's failure. The txn stands on the procedure that the
 * word is about: one that has ended, or begun anew meanwhile, is not meant. What the leader writes
 * into it with every round does not matter.
 */
public final class HostWordWrites {
    private HostWordWrites() {}

    /**
     * The present, as one read saw it.
     *
     * @param procedureCreated revision at which the procedure's record was created, 0 if there is
     *     none
     * @param wordRevision revision of the word's key, 0 if there is none
     * @param revision the store's revision at the read
     */
    public record Present(
            HostState state, long procedureCreated, long wordRevision, long revision) {}

    /** What a word comes to. */
    public sealed interface Said {
        /** Commit this; if a compare fails, decide anew. */
        record Write(Txn txn, HostWord word) implements Said {}

        /** It was said before. */
        record Same(HostWord word) implements Said {}

        /** There is nothing that it is for. */
        record Refused(String reason) implements Said {}
    }

    /** Decides on a word. */
    public static Said say(Present present, HostWord.Word wanted, Intent intent) {
        HostState state = present.state();
        String refusal = HostOutlook.refusal(wanted, state);
        if (!refusal.isEmpty()) {
            return new Said.Refused(refusal);
        }
        HostWord before = state.word();
        if (before != null && before.word() == wanted) {
            return new Said.Same(before);
        }
        HostKey host = state.host();
        HostWord word = new HostWord(wanted, intent.principal().toString(), intent.atMillis());
        String stage = "in stage " + HostOutlook.stage(state);
        AuditWrite audit =
                AuditWrite.of(
                        intent,
                        wanted.name().toLowerCase(Locale.ROOT),
                        Kind.HOST,
                        host.tenant(),
                        host.name(),
                        present.revision(),
                        intent.detail().isEmpty() ? stage : stage + ": " + intent.detail());
        String procedure = HostKeys.procedure(host);
        return new Said.Write(
                new Txn(
                        List.of(
                                present.procedureCreated() == 0
                                        ? Compare.absent(procedure)
                                        : Compare.createRevision(
                                                procedure, present.procedureCreated()),
                                Compare.modRevision(HostKeys.word(host), present.wordRevision()),
                                audit.unused()),
                        List.of(
                                Op.put(HostKeys.word(host), Value.of(Stored.write(word))),
                                audit.put()),
                        List.of()),
                word);
    }
}
