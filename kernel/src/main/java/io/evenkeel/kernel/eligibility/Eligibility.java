package io.evenkeel.kernel.eligibility;

import java.util.ArrayList;
import java.util.List;

/** Whether an endpoint may be picked, and if not, every reason. Immutable. */
public sealed interface Eligibility {
    /** Why an endpoint may not be picked. */
    enum Reason {
        /** The operator set {@code drain}. */
        ADMIN_DRAIN(true),
        /** The operator set {@code maint}. */
        ADMIN_MAINT(true),
        /** The active check fails. */
        UNHEALTHY(true),
        /** The active check has no result yet. */
        NOT_YET_CHECKED(true),
        /** Outlier detection took it out. */
        EJECTED(false),
        /** Its host is suspected dead. */
        SUSPECTED(false),
        /** It is leaving. */
        DRAINING(true),
        /** It can't be reached from here. */
        ABSENT(true),
        /** Its pool has no share of the traffic. */
        NO_POOL_SHARE(true),
        /** As many requests are outstanding as its cap allows. */
        AT_CAPACITY(true);

        private final boolean fact;

        Reason(boolean fact) {
            this.fact = fact;
        }

        /**
         * Whether it is a fact or an order, which hold in panic too, and not a conclusion from
         * statistics or from others, which panic overrides. That a check failed is a fact: the
         * endpoint was asked.
         */
        public boolean isFact() {
            return fact;
        }
    }

    /** It may be picked. */
    enum Eligible implements Eligibility {
        /** The only value. */
        ELIGIBLE
    }

    /**
     * It may not be picked.
     *
     * @param reasons all of them, at least one, in the order of {@link Reason}
     */
    record NotEligible(List<Reason> reasons) implements Eligibility {
        /** Copies the list. */
        public NotEligible {
            reasons = List.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("reasons: [] (expected: at least one)");
            }
        }
    }

    /** Judges the inputs. Pure; the design's one definition of eligibility. */
    static Eligibility of(EligibilityInputs inputs) {
        List<Reason> reasons = new ArrayList<>(0);
        switch (inputs.admin()) {
            case READY -> {}
            case DRAIN -> reasons.add(Reason.ADMIN_DRAIN);
            case MAINT -> reasons.add(Reason.ADMIN_MAINT);
        }
        switch (inputs.health()) {
            case UNCHECKED, HEALTHY -> {}
            case PENDING -> reasons.add(Reason.NOT_YET_CHECKED);
            case UNHEALTHY -> reasons.add(Reason.UNHEALTHY);
        }
        if (inputs.ejected()) {
            reasons.add(Reason.EJECTED);
        }
        if (inputs.suspected()) {
            reasons.add(Reason.SUSPECTED);
        }
        if (inputs.draining()) {
            reasons.add(Reason.DRAINING);
        }
        if (inputs.presence() == Presence.ABSENT) {
            reasons.add(Reason.ABSENT);
        }
        if (inputs.poolSharePercent() == 0) {
            reasons.add(Reason.NO_POOL_SHARE);
        }
        if (inputs.atCapacity()) {
            reasons.add(Reason.AT_CAPACITY);
        }
        return reasons.isEmpty() ? Eligible.ELIGIBLE : new NotEligible(reasons);
    }

    /** Whether it may be picked. */
    default boolean isEligible() {
        return this instanceof Eligible;
    }

    /**
     * Whether a service in panic may pick it: nothing but conclusions drawn about it (ejected,
     * suspected) speaks against it.
     */
    default boolean isUsableInPanic() {
        return switch (this) {
            case Eligible _ -> true;
            case NotEligible(List<Reason> reasons) -> reasons.stream().noneMatch(Reason::isFact);
        };
    }
}
