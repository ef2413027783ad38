package io.evenkeel.kernel.balancing;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a pick may depend on besides the queue, and what it says about itself. One per loop, used
 * again for every request: call {@link #reset} first. Not thread-safe.
 */
public final class PickContext {
    /** Nodes that one request can avoid; further ones are not remembered. */
    public static final int MAX_TRIED = 8;

    private final RandomGenerator random;
    private final @Nullable Node[] tried = new @Nullable Node[MAX_TRIED];
    private int triedCount;
    private long sourceHash;
    private boolean bound;
    private long boundTo;
    private Binding binding = Binding.NONE;

    private int index = -1;
    private int load;
    private int rate = 1;
    private int outstanding;
    int passedOver;
    boolean panic;

    /**
     * A context that draws from this generator, which must not be shared with another thread.
     *
     * @param random for the policies that draw lots
     */
    public PickContext(RandomGenerator random) {
        this.random = random;
    }

    /** Makes it ready for the next request. */
    public void reset() {
        for (int i = 0; i < triedCount; i++) {
            tried[i] = null;
        }
        triedCount = 0;
        sourceHash = 0;
        bound = false;
        binding = Binding.NONE;
    }

    /** What became of the binding to an endpoint at the last pick. */
    public enum Binding {
        /** There was none. */
        NONE,
        /** The endpoint was picked. */
        HONOURED,
        /** The endpoint is at its cap: this request goes elsewhere, the session stays. */
        FULL,
        /** The endpoint is gone, out, or to be avoided: the session needs another. */
        BROKEN
    }

    /**
     * The request belongs to a session that is bound to an endpoint.
     *
     * @param endpointHash by {@link ServiceQueue#endpointHash}
     */
    public void bind(long endpointHash) {
        bound = true;
        boundTo = endpointHash;
    }

    boolean isBound() {
        return bound;
    }

    long boundTo() {
        return boundTo;
    }

    void binding(Binding value) {
        binding = value;
    }

    /** What became of {@link #bind} at the last pick. */
    public Binding binding() {
        return binding;
    }

    /** Sets the hash of the source (address, cookie, header) for {@link Algorithm#SOURCE_HASH}. */
    public void sourceHash(long hash) {
        this.sourceHash = hash;
    }

    /** A retry goes elsewhere: avoids this node if there is any other. */
    public void avoid(Node node) {
        if (triedCount < MAX_TRIED && !avoids(node)) {
            tried[triedCount++] = node;
        }
    }

    /** Whether this node was to be avoided; a pick of one says that there was no other. */
    public boolean avoids(Node node) {
        for (int i = 0; i < triedCount; i++) {
            if (tried[i] == node) {
                return true;
            }
        }
        return false;
    }

    /** The score of the last pick before this request: see {@link LoadScore#score}. */
    public long score() {
        return LoadScore.score(load, rate);
    }

    /** Notes a pick; the score is only computed if someone asks. */
    void picked(int slot, int loadBefore, int rateThen, int outstandingWithIt) {
        index = slot;
        load = loadBefore;
        rate = rateThen;
        outstanding = outstandingWithIt;
    }

    /** {@link Node#index} of the last pick, to release it by. */
    public int index() {
        return index;
    }

    /** Requests outstanding at the last pick, this one included. */
    public int outstanding() {
        return outstanding;
    }

    /**
     * Nodes that stood before the last pick and were avoided by wish or by their cap; 1 if a
     * session's endpoint was picked past the head, wherever it stood.
     */
    public int passedOver() {
        return passedOver;
    }

    /** Whether the last pick was made in panic, health opinions ignored. */
    public boolean panic() {
        return panic;
    }

    RandomGenerator random() {
        return random;
    }

    long sourceHash() {
        return sourceHash;
    }

    int triedCount() {
        return triedCount;
    }
}
