package io.evenkeel.control.api;

import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.failover.Evidence;
import io.evenkeel.kernel.failover.HostDeclaration;
import io.evenkeel.kernel.failover.HostOutlook;
import io.evenkeel.kernel.failover.HostState;
import io.evenkeel.kernel.failover.HostWord;
import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.Stage;
import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.machine.MigrationTasks;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.task.Task;
import io.evenkeel.kernel.task.TaskTable;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A host's standing as JSON, into an object that has been begun. Stateless. */
final class HostExplanation {
    private HostExplanation() {}

    static void standing(
            Json.Writer json, HostOperations.Read read, Optional<HostDeclaration> declared) {
        HostState state = read.state();
        Procedure procedure = state.procedure();
        json.put("stage", HostOutlook.stage(state));
        if (procedure != null) {
            json.put("since", at(procedure.stageMillis()));
            json.put("means", procedure.stage().words());
            json.put("goneSince", at(procedure.sinceMillis()));
            if (procedure.suspectedMillis() != 0) {
                json.put("suspectedSince", at(procedure.suspectedMillis()));
            }
        }
        read.alive()
                .flatMap(HostExplanation::agent)
                .ifPresent(agent -> json.put("aliveSince", at(agent.sinceMillis())));
        json.put("next", HostOutlook.next(state, declared.orElse(null)));
        HostWord word = state.word();
        if (word != null) {
            json.start("word")
                    .put("word", word.word().name().toLowerCase(Locale.ROOT))
                    .put("by", word.by())
                    .put("at", at(word.atMillis()))
                    .end();
        }
        keys(json, read);
        if (procedure != null) {
            procedure(json, procedure);
        }
    }

    private static Optional<HostRecord> agent(Entry entry) {
        return Stored.read(entry.value().toBytes(), HostRecord.class)
                        instanceof Bound.Good<HostRecord>(HostRecord record)
                ? Optional.of(record)
                : Optional.empty();
    }

    private static void keys(Json.Writer json, HostOperations.Read read) {
        json.startList("keys");
        key(json, "alive", read.alive());
        key(json, "death", read.death());
        key(json, "lock", read.lock());
        json.endList();
    }

    private static void key(Json.Writer json, String name, Optional<Entry> entry) {
        json.start().put("key", name);
        json.put(
                "state",
                entry.map(held -> held.leaseId() == 0 ? "permanent" : "leased").orElse("absent"));
        entry.ifPresent(held -> json.put("revision", held.createRevision()));
        json.end();
    }

    private static void procedure(Json.Writer json, Procedure procedure) {
        if (!procedure.held().isEmpty()) {
            json.put("held", procedure.held());
        }
        json.start("silence")
                .put("countedMillis", procedure.silentMillis())
                .put("neededMillis", procedure.neededMillis())
                .put("rounds", procedure.rounds())
                .end();
        json.startList("evidence");
        for (Evidence step : procedure.evidence()) {
            json.start()
                    .put("at", at(step.atMillis()))
                    .put("round", step.round())
                    .put("witness", step.witness().name().toLowerCase(Locale.ROOT))
                    .put("answer", step.answer().name().toLowerCase(Locale.ROOT))
                    .put("detail", step.detail())
                    .end();
        }
        json.endList();
        if (procedure.token() != 0) {
            json.start("fence").put("token", procedure.token());
            json.put("proven", !procedure.proof().isEmpty());
            json.startList("entries");
            procedure.fenced().forEach(json::item);
            json.endList().put("proof", procedure.proof());
            if (procedure.stage() == Stage.FENCED) {
                json.put("provenAt", at(procedure.stageMillis()));
            }
            json.end();
        }
    }

    /** The tasks of its machines, in the order of their names. */
    static void recovery(Json.Writer json, String batch, Procedure procedure, TaskTable tasks) {
        json.start("recovery").put("batch", batch).put("planned", procedure.planned());
        json.startList("tasks");
        tasks.tasks()
                .forEach((key, known) -> {
                    Task task = known.task();
                    json.start().put("machine", task.subject()).put("host", task.host());
                    task(json, task);
                });
        json.endList().end();
    }

    /** Machines that leave it or come to it, or did lately, in the order of their names. */
    static void moves(Json.Writer json, List<MigrationTasks.Move> moves) {
        if (moves.isEmpty()) {
            return;
        }
        json.startList("moves");
        for (MigrationTasks.Move move : moves) {
            json.start()
                    .put("machine", move.machine().name())
                    .put("from", move.from().name())
                    .put("to", move.to().name())
                    .put("migration", move.how());
            task(json, move.task());
        }
        json.endList();
    }

    private static void task(Json.Writer json, Task task) {
        json.put("state", task.state().name().toLowerCase(Locale.ROOT))
                .put("attempts", task.attempts())
                .put("progressPercent", task.progressPercent())
                .put("detail", task.detail())
                .end();
    }

    /** The ring of a host, the latest first. */
    static void decisions(Json.Writer json, HostKey host, DecisionRing ring) {
        List<Explanation.About> decisions = new ArrayList<>();
        for (DecisionRecord record : ring.records().reversed()) {
            decisions.add(new Explanation.About(host.name(), record));
        }
        Explanation.decisions(json, decisions);
    }

    private static String at(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
