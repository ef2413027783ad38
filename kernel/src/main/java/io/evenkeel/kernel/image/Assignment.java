package io.evenkeel.kernel.image;

import io.evenkeel.model.AdminState;

/**
 * What an operator or a controller set on an endpoint or a service, apart from its spec and from
 * observed health. Stored under {@code assign/KIND/TENANT/NAME}; no record means {@link #NONE}.
 *
 * @param adminState ready, drain or maint
 * @param reason why, for people; may be empty
 * @param by the principal who set it; empty for nobody
 * @param atMillis wall clock when it was set, milliseconds since 1970 UTC; 0 for never
 */
public record Assignment(AdminState adminState, String reason, String by, long atMillis) {
    /** Nothing was set. */
    public static final Assignment NONE = new Assignment(AdminState.READY, "", "", 0);
}
