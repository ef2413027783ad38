package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.registry.AdmissionReply.Code;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.OpResult;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One attempt at events about different endpoints: {@link #reads} what the store remembers of them,
 * {@link #decide decides} them, and takes in how the {@link #committed commit} went. What is left
 * to be decided {@link #again} is left because an outcome is unknown or the image was stale. Pure,
 * single-threaded.
 */
public final class RegistryAttempt {
    private final RegistryDesk desk;
    private final ClusterImage image;
    private final List<RegistryEvent> batch;
    private final List<EndpointKey> asked;
    private final Map<EndpointKey, EndpointPast> pasts = new TreeMap<>();
    private final List<Decided> decided = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private List<RegistryEvent> again = List.of();
    private boolean isOver;

    /**
     * A registration that was refused by the rules.
     *
     * @param event the registration
     * @param reply what it was answered
     */
    public record Refusal(RegistryEvent.Register event, AdmissionReply.Refused reply) {}

    private record Decided(RegistryEvent event, RegistryDecision.Commit commit) {}

    RegistryAttempt(RegistryDesk desk, ClusterImage image, List<RegistryEvent> batch) {
        this.desk = desk;
        this.image = image;
        this.batch = List.copyOf(batch);
        this.asked =
                batch.stream()
                        .filter(event ->
                                !event.key().equals(RegistryEvent.NOBODY)
                                        && RegistryLoop.asksPast(
                                                image, event.key(), event.incarnation()))
                        .map(RegistryEvent::key)
                        .toList();
    }

    /** What is to be read first, and its outcome given to {@link #read}; empty: nothing. */
    public Optional<Txn> reads() {
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        Txn.Builder reads = Txn.builder();
        for (EndpointKey key : asked) {
            reads.then(
                    Op.read(RangeQuery.key(RegistryLoop.incarnationsKey(key))),
                    Op.read(RangeQuery.key(RegistryLoop.decisionsKey(key))));
        }
        return Optional.of(reads.build());
    }

    /** What the store remembers, or why it does not say. */
    public void read(TxnOutcome outcome) {
        switch (outcome) {
            case TxnOutcome.Committed(long _, List<OpResult> results) -> pasts(results);
            case Rejected rejected -> {
                isOver = true;
                batch.forEach(event -> event.answer(reply(rejected)));
            }
            case TxnOutcome.Refused _, Unknown _ -> {
                isOver = true;
                again = batch;
            }
        }
    }

    private void pasts(List<OpResult> results) {
        for (int i = 0; i < asked.size(); i++) {
            Optional<Entry> ring = entry(results.get(2 * i + 1));
            pasts.put(
                    asked.get(i),
                    new EndpointPast(
                            stored(
                                    entry(results.get(2 * i)),
                                    Incarnations.class,
                                    Incarnations.NONE),
                            stored(ring, DecisionRing.class, DecisionRing.EMPTY),
                            ring.map(Entry::modRevision).orElse(0L)));
        }
    }

    private static Optional<Entry> entry(OpResult result) {
        return ((OpResult.ReadDone) result).range().entries().stream().findFirst();
    }

    private <T> T stored(Optional<Entry> entry, Class<T> type, T none) {
        if (entry.isEmpty()) {
            return none;
        }
        if (Stored.read(entry.get().value().toBytes(), type) instanceof Bound.Good<T>(T value)) {
            return value;
        }
        unreadable.add(entry.get().key());
        return none;
    }

    /**
     * Decides, answers who is refused, and returns what is to be committed, its outcome to be given
     * to {@link #committed}; empty: nothing.
     *
     * @param atMillis wall clock
     * @param uids one for each record that is new
     * @param refused told of each registration that the rules turn away, before it is answered:
     *     whoever was refused and asks why is to find it
     */
    public Optional<Txn> decide(long atMillis, Supplier<String> uids, Consumer<Refusal> refused) {
        if (isOver) {
            return Optional.empty();
        }
        Txn.Builder txn = Txn.builder();
        for (RegistryEvent event : batch) {
            EndpointPast past = pasts.getOrDefault(event.key(), EndpointPast.NONE);
            String uid = event instanceof RegistryEvent.Register ? uids.get() : "";
            switch (desk.decide(image, event, past, atMillis, uid)) {
                case RegistryDecision.Refuse refuse -> {
                    if (event instanceof RegistryEvent.Register register) {
                        refused.accept(new Refusal(register, refuse.reply()));
                    }
                    event.answer(refuse.reply());
                }
                case RegistryDecision.Ignore _ -> {
                    // It is as the event wants it.
                }
                case RegistryDecision.Commit commit -> {
                    decided.add(new Decided(event, commit));
                    commit.compares().forEach(compare -> txn.when(compare));
                    commit.ops().forEach(op -> txn.then(op));
                }
            }
        }
        return decided.isEmpty() ? Optional.empty() : Optional.of(txn.build());
    }

    /** The commit went like this. */
    public void committed(TxnOutcome outcome) {
        switch (outcome) {
            case TxnOutcome.Committed done -> {
                if (decided.stream().anyMatch(one -> !one.commit().ops().isEmpty())) {
                    desk.wrote(done.revision());
                }
                for (Decided one : decided) {
                    one.event().answer(RegistryDecision.admitted(one.commit(), done.revision()));
                }
            }
            // The image was stale, or is: the watch brings what is missing.
            case TxnOutcome.Refused _, Unknown _ -> leaveAll();
            case Rejected rejected -> {
                if (rejected.code() == Rejected.Code.INVALID && decided.size() > 1) {
                    leaveAll();
                } else {
                    decided.forEach(one -> one.event().answer(reply(rejected)));
                }
            }
        }
    }

    private void leaveAll() {
        again = decided.stream().map(Decided::event).toList();
    }

    /** Those to be decided again, on a newer image. */
    public List<RegistryEvent> again() {
        return again;
    }

    /** Keys of records that could not be read; nothing is known of what they said. */
    public List<String> unreadable() {
        return unreadable;
    }

    private static AdmissionReply.Refused reply(Rejected rejected) {
        return switch (rejected.code()) {
            case BUSY ->
                    new AdmissionReply.Refused(
                            Code.BUSY, rejected.message(), RegistryDesk.BUSY_RETRY);
            case INVALID ->
                    new AdmissionReply.Refused(Code.OVERSIZED, rejected.message(), Duration.ZERO);
            default -> RegistryDesk.unavailable(rejected.message());
        };
    }
}
