package io.evenkeel.cli;

import io.evenkeel.cli.ResourceFiles.Document;
import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Deletes resources by name, or those that files describe. */
@Command(
        name = "delete",
        description = "Deletes resources by kind and name, or those that files describe.")
final class DeleteVerb extends Verb {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KIND",
            converter = KindWord.class,
            completionCandidates = KindWord.Words.class,
            description = "One of: ${COMPLETION-CANDIDATES}.")
    private Optional<Kind> kind = Optional.empty();

    @Parameters(index = "1..*", paramLabel = "NAME", description = "Their names.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A file or directory of YAML or JSON, or - for standard input.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--ignore-missing", description = "What is not there counts as deleted.")
    private boolean ignoreMissing;

    private record Target(Kind kind, String tenant, String name) {}

    @Override
    int run(ApiClient api) {
        if (files.isEmpty() == (kind.isEmpty() || names.isEmpty())) {
            throw new ParameterException(
                    spec().commandLine(), "expected: either KIND NAME... or -f FILE");
        }
        List<Tree> results = new ArrayList<>();
        int failed = 0;
        for (Target target : targets()) {
            String what = KindWord.of(target.kind(), target.name());
            ApiReply reply =
                    api.change(
                            "DELETE",
                            ApiClient.path(target.kind(), target.name()),
                            Optional.empty(),
                            -1,
                            "tenant",
                            target.tenant());
            boolean missing = reply.status() == 404 && ignoreMissing;
            if (reply.ok() || missing) {
                String word = missing ? "missing" : "deleted";
                if (format() == OutputFormat.TABLE) {
                    out().println(what + " " + word);
                }
                results.add(
                        Fields.object(
                                "kind",
                                target.kind().title(),
                                "tenant",
                                target.tenant(),
                                "name",
                                target.name(),
                                "outcome",
                                word));
            } else {
                failed++;
                err().println(what + ": " + reply.problem());
            }
        }
        if (format() != OutputFormat.TABLE) {
            print(Fields.list(results));
        }
        if (failed > 0) {
            throw new FailedException(failed + " could not be deleted");
        }
        return Exit.OK;
    }

    private List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        kind.ifPresent(
                given -> names.forEach(name -> targets.add(new Target(given, tenant(), name))));
        if (!files.isEmpty()) {
            ResourceFiles read = ResourceFiles.read(files, System.in);
            if (!read.problems().isEmpty()) {
                read.problems().forEach(err()::println);
                throw new FailedException("nothing was deleted");
            }
            for (Document document : read.documents()) {
                targets.add(
                        new Target(
                                document.resource().kind(),
                                document.resource().metadata().tenant(),
                                document.resource().metadata().name()));
            }
        }
        return targets;
    }
}
