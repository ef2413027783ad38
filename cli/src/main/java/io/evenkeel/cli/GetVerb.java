package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Lists a kind, or shows one. */
@Command(name = "get", description = "Lists resources of a kind, or shows one by its name.")
final class GetVerb extends Verb {
    @Parameters(
            index = "0",
            paramLabel = "KIND",
            converter = KindWord.class,
            completionCandidates = KindWord.Words.class,
            description = "One of: ${COMPLETION-CANDIDATES}.")
    private Kind kind = Kind.SERVICE;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Only this one.")
    private String name = "";

    @Option(
            names = {"-l", "--labels"},
            paramLabel = "SELECTOR",
            description = "Such as zone=a,tier!=test,canary; all must hold.")
    private String labels = "";

    @Option(names = "--service", paramLabel = "NAME", description = "Only endpoints of it.")
    private String service = "";

    @Option(
            names = "--rank",
            description = "Hosts as placement ranks them, and whether one may be lost.")
    private boolean rank;

    @Override
    int run(ApiClient api) {
        if (rank) {
            return rank(api);
        }
        if (!name.isEmpty()) {
            String path = ApiClient.path(kind, name);
            Tree resource =
                    api.get(path, "tenant", tenant()).orFail(KindWord.of(kind, name)).body();
            show(List.of(resource), resource);
            return Exit.OK;
        }
        Tree list = api.list(kind, "tenant", tenant(), "labels", labels, "service", service);
        List<Tree> items = Fields.items(list, "items");
        if (items.isEmpty() && format() == OutputFormat.TABLE) {
            err().println("no " + kind.plural() + " in tenant " + tenant());
            return Exit.OK;
        }
        show(items, list);
        return Exit.OK;
    }

    private int rank(ApiClient api) {
        if (kind != Kind.HOST || !(name + labels + service).isEmpty()) {
            throw new ParameterException(
                    spec().commandLine(), "--rank (expected: get hosts --rank, and nothing more)");
        }
        Tree ranking = api.get("/v1/ranking", "tenant", tenant()).orFail("ranking").body();
        if (format() != OutputFormat.TABLE) {
            print(ranking);
        } else if (Fields.items(ranking, "hosts").isEmpty()) {
            err().println("no hosts in tenant " + tenant());
        } else {
            out().print(RankingTable.of(ranking));
        }
        return Exit.OK;
    }

    private void show(List<Tree> items, Tree json) {
        switch (format()) {
            case TABLE -> out().print(KindTable.of(kind, items).text());
            case JSON -> print(json);
            // Documents, so that the output can be edited and applied.
            case YAML -> out().print(YamlWriter.write(items));
        }
    }
}
