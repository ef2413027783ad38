package io.evenkeel.kernel.decision;

import java.time.Duration;

/**
 * How much of the audit trail is kept. What links write (admissions and leaves) is counted apart
 * from what people and files write, so that backends coming and going cannot wash an operator's
 * drain out of the trail.
 *
 * @param perObject latest entries of one object
 * @param ofLinks latest entries that links wrote, all objects together
 * @param ofOthers latest entries that anybody else wrote, all objects together
 * @param age of the oldest entry
 */
public record AuditRetention(int perObject, int ofLinks, int ofOthers, Duration age) {
    /** What is kept when nobody says otherwise. */
    public static final AuditRetention DEFAULT =
            new AuditRetention(64, 20_000, 20_000, Duration.ofDays(90));
}
