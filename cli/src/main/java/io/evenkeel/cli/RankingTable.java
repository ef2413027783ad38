package io.evenkeel.cli;

import io.evenkeel.model.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Hosts in the order in which placement would take them, and whether one may be lost. */
final class RankingTable {
    private RankingTable() {}

    static String of(Tree ranking) {
        Table table =
                new Table(
                        "RANK",
                        "NAME",
                        "SCORE",
                        "CPU%",
                        "MEMORY%",
                        "MACHINES",
                        "PROMISED",
                        "AGE",
                        "LEFT OUT");
        for (Tree host : Fields.items(ranking, "hosts")) {
            table.row(
                    Fields.text(host, "rank"),
                    Fields.text(host, "name"),
                    Fields.text(host, "score"),
                    percent(Fields.text(host, "processorPermille")),
                    percent(Fields.text(host, "memoryPermille")),
                    Fields.text(host, "machines"),
                    Fields.text(host, "promised"),
                    age(Fields.text(host, "ageMillis")),
                    Fields.text(host, "leftOut"));
        }
        return table.text() + "can we lose one host? " + answer(ranking) + "\n";
    }

    private static String answer(Tree ranking) {
        List<String> losses = new ArrayList<>();
        for (Tree loss : Fields.items(ranking, "losses")) {
            losses.add(
                    Fields.text(loss, "host")
                            + " (no place for "
                            + Fields.text(loss, "machines")
                            + ": "
                            + Fields.text(loss, "withoutPlace").replace(",", ", ")
                            + ")");
        }
        if (!losses.isEmpty()) {
            return "no, not " + String.join(", not ", losses);
        }
        return Fields.text(ranking, "canLoseOne").equals("true")
                ? "yes, any one"
                : "no, none takes machines";
    }

    private static String percent(String permille) {
        return permille.isEmpty()
                ? ""
                : String.format(Locale.ROOT, "%.1f", Long.parseLong(permille) / 10.0);
    }

    private static String age(String millis) {
        return millis.isEmpty()
                ? ""
                : String.format(Locale.ROOT, "%.1fs", Long.parseLong(millis) / 1_000.0);
    }
}
