package io.evenkeel.app;

import io.evenkeel.app.demo.DemoCommand;
import io.evenkeel.app.demo.SampleBackendCommand;
import io.evenkeel.cli.Commands;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one binary: its roles and the operator's verbs hang below this command. */
@Command(
        name = "evenkeel",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Keeps a cluster of virtual machines and containers on an even keel.",
        subcommands = {
            LinkCommand.class,
            StoreCommand.class,
            DemoCommand.class,
            SampleBackendCommand.class,
            SelfExerciseCommand.class
        })
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code: 0 ok, 1 failed, 2 usage. */
    public static void main(String[] arguments) {
        System.exit(commandLine().setOut(out()).execute(arguments));
    }

    /** Not by way of System.out, which keeps it from a command when its reader has gone away. */
    private static PrintWriter out() {
        return new PrintWriter(
                new OutputStreamWriter(
                        new FileOutputStream(FileDescriptor.out), System.out.charset()));
    }

    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Main());
        root.addSubcommand(RoleCommand.standalone());
        root.addSubcommand(RoleCommand.control());
        root.addSubcommand(RoleCommand.gateway());
        root.addSubcommand(RoleCommand.agent());
        Commands.operatorVerbs().forEach(root::addSubcommand);
        return root.setCaseInsensitiveEnumValuesAllowed(true);
    }
}
