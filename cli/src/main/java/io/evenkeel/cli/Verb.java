package io.evenkeel.cli;

import io.evenkeel.model.tree.JsonWriter;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlWriter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /**
     * Says an operator's word about something, and returns what the API answers.
     *
     * @param what it is about, for people
     * @param parameters names and values, beside the tenant; an empty value is left out
     */
    final Tree say(ApiClient api, String path, String what, String... parameters) {
        List<String> all = new ArrayList<>(List.of("tenant", tenant()));
        all.addAll(List.of(parameters));
        return api.change("POST", path, Optional.empty(), -1, all.toArray(String[]::new))
                .orFail(what)
                .body();
    }

    /** A line for people, at once: others want what is printed at the end alone. */
    final void show(String line) {
        if (format == OutputFormat.TABLE) {
            out().println(line);
            out().flush();
        }
    }

    /** Prints it as JSON or YAML, whichever was asked for. */
    final void print(Tree tree) {
        out().print(format == OutputFormat.YAML ? YamlWriter.write(tree) : JsonWriter.pretty(tree));
    }
}
