package io.evenkeel.model;

import java.util.Optional;

/**
 * One resource. Spec and status are separate keys in the store and have separate writers; here they
 * are shown together.
 *
 * @param apiVersion {@link #API_VERSION}
 * @param status what the loops observed; empty until one has looked
 */
public record Resource<S extends Spec, T extends Status>(
        String apiVersion, Kind kind, Metadata metadata, S spec, Optional<T> status) {

    /** The only version so far. */
    public static final String API_VERSION = "evenkeel.io/v1";

    /** A resource without status. */
    public static <S extends Spec, T extends Status> Resource<S, T> of(Metadata metadata, S spec) {
        return new Resource<>(API_VERSION, Kind.of(spec), metadata, spec, Optional.empty());
    }

    /** The same with other metadata. */
    public Resource<S, T> with(Metadata other) {
        return new Resource<>(apiVersion, kind, other, spec, status);
    }

    /** The same without what the loops observed. */
    public Resource<S, T> withoutStatus() {
        return new Resource<>(apiVersion, kind, metadata, spec, Optional.empty());
    }
}
