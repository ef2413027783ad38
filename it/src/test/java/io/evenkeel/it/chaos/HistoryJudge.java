package io.evenkeel.it.chaos;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Compares what was answered with what etcd's history holds, revision by revision:
 *
 * <ul>
 *   <li>a change that was acknowledged is in the history, once; one that was refused is not; one
 *       whose outcome nobody knows may be, once;
 *   <li>one that was made on the condition of a revision took effect on that revision;
 *   <li>what is a leader's to write was written by whoever held the lock at that revision;
 *   <li>a registration that was acknowledged is in the history, and no record of an endpoint is
 *       deleted, since none leaves politely.
 * </ul>
 *
 * Thread-safe.
 */
final class HistoryJudge {
    /** Names of the policies that carry numbers begin so. */
    static final String NUMBERED = "number-";

    /** The policy that controls declare by file; its label {@code by} says which did. */
    static final String DUTY = "duty";

    /** What a write came to. */
    enum Outcome {
        UNKNOWN,
        ACKNOWLEDGED,
        REFUSED
    }

    private static final class Attempt {
        final String key;
        final long onRevision;
        Outcome outcome = Outcome.UNKNOWN;
        long acknowledgedAt;
        long tookEffectAt;

        Attempt(String key, long onRevision) {
            this.key = key;
            this.onRevision = onRevision;
        }
    }

    private record Registered(String key, long epoch) {}

    private final Verdict verdict;
    private final Map<Long, Attempt> attempts = new HashMap<>();
    private final Map<String, Long> lastRevision = new HashMap<>();
    private final Set<Registered> records = new HashSet<>();
    private final Set<Registered> promised = new HashSet<>();
    private String holder = "";
    private int acknowledged;
    private int refused;
    private int terms;
    private int leadersWrites;

    HistoryJudge(Verdict verdict) {
        this.verdict = verdict;
    }

    /** The key of a policy of this name. */
    static String key(String policy) {
        return Keys.spec(Kind.POLICY, "default", policy);
    }

    /**
     * A write is about to be made.
     *
     * @param number its own; nobody else's
     * @param onRevision that the key has to have; 0: any
     */
    synchronized void attempted(long number, String policy, long onRevision) {
        attempts.put(number, new Attempt(key(policy), onRevision));
    }

    /**
     * It was acknowledged.
     *
     * @param atRevision of its effect, or a later one
     * @param exactly whether it is that of its effect
     */
    synchronized void acknowledged(long number, long atRevision, boolean exactly) {
        Attempt attempt = Objects.requireNonNull(attempts.get(number));
        attempt.outcome = Outcome.ACKNOWLEDGED;
        attempt.acknowledgedAt = atRevision;
        acknowledged++;
        if (exactly && attempt.tookEffectAt != 0 && attempt.tookEffectAt != atRevision) {
            verdict.broken(
                    "a change is acknowledged at the revision of its effect",
                    number + " at " + atRevision + ", effect at " + attempt.tookEffectAt);
        }
    }

    /** It was refused, with the word that nothing was written. */
    synchronized void refused(long number, String answer) {
        Attempt attempt = Objects.requireNonNull(attempts.get(number));
        attempt.outcome = Outcome.REFUSED;
        refused++;
        if (attempt.tookEffectAt != 0) {
            refusedTookEffect(number, attempt, answer);
        }
    }

    private void refusedTookEffect(long number, Attempt attempt, String answer) {
        verdict.broken(
                "a refused change takes no effect",
                number + " at revision " + attempt.tookEffectAt + " " + answer);
    }

    /** A backend was told that it is registered. */
    synchronized void registered(String endpoint, long epoch) {
        promised.add(new Registered(endpoint, epoch));
    }

    /** The next change; in order, without gaps. */
    synchronized void observe(Event event) {
        Keys.Key key = Keys.parse(event.key()).orElse(null);
        if (key == null) {
            return;
        }
        if (event.key().equals(Keys.leader("control"))) {
            lock(event);
        } else if (event.key().equals(key(DUTY))) {
            duty(event);
        } else if (key.area() == Keys.Area.SPEC && key.kind().equals("endpoints")) {
            endpoint(event, key.name());
        } else if (event.key().startsWith(key(NUMBERED))) {
            numbered(event);
        }
    }

    private void lock(Event event) {
        if (event.value() == null) {
            holder = "";
        } else {
            terms++;
            if (!holder.isEmpty()) {
                verdict.broken("a lock is taken only when it is free", holder + ", " + event);
            }
            holder = answer(event.value()).at("id").text();
        }
    }

    private void duty(Event event) {
        if (event.value() == null) {
            verdict.broken("what every control declares is not deleted", event.toString());
            return;
        }
        leadersWrites++;
        String by = answer(event.value()).at("metadata").at("labels").at("by").text();
        if (!by.equals(holder)) {
            verdict.broken(
                    "only who holds the lock writes as the leader",
                    by + " at revision " + event.revision() + ", the lock is '" + holder + "'s");
        }
    }

    private void endpoint(Event event, String name) {
        if (event.value() == null) {
            verdict.broken("a registration that was acknowledged is not lost", event.toString());
        } else {
            records.add(new Registered(name, event.revision()));
        }
    }

    private void numbered(Event event) {
        long before = lastRevision.getOrDefault(event.key(), 0L);
        lastRevision.put(event.key(), event.revision());
        if (event.value() == null) {
            verdict.broken("what nobody deletes is there", event.toString());
            return;
        }
        Answer number = answer(event.value()).at("metadata").at("labels").at("number");
        Attempt attempt = attempts.get(Long.parseLong(number.text()));
        if (attempt == null || !attempt.key.equals(event.key())) {
            verdict.broken("only what was written is there", event.toString());
            return;
        }
        if (attempt.tookEffectAt != 0) {
            verdict.broken(
                    "a change takes effect once",
                    "before at " + attempt.tookEffectAt + ", " + event);
        }
        attempt.tookEffectAt = event.revision();
        if (attempt.onRevision != 0 && attempt.onRevision != before) {
            verdict.broken(
                    "a change on the condition of a revision takes effect on that one",
                    "wanted " + attempt.onRevision + ", was " + before + ", " + event);
        }
        if (attempt.outcome == Outcome.REFUSED) {
            refusedTookEffect(Long.parseLong(number.text()), attempt, "");
        }
    }

    private static Answer answer(String json) {
        try {
            return Answer.read(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Everything up to this revision was observed: what was acknowledged by then has to be there.
     */
    synchronized void observedUpTo(long upTo) {
        attempts.forEach((number, attempt) -> {
            if (attempt.outcome == Outcome.ACKNOWLEDGED
                    && attempt.acknowledgedAt <= upTo
                    && attempt.tookEffectAt == 0) {
                verdict.broken(
                        "an acknowledged change is not lost",
                        number + " of " + attempt.key + " at " + attempt.acknowledgedAt);
                attempt.outcome = Outcome.UNKNOWN;
            }
        });
        promised.removeIf(one -> {
            if (one.epoch() <= upTo && !records.contains(one)) {
                verdict.broken("a registration that was acknowledged is not lost", one.toString());
            }
            return one.epoch() <= upTo;
        });
    }

    synchronized int terms() {
        return terms;
    }

    synchronized int acknowledged() {
        return acknowledged;
    }

    synchronized int leadersWrites() {
        return leadersWrites;
    }

    synchronized int registrations() {
        return records.size();
    }

    /** What was compared. */
    @Override
    public synchronized String toString() {
        return acknowledged
                + " changes acknowledged, "
                + refused
                + " refused, "
                + (attempts.size() - acknowledged - refused)
                + " without an answer; "
                + terms
                + " terms, "
                + leadersWrites
                + " leader's writes; "
                + records.size()
                + " registrations";
    }
}
