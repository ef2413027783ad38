package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Tree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tries what would switch a host off. */
@Command(
        name = "power",
        description = {
            "Asks the host's management controller (spec.power) whether the host is on: logs in and",
            "looks, as a control would to switch it off, and changes nothing."
        })
final class HostPowerVerb extends Verb {
    @Parameters(index = "0", paramLabel = "NAME", description = "The host's name.")
    private String name = "";

    @Override
    int run(ApiClient api) {
        String what = KindWord.of(Kind.HOST, name);
        Tree power =
                api.get(ApiClient.path(Kind.HOST, name) + "/power", "tenant", tenant())
                        .orFail(what)
                        .body();
        if (format() == OutputFormat.TABLE) {
            out().println(
                            what
                                    + " power "
                                    + Fields.text(power, "state")
                                    + ", says "
                                    + Fields.text(power, "url"));
        } else {
            print(power);
        }
        return Exit.OK;
    }
}
