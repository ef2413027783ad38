package io.evenkeel.control.api;

import io.evenkeel.kernel.balancing.BackendReport;
import io.evenkeel.kernel.balancing.QueueEvent;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.decision.AuditEntry;
import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.observe.ServiceEvent;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.model.Stored;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Records as JSON: decisions, refusals, events, audit entries, queues. Stateless. */
final class Explanation {
    private Explanation() {}

    /** A decision and the name of the object it is about. */
    record About(String name, DecisionRecord record) {}

    static void decisions(Json.Writer json, List<About> decisions) {
        json.startList("decisions");
        for (About decision : decisions) {
            DecisionRecord record = decision.record();
            json.start().put("at", at(record.atMillis())).put("name", decision.name());
            json.put("loop", record.loop()).put("imageRevision", record.imageRevision());
            json.put("rule", record.rule()).put("outcome", record.outcome());
            json.startList("inputs");
            for (DecisionRecord.Input input : record.inputs()) {
                json.start().put("name", input.name()).put("value", input.value()).end();
            }
            json.endList();
            json.startList("refused");
            for (DecisionRecord.Refused refused : record.refused()) {
                json.start()
                        .put("alternative", refused.alternative())
                        .put("reason", refused.reason())
                        .end();
            }
            json.endList().end();
        }
        json.endList();
    }

    static void refusals(Json.Writer json, String key, List<Refusal> refusals) {
        json.startList(key);
        for (Refusal refusal : refusals) {
            json.start()
                    .put("at", at(refusal.lastMillis()))
                    .put("since", at(refusal.firstMillis()))
                    .put("count", refusal.count())
                    .put("service", refusal.service())
                    .put("endpoint", refusal.endpoint())
                    .put("workload", refusal.workload())
                    .put("address", refusal.address())
                    .put("incarnation", refusal.incarnation())
                    .put("code", word(refusal.code().name()))
                    .put("message", refusal.message())
                    .put("imageRevision", refusal.imageRevision())
                    .end();
        }
        json.endList();
    }

    static void events(Json.Writer json, List<ServiceEvent> events) {
        json.startList("events");
        for (ServiceEvent one : events) {
            json.start().put("at", at(one.atMillis()));
            switch (one.event()) {
                case QueueEvent.Ejected ejected ->
                        json.put("event", "ejected")
                                .put("endpoint", ejected.endpoint())
                                .put("reason", word(ejected.reason().name()))
                                .put(
                                        "until",
                                        at(
                                                one.atMillis()
                                                        + TimeUnit.NANOSECONDS.toMillis(
                                                                ejected.untilNanos()
                                                                        - ejected.nowNanos())));
                case QueueEvent.Returned returned ->
                        json.put("event", "returned").put("endpoint", returned.endpoint());
                case QueueEvent.PanicBegan panic ->
                        json.put("event", "panic-began")
                                .put("eligible", panic.eligible())
                                .put("endpoints", panic.endpoints());
                case QueueEvent.PanicEnded panic ->
                        json.put("event", "panic-ended")
                                .put("eligible", panic.eligible())
                                .put("endpoints", panic.endpoints());
            }
            json.end();
        }
        json.endList();
    }

    static void audit(Json.Writer json, String key, List<Entry> entries) {
        json.startList(key);
        for (Entry entry : entries) {
            AuditEntry audit = Stored.read(entry.value().toBytes(), AuditEntry.class).orElseThrow();
            json.start()
                    .put("revision", entry.modRevision())
                    .put("at", at(audit.atMillis()))
                    .put("principal", audit.principal())
                    .put("source", audit.source())
                    .put("action", audit.action())
                    .put("kind", audit.kind())
                    .put("tenant", audit.tenant())
                    .put("name", audit.name())
                    .put("detail", audit.detail())
                    .end();
        }
        json.endList();
    }

    /** The members of a queue, into an object that has been begun. */
    static void queue(Json.Writer json, Optional<SeenGateway> gateway, QueueSnapshot snapshot) {
        gateway.ifPresent(seen -> json.put("gateway", seen.id()));
        json.put("service", snapshot.service());
        json.put("algorithm", word(snapshot.algorithm().name()));
        json.put("panic", snapshot.panic());
        json.put("eligible", snapshot.eligible());
        json.put("passedOver", snapshot.passedOver());
        json.startList("entries");
        for (QueueSnapshot.Entry entry : snapshot.entries()) {
            json.start()
                    .put("endpoint", entry.endpoint())
                    .put("epoch", entry.epoch())
                    .put("standing", word(entry.standing().name()))
                    .put("score", entry.score())
                    .put("outstanding", entry.outstanding())
                    .put("surplus", entry.surplus())
                    .put("penalty", entry.penalty())
                    .put("weight", entry.weight())
                    .put("factorPercent", entry.factorPercent())
                    .put("cap", entry.cap())
                    .put("eligible", entry.eligibility().isEligible());
            json.startList("reasons");
            ResourceViews.reasons(entry.eligibility()).forEach(json::item);
            json.endList()
                    .put("ejections", entry.ejections())
                    .put("requests", entry.requests())
                    .put("latencyMicros", entry.latencyMicros());
            report(json, entry.report());
            json.end();
        }
        json.endList();
    }

    /** What the backend gave; nothing of what it did not. */
    private static void report(Json.Writer json, BackendReport report) {
        if (report.sessions() >= 0) {
            json.put("sessions", report.sessions());
        }
        if (report.cpuPercent() >= 0) {
            json.put("cpuPercent", report.cpuPercent());
        }
    }

    private static String word(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String at(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
