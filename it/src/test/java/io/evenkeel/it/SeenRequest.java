package io.evenkeel.it;

import org.jspecify.annotations.Nullable;

/**
 * A request as an upstream saw it.
 *
 * @param from the address its connection came from
 * @param id what X-Request-Id said, {@code -} without
 * @param data its body, an octet a character, null if the upstream did not read it; meaningless
 *     unless the status is 200
 */
record SeenRequest(
        String from, String id, String method, String target, int status, @Nullable String data) {
    /** Whether the upstream served it, instead of refusing it and maybe the connection with it. */
    boolean served() {
        return status == 200;
    }
}
