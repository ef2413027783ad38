package io.evenkeel.cli;

import io.evenkeel.model.tree.Tree;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Moves machines so that hosts are used alike. */
@Command(
        name = "rebalance",
        description = {
            "Moves running machines from the fullest hosts to the emptiest, by the figures of the",
            "ranking: as many of a host as may leave it at once (two, if nothing is said), and only",
            "where it makes the fuller of the two hosts at least 5 %% emptier. Begins the moves and",
            "returns: get virtualmachines shows where machines are. Ends with 1 if a move could not",
            "begin."
        })
final class HostRebalanceVerb extends Verb {
    @Option(names = "--dry-run", description = "Says which moves these are, and begins none.")
    private boolean dryRun;

    @Mixin private final ReasonOption reason = new ReasonOption();

    @Override
    int run(ApiClient api) {
        Tree done =
                say(
                        api,
                        "/v1/rebalance",
                        "rebalance",
                        "dryRun",
                        dryRun ? "true" : "",
                        "reason",
                        reason.text);
        List<Tree> moves = Fields.items(done, "moves");
        if (format() == OutputFormat.TABLE) {
            out().print(page(moves, Fields.text(done, "leastGain")));
        } else {
            print(done);
        }
        return moves.stream().anyMatch(move -> Fields.text(move, "outcome").equals("refused"))
                ? Exit.FAILED
                : Exit.OK;
    }

    private static String page(List<Tree> moves, String leastGain) {
        if (moves.isEmpty()) {
            return "nothing to move: no move would make the fuller host "
                    + percent(leastGain)
                    + " % emptier\n";
        }
        Table table = new Table("MACHINE", "FROM", "USED%", "TO", "USED%", "OUTCOME");
        for (Tree move : moves) {
            table.row(
                    Fields.text(move, "machine"),
                    Fields.text(move, "from"),
                    change(move, "from"),
                    Fields.text(move, "to"),
                    change(move, "to"),
                    Fields.text(move, "outcome"));
        }
        return table.text();
    }

    private static String change(Tree move, String host) {
        return percent(Fields.text(move, host + "Before"))
                + " -> "
                + percent(Fields.text(move, host + "After"));
    }

    private static String percent(String permille) {
        return String.format(Locale.ROOT, "%.1f", Long.parseLong(permille) / 10.0);
    }
}
