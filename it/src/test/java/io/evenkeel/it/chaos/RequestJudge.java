package io.evenkeel.it.chaos;

import io.evenkeel.app.demo.Answer;
import java.io.IOException;
import java.time.Instant;
import java.util.function.LongBinaryOperator;

/**
 * Judges what gateways log of each request, by what was done to the machines:
 *
 * <ul>
 *   <li>no backend is picked that has been silent for longer than the bound, at a gateway that held
 *       a link with it when the silence began;
 *   <li>a request that failed had to do with something to which something was done: the gateway,
 *       the backend it was with, the way to it, the client's; or no backend was left.
 * </ul>
 *
 * One thread.
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
    void judge(String gateway, String line) throws IOException {
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

    private void judgePick(String gateway, String endpoint, long at, String line) {
        long since = troubles.silentSince(gateway, endpoint, at);
        if (since == at || !links.held(endpoint, gateway, since)) {
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
                    gateway + " after " + attended + " ms " + line);
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

    long requests() {
        return requests;
    }

    @Override
    public String toString() {
        return requests
                + " requests logged, "
                + failed
                + " of them failed; "
                + picksAtRisk
                + " picks of backends silent for less than the bound";
    }
}
