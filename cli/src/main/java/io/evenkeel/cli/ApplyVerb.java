package io.evenkeel.cli;

import io.evenkeel.cli.ResourceFiles.Document;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Resources;
import io.evenkeel.model.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Creates or replaces what files say. Nothing is sent before every document of every file is good;
 * each is then written on the revision that was read just before, so that a change of somebody else
 * in between is never overwritten unseen.
 */
@Command(name = "apply", description = "Creates or replaces the resources that files describe.")
final class ApplyVerb extends Verb {
    private static final int TRIES = 3;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "A file or directory of YAML or JSON, or - for standard input.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--dry-run", description = "Checks and says what would happen.")
    private boolean dryRun;

    @Override
    int run(ApiClient api) {
        ResourceFiles read = ResourceFiles.read(files, System.in);
        if (!read.problems().isEmpty()) {
            read.problems().forEach(err()::println);
            int count = read.problems().size();
            String said = count == 1 ? "1 problem" : count + " problems";
            throw new FailedException(said + ", nothing was applied");
        }
        List<Tree> results = new ArrayList<>();
        int failed = 0;
        for (Document document : read.documents()) {
            Resource<?, ?> resource = document.resource();
            String what = KindWord.of(resource.kind(), resource.metadata().name());
            Outcome outcome = apply(api, resource);
            boolean good = outcome.problem().isEmpty();
            failed += good ? 0 : 1;
            if (!good) {
                err().println(document.place() + ": " + what + ": " + outcome.problem());
            } else if (format() == OutputFormat.TABLE) {
                out().println(what + " " + outcome.word() + (dryRun ? " (dry run)" : ""));
            }
            results.add(
                    Fields.object(
                            "kind",
                            resource.kind().title(),
                            "tenant",
                            resource.metadata().tenant(),
                            "name",
                            resource.metadata().name(),
                            "outcome",
                            good ? outcome.word() : "failed"));
        }
        if (format() != OutputFormat.TABLE) {
            print(Fields.list(results));
        }
        if (failed > 0) {
            throw new FailedException(failed + " of " + results.size() + " could not be applied");
        }
        return Exit.OK;
    }

    /** What became of one; {@code problem} is empty if it is well. */
    private record Outcome(String word, String problem) {}

    private Outcome apply(ApiClient api, Resource<?, ?> resource) {
        Metadata metadata = resource.metadata();
        String path = ApiClient.path(resource.kind(), metadata.name());
        String given =
                metadata.tenant().equals(Metadata.DEFAULT_TENANT) ? tenant() : metadata.tenant();
        Tree body = Resources.tree(resource.with(tenant(metadata, given)));
        ApiReply written = new ApiReply(0, Fields.object(), "");
        for (int i = 0; i < TRIES; i++) {
            ApiReply now = api.get(path, "tenant", given);
            if (!now.ok() && now.status() != 404) {
                return new Outcome("", now.problem());
            }
            long before = now.ok() ? revision(now) : 0;
            // A revision in the file says what its author looked at: that one holds.
            long expected = metadata.revision() > 0 ? metadata.revision() : before;
            written =
                    api.change(
                            "PUT",
                            path,
                            Optional.of(body),
                            expected,
                            "tenant",
                            given,
                            "dryRun",
                            dryRun ? "true" : "");
            if (written.ok()) {
                return new Outcome(word(now, written, before), "");
            }
            boolean raced = written.status() == 412 && metadata.revision() == 0;
            if (!raced) {
                break;
            }
        }
        return new Outcome("", written.problem());
    }

    private static String word(ApiReply now, ApiReply written, long before) {
        if (written.status() == 201 || !now.ok()) {
            return "created";
        }
        return revision(written) == before ? "unchanged" : "configured";
    }

    private static Metadata tenant(Metadata metadata, String tenant) {
        return new Metadata(
                tenant,
                metadata.name(),
                metadata.uid(),
                metadata.generation(),
                metadata.revision(),
                metadata.labels(),
                metadata.source());
    }

    private static long revision(ApiReply reply) {
        String text = Fields.text(reply.body(), "metadata.revision");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
