package io.evenkeel.kernel.eligibility;

import io.evenkeel.model.AdminState;

/**
 * All that decides whether an endpoint may be picked at a gateway. Each input has one writer;
 * nobody writes the result.
 *
 * @param admin what the operator set on the endpoint or, if stricter, on its service
 * @param health the active check's word
 * @param ejected whether outlier detection has taken it out for a while
 * @param suspected whether its host is suspected dead
 * @param draining whether it said that it is leaving, or its incarnation was replaced
 * @param presence whether this gateway can reach it
 * @param poolSharePercent share of its pool in a traffic split, 0 to 100
 * @param atCapacity whether as many requests are outstanding as its cap allows
 */
public record EligibilityInputs(
        AdminState admin,
        HealthState health,
        boolean ejected,
        boolean suspected,
        boolean draining,
        Presence presence,
        int poolSharePercent,
        boolean atCapacity) {
    /** Ready, unchecked, present and unencumbered: what a self-registered newcomer starts with. */
    public static final EligibilityInputs NEWCOMER =
            new EligibilityInputs(
                    AdminState.READY,
                    HealthState.UNCHECKED,
                    false,
                    false,
                    false,
                    Presence.PRESENT,
                    100,
                    false);

    /** Checks the range of the share. */
    public EligibilityInputs {
        if (poolSharePercent < 0 || poolSharePercent > 100) {
            throw new IllegalArgumentException(
                    "poolSharePercent: " + poolSharePercent + " (expected: 0..100)");
        }
    }

    /** The same with another admin state. */
    public EligibilityInputs withAdmin(AdminState value) {
        return new EligibilityInputs(
                value,
                health,
                ejected,
                suspected,
                draining,
                presence,
                poolSharePercent,
                atCapacity);
    }

    /** The same with another health. */
    public EligibilityInputs withHealth(HealthState value) {
        return new EligibilityInputs(
                admin, value, ejected, suspected, draining, presence, poolSharePercent, atCapacity);
    }

    /** The same, ejected or returned. */
    public EligibilityInputs withEjected(boolean value) {
        return new EligibilityInputs(
                admin, health, value, suspected, draining, presence, poolSharePercent, atCapacity);
    }

    /** The same, suspected or cleared. */
    public EligibilityInputs withSuspected(boolean value) {
        return new EligibilityInputs(
                admin, health, ejected, value, draining, presence, poolSharePercent, atCapacity);
    }

    /** The same, draining or not. */
    public EligibilityInputs withDraining(boolean value) {
        return new EligibilityInputs(
                admin, health, ejected, suspected, value, presence, poolSharePercent, atCapacity);
    }

    /** The same with another presence. */
    public EligibilityInputs withPresence(Presence value) {
        return new EligibilityInputs(
                admin, health, ejected, suspected, draining, value, poolSharePercent, atCapacity);
    }

    /** The same with another share of its pool, 0 to 100 percent. */
    public EligibilityInputs withPoolSharePercent(int value) {
        return new EligibilityInputs(
                admin, health, ejected, suspected, draining, presence, value, atCapacity);
    }

    /** The same, at capacity or below. */
    public EligibilityInputs withAtCapacity(boolean value) {
        return new EligibilityInputs(
                admin, health, ejected, suspected, draining, presence, poolSharePercent, value);
    }
}
