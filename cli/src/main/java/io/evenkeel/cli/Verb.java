package io.evenkeel.cli;

import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlWriter;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all verbs share: the API, the output, and how a failure is said. */
abstract class Verb implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call().
    private CommandSpec spec;

    @Mixin private final ApiOptions options = new ApiOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, json or yaml; default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.TABLE;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this text.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    /** Does it, and returns the exit code. */
    abstract int run(ApiClient api);

    @Override
    public final Integer call() {
        try {
            int code = run(options.client());
            out().flush();
            return code;
        } catch (FailedException failed) {
            out().flush();
            err().println("evenkeel: " + failed.getMessage());
            err().flush();
            return Exit.FAILED;
        }
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    final CommandSpec spec() {
        return spec;
    }

    final OutputFormat format() {
        return format;
    }

    final String tenant() {
        return options.tenant;
    }

    /** Prints it as JSON or YAML, whichever was asked for. */
    final void print(Tree tree) {
        out().print(format == OutputFormat.YAML ? YamlWriter.write(tree) : JsonWriter.pretty(tree));
    }
}
