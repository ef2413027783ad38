package io.evenkeel.cli;

import io.evenkeel.model.tree.Tree;
import picocli.CommandLine.Command;

/** Shows which processes make up the cluster. */
@Command(
        name = "members",
        description = {
            "Shows the controls and gateways of a cluster that live, and who of the controls leads.",
            "A standalone has none."
        })
final class MembersVerb extends Verb {
    @Override
    int run(ApiClient api) {
        Tree list = api.get("/v1/members").orFail("members").body();
        if (format() != OutputFormat.TABLE) {
            print(list);
            return Exit.OK;
        }
        Table table = new Table("ROLE", "ID", "LEADS", "HTTP", "LINK", "API", "VERSION", "SINCE");
        for (Tree member : Fields.items(list, "members")) {
            String term = Fields.text(member, "term");
            table.row(
                    Fields.text(member, "role"),
                    Fields.text(member, "id"),
                    term.isEmpty() ? "" : "term " + term,
                    Fields.text(member, "http"),
                    Fields.text(member, "link"),
                    Fields.text(member, "admin"),
                    Fields.text(member, "version"),
                    Fields.text(member, "since"));
        }
        if (table.isEmpty()) {
            err().println("no members: one process is all, or none has announced itself yet");
        } else {
            out().print(table.text());
        }
        return Exit.OK;
    }
}
