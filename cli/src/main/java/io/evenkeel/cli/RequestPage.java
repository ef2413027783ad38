package io.evenkeel.cli;

import io.evenkeel.model.tree.Tree;
import java.util.Locale;

/** What became of a request, as a story: who asked, who answered, when, and who ended it. */
final class RequestPage {
    private static final String[][] POINTS = {
        {"headMicros", "its head was received"},
        {"pickMicros", "an endpoint was picked"},
        {"sentMicros", "it was sent to the endpoint"},
        {"firstByteMicros", "the reply began"},
        {"endMicros", "it ended"}
    };

    private RequestPage() {}

    static String of(Tree reply) {
        Tree record = Fields.at(reply, "record").orElse(reply);
        if (Fields.text(record, "started").isEmpty()) {
            return Page.of(reply);
        }
        StringBuilder page = new StringBuilder();
        fact(page, "request", Fields.text(record, "id"), Fields.text(record, "foreignId"));
        String asked = Fields.text(record, "method") + " " + Fields.text(record, "target");
        fact(page, "asked", asked, "by " + Fields.text(record, "client"));
        fact(page, "when", Fields.text(record, "started"), "");
        String tenant = Fields.text(record, "tenant");
        fact(page, "service", Fields.text(record, "service"), "tenant " + tenant);
        fact(page, "endpoint", endpoint(record), "epoch " + Fields.text(record, "epoch"));
        fact(page, "picked", picked(record), "");
        fact(page, "attempts", Fields.text(record, "attempts"), "");
        fact(page, "status", Fields.text(record, "status"), "");
        fact(page, "ended by", Fields.text(record, "who"), Fields.text(record, "reason"));
        fact(page, "in phase", Fields.text(record, "phase"), "");
        String received = Fields.text(record, "requestBytes") + " bytes received";
        fact(page, "bodies", received, Fields.text(record, "responseBytes") + " bytes sent");
        page.append("\ntimes since its first byte:\n");
        for (String[] point : POINTS) {
            String micros = Fields.text(record, point[0]);
            if (micros.matches("[0-9]{1,18}")) {
                double millis = Long.parseLong(micros) / 1_000.0;
                page.append(String.format(Locale.ROOT, "%12.3f ms  %s%n", millis, point[1]));
            }
        }
        return page.toString();
    }

    private static String endpoint(Tree record) {
        String endpoint = Fields.text(record, "endpoint");
        return endpoint.isEmpty() ? "none" : endpoint;
    }

    private static String picked(Tree record) {
        String place = Fields.text(record, "place");
        if (!place.matches("[0-9]+")) {
            return "none";
        }
        String where = place.equals("0") ? "the head of the queue" : place + " behind the head";
        String panic =
                Fields.text(record, "panic").equals("true")
                        ? ", in panic: ejections and suspicions did not count"
                        : "";
        return where + ", score " + Fields.text(record, "score") + panic;
    }

    private static void fact(StringBuilder page, String key, String value, String aside) {
        page.append(String.format(Locale.ROOT, "%-9s %s", key + ":", value));
        page.append(aside.isBlank() ? "" : " (" + aside + ")").append('\n');
    }
}
