package io.evenkeel.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code evenkeel store}: what is done to a store as a whole. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description = "Copies everything that a store holds into a file, and back.",
        subcommands = {StoreExportCommand.class, StoreImportCommand.class})
final class StoreCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "store: say export or import");
    }
}
