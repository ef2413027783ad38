package io.evenkeel.kernel.balancing;

import io.evenkeel.kernel.eligibility.EligibilityInputs;
import org.jspecify.annotations.Nullable;

/**
 * One incarnation of an endpoint in the queue of a service. A node keeps its {@link #index} until
 * it has left and its last request is released; a newer incarnation of the endpoint is another
 * node.
 *
 * <p>Thread-safe, except {@link #attachment}: each loop uses its own slot only.
 */
public final class Node implements Pick {
    final int slot;
    private final String id;
    private final long epoch;
    private final @Nullable Object[] attachments;

    /** Written under the queue's lock. */
    volatile EndpointSettings settings;

    /** Written under the queue's lock; without ejection and capacity, which the queue adds. */
    volatile EligibilityInputs inputs;

    /** Whether it has left the service; set once, under the queue's lock. */
    volatile boolean left;

    /** Under the queue's lock: what its inputs were judged to when they last changed. */
    boolean eligible;

    /** Under the queue's lock: usable in panic but not eligible. */
    boolean benched;

    /** Under the queue's lock: never been pickable, so that it enters at the head. */
    boolean newcomer = true;

    Node(int slot, EndpointSettings settings, EligibilityInputs inputs, int loops) {
        this.slot = slot;
        this.id = settings.id();
        this.epoch = settings.epoch();
        this.settings = settings;
        this.inputs = inputs;
        this.attachments = new @Nullable Object[loops];
    }

    /** Small number, unique among the nodes of the queue at any time. */
    public int index() {
        return slot;
    }

    /** Endpoint id. */
    public String id() {
        return id;
    }

    /** Epoch of the incarnation. */
    public long epoch() {
        return epoch;
    }

    /** The settings now. */
    public EndpointSettings settings() {
        return settings;
    }

    /** Whether it has left the service: its connections need not be kept. */
    public boolean isGone() {
        return left;
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
        return id + "@" + epoch;
    }
}
