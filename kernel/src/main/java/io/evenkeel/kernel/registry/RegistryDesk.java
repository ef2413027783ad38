package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.registry.AdmissionReply.Code;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.model.EndpointKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * How a registry works off what waits for it: which events go into one txn, on which image they are
 * decided, what becomes of an outcome that nobody knows. The decisions themselves are {@link
 * RegistryLoop}'s. It never decides on an image older than its own last commit; after an unknown
 * outcome it reads how the store stands and decides anew: the decision then finds what was
 * committed and confirms it, so nothing is admitted twice.
 *
 * <p>Pure and single-threaded; whoever has a store, threads or a virtual clock drives it: a {@link
 * #nextBatch batch}, an {@link #attempt attempt}, and those that are left of it one by one, with
 * pauses, until their deadline.
 */
public final class RegistryDesk {
    /** Events about different endpoints that fit into a txn. */
    public static final int BATCH = StoreLimits.DEFAULT.opsPerTxn() / RegistryLoop.MOST_OPS;

    /** Between two attempts at one event, at first; doubles up to the next. */
    public static final Duration SHORTEST_PAUSE = Duration.ofMillis(1);

    /** Between two attempts at one event. */
    public static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    /** Nothing was heard of the store for so long: its answers need not be waited for. */
    public static final Duration SILENT_AFTER = Duration.ofSeconds(3);

    static final Duration BUSY_RETRY = Duration.ofSeconds(1);
    private static final Duration UNAVAILABLE_RETRY = Duration.ofSeconds(2);

    private final RegistryLoop loop;

    /** Taken and put off, because their endpoint was in the batch before. */
    private final Deque<RegistryEvent> deferred = new ArrayDeque<>();

    private long lastCommitted;

    /** The images' history in which that was. */
    private long timeline;

    /** Admits endpoints of these tenants. */
    public RegistryDesk(SortedSet<String> tenants) {
        loop = new RegistryLoop(tenants);
    }

    /**
     * A registration as an event. A malformed one has the key {@link RegistryEvent#NOBODY}: it
     * waits for nobody and is refused when its turn comes.
     */
    public RegistryEvent.Register register(
            Registration registration, Consumer<AdmissionReply> reply, long deadlineNanos) {
        EndpointKey key = loop.endpointOf(registration).orElse(RegistryEvent.NOBODY);
        return new RegistryEvent.Register(key, registration, reply, deadlineNanos);
    }

    /** Whether something waits that was put off. */
    public boolean hasDeferred() {
        return !deferred.isEmpty();
    }

    /** Takes what is there; at most one event for an endpoint, each in its order. */
    public List<RegistryEvent> nextBatch(Collection<RegistryEvent> arrived) {
        List<RegistryEvent> batch = new ArrayList<>();
        TreeSet<EndpointKey> taken = new TreeSet<>();
        List<RegistryEvent> waiting = new ArrayList<>(deferred);
        deferred.clear();
        waiting.addAll(arrived);
        for (RegistryEvent event : waiting) {
            boolean free = event.key().equals(RegistryEvent.NOBODY) || taken.add(event.key());
            if (free && batch.size() < BATCH) {
                batch.add(event);
            } else {
                deferred.add(event);
            }
        }
        return batch;
    }

    /** Takes out what was put off. */
    public List<RegistryEvent> takeDeferred() {
        List<RegistryEvent> all = List.copyOf(deferred);
        deferred.clear();
        return all;
    }

    /**
     * The revision that an image must have come to before it is decided on.
     *
     * @param now number of the history that images are of: a store that was restored begins another
     */
    public long awaits(long now) {
        if (timeline != now) {
            // Not of this store's history: it would be waited for for ever.
            lastCommitted = 0;
            timeline = now;
        }
        return lastCommitted;
    }

    /**
     * Confirms incarnations that the image knows, without asking a store that does not answer: what
     * links here again would be out for as long as the store is. Where the store knows better by
     * now, its next image cuts the link. Returns the others.
     */
    public List<RegistryEvent> confirmKnown(
            ClusterImage image, List<RegistryEvent> batch, long atMillis) {
        List<RegistryEvent> others = new ArrayList<>();
        for (RegistryEvent event : batch) {
            if (event instanceof RegistryEvent.Register
                    && !RegistryLoop.asksPast(image, event.key(), event.incarnation())
                    && decide(image, event, EndpointPast.NONE, atMillis, "")
                            instanceof RegistryDecision.Commit commit) {
                event.answer(RegistryDecision.admitted(commit, 0));
            } else {
                others.add(event);
            }
        }
        return others;
    }

    /** Begins to decide events about different endpoints on this image. */
    public RegistryAttempt attempt(ClusterImage image, List<RegistryEvent> batch) {
        return new RegistryAttempt(this, image, batch);
    }

    RegistryDecision decide(
            ClusterImage image,
            RegistryEvent event,
            EndpointPast past,
            long atMillis,
            String freshUid) {
        return switch (event) {
            case RegistryEvent.Leave leave ->
                    loop.leave(image, leave.key(), leave.epoch(), leave.reason(), past, atMillis);
            case RegistryEvent.Forget forget ->
                    loop.forget(
                            image, forget.key(), forget.epoch(), forget.reason(), past, atMillis);
            case RegistryEvent.Register register ->
                    loop.register(image, register.registration(), past, atMillis, freshUid);
        };
    }

    void wrote(long revision) {
        lastCommitted = revision;
    }

    /** The reply to whoever can't be answered better. */
    public static AdmissionReply.Refused unavailable(String why) {
        return new AdmissionReply.Refused(
                Code.UNAVAILABLE,
                why + "; register again after " + UNAVAILABLE_RETRY.toMillis() + " ms",
                UNAVAILABLE_RETRY);
    }

    /** The reply while as many wait as may. */
    public static AdmissionReply.Refused busy(int waiting, int most) {
        return new AdmissionReply.Refused(
                Code.BUSY,
                "registrations waiting: "
                        + waiting
                        + " (expected: < "
                        + most
                        + "); register again after "
                        + BUSY_RETRY.toMillis()
                        + " ms",
                BUSY_RETRY);
    }
}
