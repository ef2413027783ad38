package io.evenkeel.control.api;

import io.evenkeel.control.core.HostWordWrites;
import io.evenkeel.control.core.HostWordWrites.Said;
import io.evenkeel.control.core.Intent;
import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.failover.HostOutlook;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.HostTable;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What operators say of hosts in question: readmit, proceed. Thread-safe; blocks as the store. */
final class HostOperations {
    private static final int ATTEMPTS = 16;

    private final StoreAccess store;

    HostOperations(Store store) {
        this.store = new StoreAccess(store);
    }

    /**
     * A host's keys at one revision.
     *
     * @param alive the key of its agent
     * @param death set when all were silent
     * @param lock set when {@code death} has expired
     * @param procedure the record
     * @param word what an operator said
     */
    record Read(
            long revision,
            HostState state,
            Optional<Entry> alive,
            Optional<Entry> death,
            Optional<Entry> lock,
            Optional<Entry> procedure,
            Optional<Entry> word) {}

    /** Reads a host's keys; all absent if nothing is known of it. */
    Read read(HostKey host) {
        StoreAccess.Snapshot snapshot =
                store.read(
                        List.of(
                                Keys.hostAlive(host),
                                HostKeys.death(host),
                                HostKeys.lock(host),
                                HostKeys.procedure(host),
                                HostKeys.word(host),
                                Keys.hostSeen(host),
                                HostKeys.decisions(host)));
        List<Optional<Entry>> read = snapshot.entries();
        List<Entry> present = new ArrayList<>();
        read.forEach(entry -> entry.ifPresent(present::add));
        HostTable table = new HostTable();
        table.load(snapshot.revision(), present);
        return new Read(
                snapshot.revision(),
                table.of(host),
                read.get(0),
                read.get(1),
                read.get(2),
                read.get(3),
                read.get(4));
    }

    /**
     * What came of a word.
     *
     * @param stage of the host when it was said
     * @param said whether it is new
     * @param revision of the store that has it
     */
    record Word(HostWord word, String stage, boolean said, long revision) {}

    /**
     * Says a word about a host's failure.
     *
     * @throws ProblemException when there is nothing that it is for
     */
    Word say(HostKey host, HostWord.Word wanted, Intent intent) {
        ResourceKey key = new ResourceKey(Kind.HOST, host.tenant(), host.name());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Read read = read(host);
            String stage = HostOutlook.stage(read.state());
            HostWordWrites.Present present =
                    new HostWordWrites.Present(
                            read.state(),
                            read.procedure().map(Entry::createRevision).orElse(0L),
                            read.word().map(Entry::modRevision).orElse(0L),
                            read.revision());
            switch (HostWordWrites.say(present, wanted, intent)) {
                case Said.Refused(String reason) ->
                        throw new ProblemException(
                                ApiProblem.of(ProblemType.WRONG_STAGE, key + ": " + reason));
                case Said.Same(HostWord before) -> {
                    return new Word(before, stage, false, read.revision());
                }
                case Said.Write(var txn, HostWord word) -> {
                    Optional<Long> revision = store.write(txn);
                    if (revision.isPresent()) {
                        return new Word(word, stage, true, revision.get());
                    }
                }
            }
        }
        throw Refusals.contended(key, ATTEMPTS);
    }
}
