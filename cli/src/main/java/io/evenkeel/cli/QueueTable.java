package io.evenkeel.cli;

import io.evenkeel.model.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A service's queue in the columns that tell why it stands so, head first. */
final class QueueTable {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<String> HEADS =
            List.of(
                    "#",
                    "ENDPOINT",
                    "STANDING",
                    "SCORE",
                    "BUSY",
                    "OTHERS",
                    "PENALTY",
                    "WEIGHT",
                    "START%",
                    "REQ/S",
                    "REQUESTS",
                    "LATENCY");

    /** Columns of which there is need only if some backend gives the figure. */
    private static final List<String> REPORTED = List.of("sessions", "cpuPercent");

    private final Map<String, Long> lastRequests = new HashMap<>();
    private long lastNanos;

    /**
     * The first {@code rows} entries.
     *
     * @param nowNanos when the queue was read; rates are taken against the call before
     */
    String text(List<Tree> entries, int rows, long nowNanos) {
        List<String> reported = REPORTED.stream().filter(each -> anyHas(entries, each)).toList();
        List<String> heads = new ArrayList<>(HEADS);
        reported.forEach(field -> heads.add(field.equals("sessions") ? "SESSIONS" : "CPU%"));
        heads.add("WHY NOT");
        Table table = new Table(heads);
        int place = 0;
        for (Tree entry : entries) {
            String endpoint = Fields.text(entry, "endpoint");
            long requests = number(Fields.text(entry, "requests"));
            String rate = rate(lastRequests.put(endpoint, requests), requests, nowNanos);
            if (++place <= rows) {
                List<String> cells = new ArrayList<>();
                cells.add(Integer.toString(place));
                cells.add(endpoint);
                cells.add(Fields.text(entry, "standing"));
                cells.add(Fields.text(entry, "score"));
                cells.add(Fields.text(entry, "outstanding"));
                cells.add(Fields.text(entry, "surplus"));
                cells.add(Fields.text(entry, "penalty"));
                cells.add(Fields.text(entry, "weight"));
                cells.add(Fields.text(entry, "factorPercent"));
                cells.add(rate);
                cells.add(Long.toString(requests));
                cells.add(latency(number(Fields.text(entry, "latencyMicros"))));
                reported.forEach(field -> cells.add(Fields.text(entry, field)));
                cells.add(Fields.text(entry, "reasons"));
                table.row(cells);
            }
        }
        lastNanos = nowNanos;
        String more = place > rows ? "... " + (place - rows) + " more\n" : "";
        return table.text() + more;
    }

    private static boolean anyHas(List<Tree> entries, String field) {
        return entries.stream().anyMatch(entry -> !Fields.text(entry, field).isEmpty());
    }

    private String rate(@Nullable Long before, long now, long nowNanos) {
        if (before == null || nowNanos <= lastNanos || now < before) {
            return "";
        }
        return Long.toString(
                Math.round((now - before) * NANOS_PER_SECOND / (nowNanos - lastNanos)));
    }

    /** What panic means, as a line of its own; empty without it. */
    static String panic(Tree queue) {
        return Fields.text(queue, "panic").equals("true")
                ? "PANIC: too few endpoints are well ("
                        + Fields.text(queue, "eligible")
                        + "), so ejected and suspected ones get requests too\n"
                : "";
    }

    /** The facts of a queue other than its entries, on one line. */
    static String facts(Tree queue) {
        List<String> facts = new ArrayList<>();
        if (queue instanceof Tree.ObjectTree object) {
            for (Tree.Entry entry : object.entries()) {
                if (!(entry.value() instanceof Tree.ArrayTree)) {
                    facts.add(entry.key() + ": " + Fields.inline(entry.value()));
                }
            }
        }
        return String.join("  ", facts);
    }

    private static String latency(long micros) {
        if (micros == 0) {
            return "";
        }
        return micros < 1_000 ? micros + "us" : Math.round(micros / 100.0) / 10.0 + "ms";
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
