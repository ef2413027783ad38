package io.evenkeel.app;

import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code evenkeel standalone}. */
@Command(
        name = "standalone",
        mixinStandardHelpOptions = true,
        description = {
            "Runs everything in one process with an embedded store: the default, with nothing to",
            "configure. Each setting below is a flag, a variable (EVENKEEL_DATA_DIR for --data-dir)",
            "and a key of the file."
        })
final class StandaloneCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    /** The command with a flag for each setting. */
    static CommandLine commandLine() {
        CommandLine command = new CommandLine(new StandaloneCommand());
        Settings.addFlags(command.getCommandSpec(), StandaloneSettings.class);
        return command;
    }

    @Override
    public Integer call() throws InterruptedException {
        ParseResult flags = spec.commandLine().getParseResult();
        Bound<StandaloneSettings> settings =
                Settings.read(StandaloneSettings.class, flags, System.getenv());
        return switch (settings) {
            case Bound.Bad<StandaloneSettings>(List<Problem> problems) ->
                    Settings.refuse(
                            "standalone",
                            problems,
                            flags.<Path>matchedOptionValue("--config", null));
            case Bound.Good<StandaloneSettings>(StandaloneSettings good) -> run(good);
        };
    }

    private static int run(StandaloneSettings settings) throws InterruptedException {
        Standalone standalone;
        try {
            standalone = Standalone.start(settings);
        } catch (StartException refused) {
            System.err.println("evenkeel standalone: " + refused.getMessage());
            return 1;
        }
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    asked.countDown();
                                    try {
                                        closed.await();
                                    } catch (InterruptedException interrupted) {
                                        Thread.currentThread().interrupt();
                                    }
                                },
                                "stop"));
        standalone
                .addresses()
                .forEach(
                        (name, address) -> System.err.println("evenkeel: " + name + " " + address));
        asked.await();
        standalone.close();
        closed.countDown();
        return 0;
    }
}
