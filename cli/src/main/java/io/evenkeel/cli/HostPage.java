package io.evenkeel.cli;

import io.evenkeel.model.tree.Tree;
import java.util.List;
import java.util.Locale;

/** Where a host stands between alive and readmitted, with the evidence, for people. */
final class HostPage {
    private final StringBuilder page = new StringBuilder();

    private HostPage() {}

    static String of(Tree reply) {
        HostPage page = new HostPage();
        page.standing(reply);
        page.fence(reply);
        page.list("evidence", Fields.items(reply, "evidence"));
        page.recovery(reply);
        page.list("moves", Fields.items(reply, "moves"));
        page.decisions(Fields.items(reply, "decisions"));
        page.list("audit", Fields.items(reply, "audit").stream().map(HostPage::audit).toList());
        return page.page.toString();
    }

    private void standing(Tree reply) {
        String means = Fields.text(reply, "means");
        fact("stage", Fields.text(reply, "stage") + (means.isEmpty() ? "" : ": " + means));
        fact("since", Fields.text(reply, "since"));
        fact("alive since", Fields.text(reply, "aliveSince"));
        fact("key gone since", Fields.text(reply, "goneSince"));
        fact("suspected since", Fields.text(reply, "suspectedSince"));
        fact("next", Fields.text(reply, "next"));
        fact("held", Fields.text(reply, "held"));
        String word = Fields.text(reply, "word.word");
        if (!word.isEmpty()) {
            fact(
                    "operator",
                    word
                            + ", said by "
                            + Fields.text(reply, "word.by")
                            + " at "
                            + Fields.text(reply, "word.at"));
        }
        StringBuilder keys = new StringBuilder();
        for (Tree key : Fields.items(reply, "keys")) {
            keys.append(keys.isEmpty() ? "" : ", ");
            keys.append(Fields.text(key, "key")).append(' ').append(Fields.text(key, "state"));
        }
        fact("keys", keys.toString());
        silence(reply);
    }

    private void silence(Tree reply) {
        String rounds = Fields.text(reply, "silence.rounds");
        if (rounds.isEmpty()) {
            return;
        }
        String needed = Fields.text(reply, "silence.neededMillis");
        String counted = seconds(Fields.text(reply, "silence.countedMillis"));
        fact(
                "silence",
                (needed.equals("0") ? "" : counted + " of " + seconds(needed) + " needed, ")
                        + rounds
                        + " rounds");
    }

    private void fence(Tree reply) {
        String token = Fields.text(reply, "fence.token");
        if (token.isEmpty()) {
            return;
        }
        fact("token", token);
        fact("refused by storage", String.join(" ", texts(Fields.items(reply, "fence.entries"))));
        String at = Fields.text(reply, "fence.provenAt");
        String proof = Fields.text(reply, "fence.proof");
        fact(
                "fence",
                proof.isEmpty()
                        ? "not proven: nothing of it starts elsewhere"
                        : "proven" + (at.isEmpty() ? "" : " at " + at) + ": " + proof);
    }

    private void recovery(Tree reply) {
        String batch = Fields.text(reply, "recovery.batch");
        if (batch.isEmpty()) {
            return;
        }
        List<Tree> tasks = Fields.items(reply, "recovery.tasks");
        String planned = Fields.text(reply, "recovery.planned");
        if (tasks.isEmpty()) {
            fact(
                    "recovery",
                    planned.equals("true")
                            ? "no machine of it was on"
                            : "its machines are not placed yet");
            return;
        }
        list("recovery " + batch, tasks);
    }

    private void decisions(List<Tree> decisions) {
        if (decisions.isEmpty()) {
            return;
        }
        page.append("decisions:\n");
        for (Tree decision : decisions) {
            page.append("  ").append(Fields.text(decision, "at")).append(' ');
            page.append(Fields.text(decision, "rule")).append(": ");
            page.append(Fields.text(decision, "outcome")).append('\n');
            for (Tree input : Fields.items(decision, "inputs")) {
                page.append("    ").append(Fields.text(input, "name")).append(": ");
                page.append(Fields.text(input, "value")).append('\n');
            }
        }
    }

    private static Tree audit(Tree entry) {
        return Fields.object(
                "at",
                Fields.text(entry, "at"),
                "by",
                Fields.text(entry, "principal"),
                "action",
                Fields.text(entry, "action"),
                "detail",
                Fields.text(entry, "detail"));
    }

    private void list(String title, List<Tree> rows) {
        if (!rows.isEmpty()) {
            page.append(title).append(":\n").append(Page.table(rows).text().indent(2));
        }
    }

    private static List<String> texts(List<Tree> items) {
        return items.stream().map(Fields::inline).toList();
    }

    private static String seconds(String millis) {
        return millis.matches("[0-9]{1,18}")
                ? String.format(Locale.ROOT, "%.1f s", Long.parseLong(millis) / 1_000.0)
                : millis;
    }

    private void fact(String key, String value) {
        if (!value.isEmpty()) {
            page.append(String.format(Locale.ROOT, "%-19s %s%n", key + ":", value));
        }
    }
}
