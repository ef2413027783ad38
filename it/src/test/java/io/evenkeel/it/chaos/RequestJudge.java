package io.evenkeel.it.chaos;

import io.evenkeel.app.demo.Answer;
import java.io.IOException;
import java.time.Instant;
import java.util.function.LongBinaryOperator;

/**
 * Judges what gateways log of each request, and who stands in their queues, by what was done to the
 * machines:
 *
 * <ul>
 *   <li>no backend is picked, or may be, that has been silent for longer than the bound, at a
 *       gateway that held a link with it when the silence began;
 *   <li>a request that failed had to do with something to which something was done: the gateway,
 *       the backend it was with, the way to it, the client's; or no backend was left.
 * </ul>
 *
 * Thread-safe.
 */
final class RequestJudge {
    /** A gateway takes a silent backend out after 2.5 s, looking now and then. */
    static final long SILENT_MILLIS = 3_000;

    /**
     * What is undone has its consequences for so long: links to be dialled, packets to be sent
     * again.
     */
    static final long AFTER_MILLIS = 5_000;

    private static final long SLACK_MILLIS = 500;

    private final Troubles troubles;
    private final Links links;
    private final LongBinaryOperator lateMillis;
    private final Verdict verdict;
    private long requests;
    private long failed;
    private long picksAtRisk;

    /**
     * Judges by these facts.
     *
     * @param lateMillis how late the machine was between two times
     */
    RequestJudge(Troubles troubles, Links links, LongBinaryOperator lateMillis, Verdict verdict) {
        this.troubles = troubles;
        this.links = links;
        this.lateMillis = lateMillis;
        this.verdict = verdict;
    }

    /** A line of a gateway's access log. */
    synchronized void judge(String gateway, String line) throws IOException {
        requests++;
        Answer seen = Answer.read(line);
        long begin = Instant.parse(seen.at("time").text()).toEpochMilli();
        long end = begin + millis(seen, "endMicros", 0);
        String endpoint = seen.at("endpoint").text();
        if (!endpoint.isEmpty()) {
            judgePick(gateway, endpoint, begin + millis(seen, "pickMicros", 0), line);
        }
        boolean answered =
                seen.at("reason").text().equals("complete") && seen.at("status").number() < 500;
        if (!answered) {
            failed++;
            if (!explained(gateway, endpoint, seen, begin - AFTER_MILLIS, end)) {
                verdict.broken(
                        "a request fails only by what was done to somebody it has to do with",
                        gateway + " " + line);
            }
        }
    }

    private static long millis(Answer seen, String field, long otherwise) {
        String micros = seen.at(field).text();
        return micros.equals("null") ? otherwise : Long.parseLong(micros) / 1_000;
    }

    /**
     * A backend stood in a gateway's queue at some time between these two.
     *
     * @param asked from when on the gateway may have said so
     * @param answered by when it had
     */
    synchronized void mayBePicked(String gateway, String backend, long asked, long answered) {
        // Of one that was heard meanwhile it may have said so rightly.
        if (troubles.silentSince(gateway, backend, answered)
                == troubles.silentSince(gateway, backend, asked)) {
            judgePick(gateway, backend, asked, "stands in its queue");
        }
    }

    private void judgePick(String gateway, String backend, long at, String seen) {
        long since = troubles.silentSince(gateway, backend, at);
        if (since == at || !links.held(backend, gateway, since)) {
            return;
        }
        picksAtRisk++;
        long attended = at - since - troubles.pausedMillis(gateway, since, at);
        long bound = SILENT_MILLIS + SLACK_MILLIS + lateMillis.applyAsLong(since, at);
        if (attended > bound) {
            verdict.broken(
                    "no backend is picked that has been silent for longer than "
                            + SILENT_MILLIS
                            + " ms",
                    gateway + " and " + backend + " after " + attended + " ms: " + seen);
        }
    }

    private boolean explained(String gateway, String endpoint, Answer seen, long begin, long end) {
        if (!troubles.sound(gateway, begin, end) || lateMillis.applyAsLong(begin, end) > 1_000) {
            return true;
        }
        if (seen.at("reason").text().startsWith("client.")
                && !troubles.whole(Cast.CLIENTS, gateway, begin, end)) {
            return true;
        }
        if (endpoint.isEmpty()) {
            return !troubles.reachesOne(gateway, begin, end);
        }
        // Of several attempts the last is logged.
        return seen.at("attempts").number() > 1
                ? !troubles.reachesAll(gateway, begin, end)
                : !troubles.reaches(gateway, endpoint, begin, end);
    }

    synchronized long requests() {
        return requests;
    }

    @Override
    public synchronized String toString() {
        return requests
                + " requests logged, "
                + failed
                + " of them failed; "
                + picksAtRisk
                + " times a backend in a queue, or picked, that was silent for less than the bound";
    }
}
