package io.evenkeel.kernel.observe;

import java.time.Instant;

/**
 * What was noted about one request while it was served. Times are microseconds since the request's
 * first byte; -1 where that point was never reached. Strings are empty where nothing is known.
 *
 * @param id the gateway's id
 * @param foreignId X-Request-Id as a trusted source sent it
 * @param loop the loop that served it
 * @param started wall-clock time of the first byte
 * @param client address of the peer
 * @param method request method
 * @param target host and target asked for, {@code example.org/path?query}, cut to 80 characters
 * @param tenant tenant of the service
 * @param service service the request was routed to
 * @param endpoint endpoint of the last attempt
 * @param epoch epoch of that endpoint's incarnation, 0 without endpoint
 * @param attempts endpoints tried, 0 and up
 * @param score load score of the endpoint when it was picked, -1 if none was
 * @param place nodes passed over to reach it: 0 is the head of the queue, -1 if none was picked
 * @param panic whether it was picked in panic: ejection and suspicion didn't count
 * @param status status sent to the client, 0 if none was
 * @param who who ended it: {@code nobody}, {@code client}, {@code upstream} or {@code gateway}
 * @param phase where it was then
 * @param reason termination reason's name, as in log, metric and header
 * @param requestBytes bytes received of the body
 * @param responseBytes bytes sent of the body
 * @param headMicros whole head received
 * @param pickMicros endpoint picked, last attempt
 * @param sentMicros head given to the upstream connection
 * @param firstByteMicros first byte of the reply
 * @param endMicros last byte sent, or the failure
 */
public record RequestRecord(
        String id,
        String foreignId,
        int loop,
        Instant started,
        String client,
        String method,
        String target,
        String tenant,
        String service,
        String endpoint,
        long epoch,
        int attempts,
        long score,
        int place,
        boolean panic,
        int status,
        String who,
        String phase,
        String reason,
        long requestBytes,
        long responseBytes,
        long headMicros,
        long pickMicros,
        long sentMicros,
        long firstByteMicros,
        long endMicros) {}
