package io.evenkeel.model;

/**
 * The name that a cluster has for good, whichever store holds it: made by whoever opens the store
 * first, carried along by exports and copies.
 *
 * @param id a UUID
 */
public record ClusterId(String id) {
    /** Where it lies in the store. */
    public static final String KEY =
            Keys.of(Keys.Area.ASSIGN, "cluster", Metadata.DEFAULT_TENANT, "id");
}
