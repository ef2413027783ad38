package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.registry.AdmissionReply.Code;

/**
 * A registration that was turned away, as often as it came. Texts are as the backend sent them, cut
 * to a bounded length.
 *
 * @param tenant it named, or the default one
 * @param endpoint the id it meant; empty if it was too malformed to say
 * @param imageRevision store revision of the image that the last one was decided on
 * @param firstMillis wall clock of the first, milliseconds since 1970 UTC
 * @param lastMillis wall clock of the last
 * @param count how often it came
 */
public record Refusal(
        String tenant,
        String service,
        String endpoint,
        String workload,
        String address,
        String incarnation,
        Code code,
        String message,
        long imageRevision,
        long firstMillis,
        long lastMillis,
        long count) {}
