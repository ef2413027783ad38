package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Tree;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an operator says of a host: maintenance, and what its failure needs a person for. */
@Command(
        name = "host",
        description = {
            "Says what only an operator can say of a host: maintenance, readmit, proceed; and",
            "takes over what it runs already, and moves machines for hosts to be used alike.",
            "Where it stands: explain host NAME."
        },
        subcommands = {
            HostMaintenanceVerb.class,
            HostVerb.Readmit.class,
            HostVerb.Proceed.class,
            HostPowerVerb.class,
            HostImportVerb.class,
            HostRebalanceVerb.class
        })
final class HostVerb {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this text.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    /** A word about a host's failure. */
    abstract static class Word extends Verb {
        private final String word;

        @Parameters(index = "0", paramLabel = "NAME", description = "The host's name.")
        private String name = "";

        @Mixin private final ReasonOption reason = new ReasonOption();

        Word(String word) {
            this.word = word;
        }

        final String name() {
            return name;
        }

        /** Says it; the reply has who said it first, when, and in which stage. */
        final Tree say(ApiClient api) {
            Tree said =
                    say(
                            api,
                            ApiClient.path(Kind.HOST, name) + ":" + word,
                            KindWord.of(Kind.HOST, name),
                            "reason",
                            reason.text);
            if (format() != OutputFormat.TABLE) {
                print(said);
            } else {
                boolean before = Fields.text(said, "outcome").equals("unchanged");
                out().println(
                                KindWord.of(Kind.HOST, name)
                                        + " "
                                        + word
                                        + (before
                                                ? " (said before, by "
                                                        + Fields.text(said, "by")
                                                        + " at "
                                                        + Fields.text(said, "at")
                                                        + ")"
                                                : "")
                                        + ", in stage "
                                        + Fields.text(said, "stage"));
            }
            return said;
        }
    }

    /** Lets a held procedure go on. */
    @Command(
            name = "proceed",
            description = {
                "Lets the host's procedure go on though so many hosts are silent at once that all",
                "are held. Say it of a host that you know to be dead."
            })
    static final class Proceed extends Word {
        Proceed() {
            super("proceed");
        }

        @Override
        int run(ApiClient api) {
            say(api);
            return Exit.OK;
        }
    }

    /** Takes a fenced host back. */
    @Command(
            name = "readmit",
            description = {
                "Takes a host back whose failure was confirmed: what belongs elsewhere is ended on",
                "it, storage serves it again, then it counts. Begins when its agent lives."
            })
    static final class Readmit extends Word {
        @Option(
                names = "--wait",
                paramLabel = "DURATION",
                converter = DurationWord.class,
                description = "Waits so long for it to count again, and says each stage.")
        private Optional<Duration> wait = Optional.empty();

        Readmit() {
            super("readmit");
        }

        @Override
        int run(ApiClient api) {
            say(api);
            if (wait.isEmpty()) {
                return Exit.OK;
            }
            Patience patience = new Patience(wait.get());
            String last = "";
            while (true) {
                Tree now =
                        api.get("/v1/explain/hosts/" + ApiClient.encode(name()), "tenant", tenant())
                                .orFail(KindWord.of(Kind.HOST, name()))
                                .body();
                String stage = Fields.text(now, "stage");
                String line = stage.equals("none") ? "counts again" : Fields.text(now, "next");
                if (!line.equals(last) && format() == OutputFormat.TABLE) {
                    out().println(stage + ": " + line);
                    out().flush();
                }
                last = line;
                if (stage.equals("none")) {
                    return Exit.OK;
                }
                if (patience.isOver()) {
                    throw new FailedException(
                            KindWord.of(Kind.HOST, name())
                                    + ": still in stage "
                                    + stage
                                    + " (expected: none); what was said stands, and is done when"
                                    + " it can be: "
                                    + line);
                }
                patience.pause();
            }
        }
    }
}
