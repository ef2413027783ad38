package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes machines over that a host runs and nobody declared. */
@Command(
        name = "import",
        description = {
            "Takes machines over that were made by hand: each is declared as it is, and belongs to",
            "the host where it is. A machine that runs is not stopped. Without names: all of the",
            "host. A machine that would not come up again as it is, is refused, with the reason.",
            "Ends with 1 if any was refused."
        })
final class HostImportVerb extends Verb {
    @Parameters(index = "0", paramLabel = "NAME", description = "The host's name.")
    private String name = "";

    @Parameters(
            index = "1..*",
            paramLabel = "MACHINE",
            description = "Machines, as the host's libvirt names them; 64 at most.")
    private List<String> machines = List.of();

    @Option(names = "--dry-run", description = "Looks and answers as if, but changes nothing.")
    private boolean dryRun;

    @Mixin private final ReasonOption reason = new ReasonOption();

    @Override
    int run(ApiClient api) {
        Tree done =
                say(
                        api,
                        ApiClient.path(Kind.HOST, name) + ":import",
                        KindWord.of(Kind.HOST, name),
                        "machines",
                        String.join(",", machines),
                        "dryRun",
                        dryRun ? "true" : "",
                        "reason",
                        reason.text);
        List<Tree> items = Fields.items(done, "machines");
        if (format() == OutputFormat.TABLE) {
            out().print(page(items, Fields.text(done, "left")));
        } else {
            print(done);
        }
        return items.stream().allMatch(HostImportVerb::isGood) ? Exit.OK : Exit.FAILED;
    }

    private static boolean isGood(Tree machine) {
        return switch (Fields.text(machine, "outcome")) {
            case "imported", "importable", "unchanged" -> true;
            default -> false;
        };
    }

    private static String page(List<Tree> machines, String left) {
        if (machines.isEmpty()) {
            return "no machine there that is not declared\n";
        }
        Table table = new Table("NAME", "POWER", "OUTCOME");
        List<String> remarks = new ArrayList<>();
        for (Tree machine : machines) {
            String name = Fields.text(machine, "name");
            table.row(name, Fields.text(machine, "power"), Fields.text(machine, "outcome"));
            Fields.items(machine, "problems")
                    .forEach(problem -> remarks.add(name + ": " + Fields.inline(problem)));
            Fields.items(machine, "leftOut")
                    .forEach(part ->
                            remarks.add(
                                    name + ": not after its next start: " + Fields.inline(part)));
        }
        StringBuilder page = new StringBuilder(table.text());
        remarks.forEach(remark -> page.append(remark).append('\n'));
        if (!left.equals("0")) {
            page.append(left).append(" more were not looked at; ask again\n");
        }
        return page.toString();
    }
}
