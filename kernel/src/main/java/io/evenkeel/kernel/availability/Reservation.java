package io.evenkeel.kernel.availability;

/**
 * What somebody takes away by choice: an endpoint, or a whole service.
 *
 * @param endpoint its id; empty for the whole service
 * @param by the principal who took it
 * @param reason why, for people
 * @param atMillis wall clock when it was reserved, milliseconds since 1970 UTC
 * @param untilMillis wall clock after which the reservation counts no longer, even if nobody
 *     released it; 0 for no end
 */
public record Reservation(
        String endpoint, String by, String reason, long atMillis, long untilMillis) {}
