package io.evenkeel.simulation.stage;

import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.simulation.cast.SimBackend;

/**
 * What the stage itself knows of an endpoint: the facts it told the queue, and its own count of
 * what it has acquired and not released. Checkers hold the queue against this, never against the
 * queue's own word.
 */
public final class Member {
    private final SimBackend backend;
    private final Node node;
    private final int cap;
    private final long joinedNanos;
    EligibilityInputs inputs;
    int outstanding;
    long picks;
    long leftNanos = -1;

    Member(SimBackend backend, Node node, int cap, EligibilityInputs inputs, long joinedNanos) {
        this.backend = backend;
        this.node = node;
        this.cap = cap;
        this.inputs = inputs;
        this.joinedNanos = joinedNanos;
    }

    /** Endpoint id. */
    public String id() {
        return node.id();
    }

    /** Who serves. */
    public SimBackend backend() {
        return backend;
    }

    /** Its node in the queue. */
    public Node node() {
        return node;
    }

    /** The cap it was given. */
    public int cap() {
        return cap;
    }

    /** The facts as told to the queue; ejection as the queue announced it. */
    public EligibilityInputs inputs() {
        return inputs;
    }

    /** Requests acquired here and not yet released. */
    public int outstanding() {
        return outstanding;
    }

    /** Requests acquired here so far. */
    public long picks() {
        return picks;
    }

    /** When it joined. */
    public long joinedNanos() {
        return joinedNanos;
    }

    /** Whether it has left the service. */
    public boolean hasLeft() {
        return leftNanos >= 0;
    }

    /** How long it has been a member until now, in nanoseconds. */
    public long memberNanos(long nowNanos) {
        return (hasLeft() ? leftNanos : nowNanos) - joinedNanos;
    }

    @Override
    public String toString() {
        return node + " outstanding " + outstanding + " " + inputs;
    }
}
