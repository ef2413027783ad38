package io.evenkeel.kernel.permission;

import org.jspecify.annotations.Nullable;

/**
 * What a call wants to do, in the terms a rule can be written in.
 *
 * @param action the sort of access
 * @param kind plural lower-case kind of the resources touched, such as {@code services}; {@code
 *     cluster} for what belongs to no kind (metrics, audit, version)
 * @param tenant tenant touched; null means the call is not about one tenant
 * @param name resource touched; null means all of the kind in that tenant
 */
public record Permission(
        Action action, String kind, @Nullable String tenant, @Nullable String name) {
    /** The kind of calls that are about the cluster as a whole. */
    public static final String CLUSTER = "cluster";

    /** Sorts of access; each call needs exactly one. */
    public enum Action {
        /** Get, list, watch, explain, metrics. */
        READ,
        /** Create or replace a resource's specification. */
        WRITE,
        /** Remove a resource. */
        DELETE,
        /** Change what runs without changing a specification: drain, ready, maint. */
        OPERATE
    }

    /** Reading something that belongs to no tenant. */
    public static Permission readCluster() {
        return new Permission(Action.READ, CLUSTER, null, null);
    }
}
