package io.evenkeel.kernel.observe;

/** Answer to the question what became of a request. */
public sealed interface RequestLookup {
    /** The request has ended, and its record is at hand. */
    record Held(RequestRecord record) implements RequestLookup {}

    /**
     * This gateway gave the id out and the request has not ended, or its end isn't recorded yet.
     */
    record Running(String id) implements RequestLookup {}

    /**
     * The id was given out but its record has been overwritten: each loop keeps the last 65,536
     * requests, and failed ones for ten minutes.
     */
    record NoLongerHeld(String id) implements RequestLookup {}

    /**
     * No request with this id is known here: it may belong to another gateway or an earlier run.
     */
    record Unknown(String id) implements RequestLookup {}
}
