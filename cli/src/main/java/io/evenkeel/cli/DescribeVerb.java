package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Tree;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows everything about one resource, with what was done to it. */
@Command(
        name = "describe",
        description = "Shows everything about one resource, with what was last done to it.")
final class DescribeVerb extends Verb {
    private static final String ENTRIES = "20";

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            converter = KindWord.class,
            completionCandidates = KindWord.Words.class,
            description = "One of: ${COMPLETION-CANDIDATES}.")
    private Kind kind = Kind.SERVICE;

    @Parameters(index = "1", paramLabel = "NAME", description = "Its name.")
    private String name = "";

    @Override
    int run(ApiClient api) {
        String what = KindWord.of(kind, name);
        Tree resource = api.get(ApiClient.path(kind, name), "tenant", tenant()).orFail(what).body();
        ApiReply audit =
                api.get(
                        "/v1/audit",
                        "tenant",
                        tenant(),
                        "kind",
                        kind.plural(),
                        "name",
                        name,
                        "limit",
                        ENTRIES);
        List<Tree> entries = audit.ok() ? Fields.items(audit.body(), "entries") : List.of();
        if (format() != OutputFormat.TABLE) {
            print(Fields.object("resource", resource, "audit", Fields.list(entries)));
            return Exit.OK;
        }
        out().print(Page.of(resource));
        if (!entries.isEmpty()) {
            Table table = new Table("REVISION", "AT", "BY", "ACTION", "DETAIL");
            for (Tree entry : entries) {
                table.row(
                        Fields.text(entry, "revision"),
                        Fields.text(entry, "at"),
                        Fields.text(entry, "principal"),
                        Fields.text(entry, "action"),
                        Fields.text(entry, "detail"));
            }
            out().print("audit:\n" + table.text().indent(2));
        }
        if (!audit.ok()) {
            err().println("evenkeel: audit trail: " + audit.problem());
        }
        return Exit.OK;
    }
}
