package io.evenkeel.kernel.balancing;

import io.evenkeel.kernel.eligibility.EligibilityInputs;
import org.jspecify.annotations.Nullable;

/**
 * One incarnation of an endpoint in the queue of a service. A node keeps its {@link #index} until
 * it has left and its last request is released; a newer incarnation of the endpoint is another
 * node.
 *
 * <p>Thread-safe, except {@link #attachment}: each loop uses its own slot only.
 *
 * <p>The object is small and made in blocks of neighbours, because with very many endpoints every
 * pick and every release misses the cache on it; all that they don't read is in {@link Details}.
 */
public final class Node implements Pick {
    private static final @Nullable Object[] NOTHING = {};

    final int slot;
    private @Nullable Object[] attachments = NOTHING;
    private @Nullable Details details;

    /** What pick and release don't read. */
    static final class Details {
        final EndpointSettings first;

        /** Written under the queue's lock. */
        volatile EndpointSettings settings;

        /** Written under the queue's lock; without capacity, which the queue adds. */
        volatile EligibilityInputs inputs;

        /** Under the queue's lock: until then sessions bound to it are served though it drains. */
        long sessionsUntilNanos = Long.MIN_VALUE;

        /** Read for looks at the queue; the queue itself uses what it makes of it. */
        volatile BackendReport report = BackendReport.NOTHING;

        /** Whether it has left the service; set once, under the queue's lock. */
        volatile boolean left;

        /** Under the queue's lock: what its inputs were judged to when they last changed. */
        boolean eligible;

        /** Under the queue's lock: usable in panic but not eligible. */
        boolean benched;

        /** Under the queue's lock: never been pickable, so that it enters at the head. */
        boolean newcomer = true;

        Details(EndpointSettings settings, EligibilityInputs inputs) {
            this.first = settings;
            this.settings = settings;
            this.inputs = inputs;
        }
    }

    /** A node that nobody knows yet; {@link #occupy} makes it an endpoint's. */
    Node(int slot) {
        this.slot = slot;
    }

    /** Once, before anybody else sees it. */
    void occupy(EndpointSettings settings, EligibilityInputs inputs, int loops) {
        details = new Details(settings, inputs);
        attachments = new @Nullable Object[loops];
    }

    Details details() {
        Details known = details;
        if (known == null) {
            throw new IllegalStateException("node " + slot + " is nobody's");
        }
        return known;
    }

    /** Small number, unique among the nodes of the queue at any time. */
    public int index() {
        return slot;
    }

    /** Endpoint id. */
    public String id() {
        return details().first.id();
    }

    /** Epoch of the incarnation. */
    public long epoch() {
        return details().first.epoch();
    }

    /** The settings now. */
    public EndpointSettings settings() {
        return details().settings;
    }

    /** The inputs of its eligibility now, capacity apart. */
    public EligibilityInputs inputs() {
        return details().inputs;
    }

    /** What its backend last said of itself. */
    public BackendReport report() {
        return details().report;
    }

    /** Its backend has said this of itself. */
    public void reported(BackendReport report) {
        details().report = report;
    }

    /** Whether it has left the service: its connections need not be kept. */
    public boolean isGone() {
        return details().left;
    }

    /** What this loop hung on it (its connection pool, say); call from that loop only. */
    public @Nullable Object attachment(int loop) {
        return attachments[loop];
    }

    /** Hangs something on it for this loop; call from that loop only. */
    public void attach(int loop, @Nullable Object value) {
        attachments[loop] = value;
    }

    @Override
    public String toString() {
        return id() + "@" + epoch();
    }
}
