package io.evenkeel.kernel.health;

import io.evenkeel.kernel.eligibility.HealthState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Decides when which endpoint is probed and what the results mean (requirement A6). A pure state
 * machine: events and time go in, effects come out; whoever drives it makes the probes and hands
 * back their results with the token they were asked under. Not thread-safe.
 *
 * <ul>
 *   <li>A new endpoint is {@link HealthState#PENDING} and probed at once; its first result decides
 *       alone (as in Envoy and HAProxy). From then on, thresholds.
 *   <li>Probes start one interval apart, spread by a jitter of up to a tenth of the interval that
 *       is computed from the endpoint's name and the probe's number: many endpoints aren't probed
 *       in step, and a run can be repeated.
 *   <li>A probe without result after the timeout has failed; its late result is ignored, as is any
 *       result under an old token.
 *   <li>If the loop itself wakes late (it was stopped, say), deadlines that passed in its sleep
 *       prove nothing about the endpoints: the probes are made again and not counted.
 * </ul>
 *
 * <p>A failover costs nothing but time: the state is soft and every gateway checks for itself.
 */
public final class ActiveCheckLoop {
    /** A loop that is called later than this after its due time was itself asleep. */
    static final long LATE_NANOS = 500_000_000;

    /** What happened. */
    public sealed interface Event {
        /** An endpoint is there, or is to be checked in another way. */
        record Added(String endpoint, CheckSettings settings) implements Event {}

        /** An endpoint is gone. */
        record Removed(String endpoint) implements Event {}

        /** A probe has its result. */
        record Probed(String endpoint, long token, boolean passed, String detail)
                implements Event {}

        /** Time has passed: call at {@link ActiveCheckLoop#nextDueNanos} at the latest. */
        record Tick() implements Event {}
    }

    /** What is to be done. */
    public sealed interface Effect {
        /** Probe it and answer with the token before the timeout. */
        record Probe(String endpoint, CheckSettings settings, long token) implements Effect {}

        /** Forget the probe under this token; its result doesn't matter any more. */
        record CancelProbe(String endpoint, long token) implements Effect {}

        /** Its health has changed: tell the queue. */
        record Health(String endpoint, HealthState state, String reason) implements Effect {}
    }

    private static final class Check {
        private final String endpoint;
        private CheckSettings settings;
        private HealthState state = HealthState.PENDING;
        private int passes;
        private int failures;
        private long probes;

        /** Token of the probe under way; 0 = none. */
        private long token;

        /** When the probe under way has timed out, or the next begins. */
        private long dueNanos;

        private long startedNanos;

        Check(String endpoint, CheckSettings settings) {
            this.endpoint = endpoint;
            this.settings = settings;
        }
    }

    private record Due(long nanos, String endpoint) {}

    private final Map<String, Check> checks = new LinkedHashMap<>();

    /** May hold entries that are out of date; a check knows its own due time. */
    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparing(Due::endpoint));

    private long lastToken;

    /** Takes an event at a time and returns what to do now, in order. */
    public List<Effect> step(long nowNanos, Event event) {
        List<Effect> effects = new ArrayList<>();
        switch (event) {
            case Event.Added(String endpoint, CheckSettings settings) ->
                    add(endpoint, settings, nowNanos, effects);
            case Event.Removed(String endpoint) -> remove(endpoint, effects);
            case Event.Probed(String endpoint, long token, boolean passed, String detail) ->
                    probed(endpoint, token, passed, detail, nowNanos, effects);
            case Event.Tick() -> {}
        }
        runDue(nowNanos, effects);
        return effects;
    }

    /** When it wants to be called at the latest; {@link Long#MAX_VALUE} = no need. */
    public long nextDueNanos() {
        while (!due.isEmpty()) {
            Due next = due.element();
            Check check = checks.get(next.endpoint());
            if (check != null && check.dueNanos == next.nanos()) {
                return next.nanos();
            }
            due.remove();
        }
        return Long.MAX_VALUE;
    }

    /** What it thinks of an endpoint; {@link HealthState#UNCHECKED} if it doesn't check it. */
    public HealthState health(String endpoint) {
        Check check = checks.get(endpoint);
        return check == null ? HealthState.UNCHECKED : check.state;
    }

    private void add(String endpoint, CheckSettings settings, long now, List<Effect> effects) {
        Check check = checks.get(endpoint);
        if (check != null && check.settings.equals(settings)) {
            return;
        }
        if (!settings.isOn()) {
            if (check != null) {
                remove(endpoint, effects);
                effects.add(new Effect.Health(endpoint, HealthState.UNCHECKED, "no check"));
            }
            return;
        }
        if (check == null) {
            check = new Check(endpoint, settings);
            checks.put(endpoint, check);
            effects.add(new Effect.Health(endpoint, HealthState.PENDING, "awaits its first check"));
        } else {
            // Another way to check: what is known stays until the new way says otherwise.
            cancel(check, effects);
            check.settings = settings;
        }
        check.passes = 0;
        check.failures = 0;
        schedule(check, now);
    }

    private void remove(String endpoint, List<Effect> effects) {
        Check check = checks.remove(endpoint);
        if (check != null) {
            cancel(check, effects);
        }
    }

    private static void cancel(Check check, List<Effect> effects) {
        if (check.token != 0) {
            effects.add(new Effect.CancelProbe(check.endpoint, check.token));
            check.token = 0;
        }
    }

    private void probed(
            String endpoint,
            long token,
            boolean passed,
            String detail,
            long now,
            List<Effect> effects) {
        Check check = checks.get(endpoint);
        if (check == null || check.token != token) {
            return;
        }
        check.token = 0;
        judge(check, passed, detail, effects);
        scheduleNext(check, now);
    }

    private void runDue(long now, List<Effect> effects) {
        while (!due.isEmpty() && due.element().nanos() <= now) {
            Due next = due.remove();
            Check check = checks.get(next.endpoint());
            if (check == null || check.dueNanos != next.nanos()) {
                continue;
            }
            if (check.token == 0) {
                probe(check, now, effects);
            } else {
                effects.add(new Effect.CancelProbe(check.endpoint, check.token));
                check.token = 0;
                if (now - next.nanos() > LATE_NANOS) {
                    probe(check, now, effects);
                } else {
                    String after = "no answer after " + check.settings.timeout().toMillis() + " ms";
                    judge(check, false, after, effects);
                    scheduleNext(check, now);
                }
            }
        }
    }

    private void probe(Check check, long now, List<Effect> effects) {
        check.token = ++lastToken;
        check.probes++;
        check.startedNanos = now;
        effects.add(new Effect.Probe(check.endpoint, check.settings, check.token));
        schedule(check, now + check.settings.timeout().toNanos());
    }

    private void judge(Check check, boolean passed, String detail, List<Effect> effects) {
        check.passes = passed ? check.passes + 1 : 0;
        check.failures = passed ? 0 : check.failures + 1;
        CheckSettings settings = check.settings;
        HealthState next =
                switch (check.state) {
                    case PENDING, UNCHECKED -> passed ? HealthState.HEALTHY : HealthState.UNHEALTHY;
                    case HEALTHY ->
                            check.failures >= settings.unhealthyThreshold()
                                    ? HealthState.UNHEALTHY
                                    : HealthState.HEALTHY;
                    case UNHEALTHY ->
                            check.passes >= settings.healthyThreshold()
                                    ? HealthState.HEALTHY
                                    : HealthState.UNHEALTHY;
                };
        if (next != check.state) {
            check.state = next;
            effects.add(new Effect.Health(check.endpoint, next, detail));
        }
    }

    /** The next probe starts an interval after the last one did, or now if that is over. */
    private void scheduleNext(Check check, long now) {
        long interval = check.settings.interval().toNanos();
        long next = check.startedNanos + interval + jitter(check, interval / 10);
        schedule(check, Math.max(now, next));
    }

    private void schedule(Check check, long at) {
        check.dueNanos = at;
        due.add(new Due(at, check.endpoint));
    }

    private static long jitter(Check check, long most) {
        long hash = (check.endpoint.hashCode() * 31L + check.probes) * 0x9E3779B97F4A7C15L;
        return most == 0 ? 0 : Long.remainderUnsigned(hash ^ (hash >>> 29), most);
    }
}
