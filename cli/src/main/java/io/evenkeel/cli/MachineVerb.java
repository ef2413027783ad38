package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Tree;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts and stops virtual machines. */
@Command(
        name = "machine",
        description = {
            "Starts and stops virtual machines. What there is: get virtualmachines; what keeps one",
            "from being as it is wanted: describe virtualmachine NAME."
        },
        subcommands = {MachineVerb.Start.class, MachineVerb.Stop.class})
final class MachineVerb {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this text.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    /** Wants a machine on or off, and may wait for it. */
    abstract static class Wanted extends Verb {
        private final String state;
        private final String reached;

        @Parameters(index = "0", paramLabel = "NAME", description = "The machine's name.")
        private String name = "";

        @Mixin private final ReasonOption reason = new ReasonOption();

        @Option(
                names = "--wait",
                paramLabel = "DURATION",
                converter = DurationWord.class,
                description = "Waits so long for it to be so, and says what is in its way.")
        private Optional<Duration> wait = Optional.empty();

        Wanted(String state, String reached) {
            this.state = state;
            this.reached = reached;
        }

        @Override
        int run(ApiClient api) {
            Tree machine =
                    say(api, path() + ":power", what(), "state", state, "reason", reason.text);
            if (format() == OutputFormat.TABLE) {
                out().println(what() + " power " + state);
            } else {
                print(machine);
            }
            long generation = number(machine, "metadata.generation");
            wait.ifPresent(most -> await(api, generation, new Patience(most)));
            return Exit.OK;
        }

        private String path() {
            return ApiClient.path(Kind.VIRTUAL_MACHINE, name);
        }

        private String what() {
            return KindWord.of(Kind.VIRTUAL_MACHINE, name);
        }

        private void await(ApiClient api, long generation, Patience patience) {
            String said = "";
            while (true) {
                Tree machine = api.get(path(), "tenant", tenant()).orFail(what()).body();
                if (isReached(machine, generation)) {
                    String host = Fields.text(machine, "status.host");
                    show(what() + " is " + reached + (state.equals("on") ? " on " + host : ""));
                    return;
                }
                String problem = heldBack(machine);
                if (!problem.isEmpty() && !problem.equals(said)) {
                    said = problem;
                    show(problem);
                }
                if (patience.isOver()) {
                    throw new FailedException(
                            what()
                                    + ": is "
                                    + Fields.text(machine, "status.power")
                                    + " (expected: "
                                    + reached
                                    + "); it is tried on"
                                    + (said.isEmpty() ? "" : ": " + said));
                }
                patience.pause();
            }
        }

        /** What was seen has to be of what is wanted now. */
        private boolean isReached(Tree machine, long generation) {
            return Fields.text(machine, "status.power").equals(reached)
                    && number(machine, "status.observedGeneration") >= generation;
        }

        private static long number(Tree tree, String path) {
            String text = Fields.text(tree, path);
            return text.isEmpty() ? 0 : Long.parseLong(text);
        }
    }

    /** Why a machine is not as it is wanted, if something is in its way; empty: nothing is. */
    static String heldBack(Tree machine) {
        return KindTable.condition(machine, "AsWanted")
                .filter(one -> Fields.text(one, "reason").equals("Held"))
                .map(one -> Fields.text(one, "message"))
                .orElse("");
    }

    /** Has it run. */
    @Command(
            name = "start",
            description = {
                "Sets spec.power of a declared machine to on: it is started where it was, or, if it",
                "never ran, where placement puts it."
            })
    static final class Start extends Wanted {
        Start() {
            super("on", "running");
        }
    }

    /** Has it end. */
    @Command(
            name = "stop",
            description = {
                "Sets spec.power of a declared machine to off: its guest is asked to shut down, and",
                "ended if it does not in time. Nothing starts it again."
            })
    static final class Stop extends Wanted {
        Stop() {
            super("off", "off");
        }
    }
}
