package io.evenkeel.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What one run of the command line did. */
record Ran(int exit, String out, String err) {
    @Command(name = "evenkeel")
    private static final class Root {}

    /** Runs it against that API. */
    static Ran against(FakeApi api, String... arguments) {
        return against(api.url(), arguments);
    }

    static Ran against(String url, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (arguments.length > 1) {
            all.addAll(List.of("--api", url));
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = new CommandLine(new Root());
        Commands.operatorVerbs().forEach(line::addSubcommand);
        line.setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int exit = line.execute(all.toArray(String[]::new));
        return new Ran(exit, out.toString(), err.toString());
    }
}
