package io.evenkeel.it;

import io.evenkeel.gateway.ends.Dialect;
import io.evenkeel.gateway.ends.SentRequest;
import io.evenkeel.gateway.ends.StrictReader;
import io.evenkeel.wire.fuzz.Corpus;
import io.evenkeel.wire.fuzz.Mutator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds what a gateway took for requests, what it sent, and what an upstream saw, against each
 * other: each difference is a case in which they could disagree on where a request ends.
 */
final class EndsReport {
    private static final List<Dialect> DIALECTS = Dialect.all();

    private final List<String> cases = new ArrayList<>();
    private final Map<String, SentRequest> byId = new HashMap<>();
    private int whole;

    /** What was found, a text each. */
    List<String> cases() {
        return cases;
    }

    /** How many whole requests were compared. */
    int whole() {
        return whole;
    }

    private void found(String what, Object about) {
        cases.add(what + ": " + Corpus.text(Mutator.octets(String.valueOf(about))));
    }

    /**
     * A proxy's streams by connection: each is by the letter, and readers of every dialect end its
     * requests where the letter does.
     */
    static Map<String, List<SentRequest>> cut(Map<String, String> streams, EndsReport report) {
        Map<String, List<SentRequest>> all = new TreeMap<>();
        streams.forEach((from, octets) -> {
            StrictReader.Cut cut = StrictReader.cut(octets);
            if (cut.oddity() != null) {
                report.found("not by the letter, " + cut.oddity(), octets);
            }
            List<Integer> ends = new ArrayList<>();
            for (SentRequest request : cut.requests()) {
                if (request.whole()) {
                    ends.add(request.to());
                }
            }
            for (Dialect dialect : DIALECTS) {
                List<Integer> read = dialect.ends(octets);
                if (!read.equals(ends)) {
                    report.found(
                            "a reader of dialect %s ends requests elsewhere"
                                    .formatted(dialect.name()),
                            around(octets, ends, read));
                }
            }
            all.put(from, cut.requests());
        });
        return all;
    }

    /** The request at which two readers part. */
    private static String around(String octets, List<Integer> ends, List<Integer> read) {
        int at = 0;
        for (int i = 0; i < ends.size(); i++) {
            if (i >= read.size() || !read.get(i).equals(ends.get(i))) {
                return octets.substring(at, Math.min(octets.length(), ends.get(i)));
            }
            at = ends.get(i);
        }
        return octets.substring(at);
    }

    /** What the gateway took for requests against what it sent. */
    void gateway(Map<String, GatewayRecord> records, List<SentRequest> sent) {
        for (SentRequest request : sent) {
            List<String> ids = request.values("X-Request-Id");
            GatewayRecord record = ids.size() == 1 ? records.get(ids.get(0)) : null;
            if (record == null) {
                found("sent, though the gateway knows no such request", request);
            } else if (request.whole() && record.complete()) {
                byId.put(record.id(), request);
                whole++;
                if (record.requestBytes() != request.bodyBytes()) {
                    found("the gateway counted a body of " + record.requestBytes(), request);
                }
            }
        }
        for (GatewayRecord record : records.values()) {
            // An upstream may refuse before it has read all.
            boolean served = record.complete() && record.status() == 200;
            if (served && !byId.containsKey(record.id())) {
                found("the gateway says complete, but sent no whole request", record);
            }
        }
    }

    /** What was sent against what the upstream saw. */
    void upstream(Map<String, List<SentRequest>> sent, List<SeenRequest> seen) {
        Map<String, List<SeenRequest>> byConnection = new HashMap<>();
        for (SeenRequest request : seen) {
            if (sent.containsKey(request.from())) {
                byConnection.computeIfAbsent(request.from(), c -> new ArrayList<>()).add(request);
            }
        }
        sent.forEach(
                (from, requests) -> pairs(requests, byConnection.getOrDefault(from, List.of())));
    }

    private void pairs(List<SentRequest> sent, List<SeenRequest> seen) {
        for (int i = 0; i < seen.size(); i++) {
            SeenRequest request = seen.get(i);
            if (i >= sent.size()) {
                found("the upstream saw a request that nobody sent", request);
                return;
            }
            boolean refused = !request.served() && i == seen.size() - 1;
            if (!sent.get(i).values("X-Request-Id").equals(List.of(request.id()))) {
                if (!refused || !request.id().equals("-")) {
                    found("the upstream saw " + request + " instead of", sent.get(i));
                }
            } else if (request.served()) {
                same(sent.get(i), request);
            }
        }
        boolean closed = !seen.isEmpty() && !seen.get(seen.size() - 1).served();
        if (seen.size() < sent.size() && sent.get(seen.size()).whole() && !closed) {
            found("the upstream did not see", sent.get(seen.size()));
        }
    }

    private void same(SentRequest sent, SeenRequest seen) {
        boolean target = seen.target().contains("\\x") || seen.target().equals(sent.target());
        if (!sent.whole() || !seen.method().equals(sent.method()) || !target) {
            found("the upstream took for whole " + seen, sent);
        } else if (seen.data() != null && !sent.data().equals(seen.data())) {
            found("the upstream saw another body, " + seen, sent);
        }
    }

    /**
     * What the proxy in front sent against what the gateway took for requests and sent on. What is
     * not by the letter the gateway refuses, as the last of its connection.
     */
    void hop(Map<String, String> streams, List<SentRequest> sent, int records) {
        Map<String, SentRequest> asked = new HashMap<>();
        int came = 0;
        for (String octets : streams.values()) {
            for (SentRequest request : StrictReader.cut(octets).requests()) {
                came++;
                asked.put(hopId(request), request);
            }
        }
        if (records != came) {
            found(came + " requests came through HAProxy, the gateway saw", records);
        }
        for (SentRequest request : sent) {
            SentRequest of = asked.remove(hopId(request));
            if (of == null) {
                found("sent on, but never sent by HAProxy", request);
            } else if (request.whole()
                    && !(of.whole()
                            && of.data().equals(request.data())
                            && of.method().equals(request.method()))) {
                found("sent on other than HAProxy sent it, " + of, request);
            }
        }
    }

    private static String hopId(SentRequest request) {
        return String.join(" and ", request.values("X-Hop-Id"));
    }

    /** What clients were answered against what they asked. */
    void answers(List<Conversation> conversations) {
        Set<String> answered = new HashSet<>();
        Set<String> marks = new HashSet<>();
        conversations.forEach(conversation -> marks.add(conversation.mark()));
        for (Conversation conversation : conversations) {
            if (conversation.hung()) {
                found("neither answered nor ended", conversation.sent());
            }
            for (String head : conversation.answers()) {
                String saw = Conversation.value(head, "Saw");
                if (saw.equals("-")) {
                    continue;
                }
                SentRequest request = byId.get(saw);
                if (!saw.equals(Conversation.value(head, "X-Request-Id")) || !answered.add(saw)) {
                    found("an answer to another request, " + head, conversation.sent());
                } else if (request != null && !belongs(request, conversation.mark(), marks)) {
                    found("the answer to " + request + " came to", conversation.sent());
                }
            }
        }
    }

    /** Whether it bears the mark of this conversation; damage may have left it without any. */
    private static boolean belongs(SentRequest request, String mark, Set<String> marks) {
        List<String> borne = new ArrayList<>(request.values("X-Mark"));
        borne.addAll(List.of(request.target().split("[/?;]")));
        return borne.contains(mark) || borne.stream().noneMatch(marks::contains);
    }
}
