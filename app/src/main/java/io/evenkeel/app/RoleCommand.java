package io.evenkeel.app;

import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * A command that runs a role until it is told to end.
 *
 * @param <S> the role's settings, each a flag of the command
 */
@Command(mixinStandardHelpOptions = true)
final class RoleCommand<S extends Record & RoleSettings> implements Callable<Integer> {
    private final String name;
    private final Class<S> type;
    private final Function<S, Role.Start> role;

    @Spec private CommandSpec spec = CommandSpec.create();

    private RoleCommand(String name, Class<S> type, Function<S, Role.Start> role) {
        this.name = name;
        this.type = type;
        this.role = role;
    }

    /** {@code evenkeel standalone}. */
    static CommandLine standalone() {
        return commandLine(
                new RoleCommand<>("standalone", StandaloneSettings.class, Standalone::new),
                "Runs everything in one process with an embedded store: the default, with nothing to",
                "configure.");
    }

    /** {@code evenkeel control}. */
    static CommandLine control() {
        return commandLine(
                new RoleCommand<>("control", ControlRoleSettings.class, ControlRole::new),
                "Answers the API of a cluster whose store is etcd; of several controls one leads, and",
                "does what is to be done once.");
    }

    /** {@code evenkeel gateway}. */
    static CommandLine gateway() {
        return commandLine(
                new RoleCommand<>("gateway", GatewayRoleSettings.class, GatewayRole::new),
                "Takes backends and balances requests, one of the gateways of a cluster whose store",
                "is etcd.");
    }

    /** {@code evenkeel agent}. */
    static CommandLine agent() {
        return commandLine(
                new RoleCommand<>("agent", AgentRoleSettings.class, AgentRole::new),
                "Runs on every host: makes the host known, holds its key while it lives, and says",
                "what the host consists of and what of it is in use.");
    }

    private static <S extends Record & RoleSettings> CommandLine commandLine(
            RoleCommand<S> role, String... about) {
        CommandLine command = new CommandLine(role);
        CommandSpec spec = command.getCommandSpec().name(role.name);
        spec.usageMessage()
                .description(
                        String.join(" ", about),
                        "Each setting below is a flag, a variable (EVENKEEL_DATA_DIR for --data-dir)"
                                + " and a key of the file.");
        Settings.addFlags(spec, role.type);
        return command;
    }

    @Override
    public Integer call() throws InterruptedException {
        ParseResult flags = spec.commandLine().getParseResult();
        return switch (Settings.read(type, flags, System.getenv())) {
            case Bound.Bad<S>(List<Problem> problems) ->
                    Settings.refuse(
                            name, problems, flags.<Path>matchedOptionValue("--config", null));
            case Bound.Good<S>(S good) -> run(good);
        };
    }

    private int run(S settings) throws InterruptedException {
        Role running;
        try {
            running = Role.start(role.apply(settings));
            tell(running, settings.readyFile());
        } catch (StartException refused) {
            System.err.println("evenkeel " + name + ": " + refused.getMessage());
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
        asked.await();
        running.close();
        closed.countDown();
        return 0;
    }

    private static void tell(Role running, Optional<Path> readyFile) {
        running.addresses()
                .forEach(
                        (name, address) -> System.err.println("evenkeel: " + name + " " + address));
        if (readyFile.isPresent()) {
            try {
                ReadyFile.of(running.addresses()).write(readyFile.get());
            } catch (IOException unwritten) {
                running.close();
                throw new StartException("ready-file: " + unwritten, unwritten);
            }
        }
    }
}
