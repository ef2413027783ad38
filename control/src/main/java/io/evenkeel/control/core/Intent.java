package io.evenkeel.control.core;

import io.evenkeel.kernel.permission.Principal;
import io.evenkeel.model.Source;
import java.util.OptionalLong;

/**
 * Who wants a change, on whose behalf, and under which condition.
 *
 * @param principal who asks; named in the audit trail
 * @param source the source that writes; it owns what it creates
 * @param ifMatch revision the resource must have, 0 meaning that it must not exist; empty for none
 * @param atMillis wall clock, milliseconds since 1970 UTC
 * @param detail why, in the caller's words; may be empty
 */
public record Intent(
        Principal principal, Source source, OptionalLong ifMatch, long atMillis, String detail) {

    /** Without a condition and without words. */
    public static Intent of(Principal principal, Source source, long atMillis) {
        return new Intent(principal, source, OptionalLong.empty(), atMillis, "");
    }

    /** The same with a reason. */
    public Intent because(String reason) {
        return new Intent(principal, source, ifMatch, atMillis, reason);
    }
}
