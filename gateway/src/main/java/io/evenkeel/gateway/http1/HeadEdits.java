package io.evenkeel.gateway.http1;

import org.jspecify.annotations.Nullable;

/**
 * What is changed in the heads of one destination by its operator's will. Immutable, made once a
 * snapshot.
 *
 * @param prefix what a request's path begins with instead; null to leave it as it came
 * @param request lines of the request
 * @param response lines of the reply; interim replies keep theirs
 */
public record HeadEdits(@Nullable PathPrefix prefix, LineEdits request, LineEdits response) {
    /** Nothing is changed. */
    public static final HeadEdits NONE = new HeadEdits(null, LineEdits.NONE, LineEdits.NONE);

    /** How much longer a request's head gets at most. */
    int requestRoom() {
        return (prefix == null ? 0 : prefix.room()) + request.appended().length;
    }
}
