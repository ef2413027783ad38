package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Tree;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Takes machines off a host, or lets it have some again. */
@Command(
        name = "maintenance",
        description = {
            "Sets spec.maintenance of a declared host. On: it is given no machines, and its",
            "machines move to others, while they run or as they may (spec.migration). Once nothing",
            "is to run there that could run elsewhere, its absence is no failure."
        })
final class HostMaintenanceVerb extends Verb {
    @Parameters(index = "0", paramLabel = "NAME", description = "The host's name.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "on|off", description = "Which.")
    private String state = "";

    @Mixin private final ReasonOption reason = new ReasonOption();

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            converter = DurationWord.class,
            description = "With on: waits so long for the host to be empty, and says each move.")
    private Optional<Duration> wait = Optional.empty();

    @Override
    int run(ApiClient api) {
        if (!state.equals("on") && !state.equals("off")) {
            throw new ParameterException(
                    spec().commandLine(), "'" + state + "' (expected: on or off)");
        }
        if (wait.isPresent() && state.equals("off")) {
            throw new ParameterException(
                    spec().commandLine(), "--wait with off (expected: with on)");
        }
        Tree host =
                say(
                        api,
                        ApiClient.path(Kind.HOST, name) + ":maintenance",
                        what(),
                        "state",
                        state,
                        "reason",
                        reason.text);
        if (format() == OutputFormat.TABLE) {
            out().println(what() + " maintenance " + state);
        } else {
            print(host);
        }
        wait.ifPresent(most -> awaitEmpty(api, new Patience(most)));
        return Exit.OK;
    }

    private String what() {
        return KindWord.of(Kind.HOST, name);
    }

    private void awaitEmpty(ApiClient api, Patience patience) {
        Map<String, String> said = new HashMap<>();
        while (true) {
            showMoves(api, said);
            List<Tree> left = left(api);
            if (left.isEmpty()) {
                show("no machine runs on it any more");
                return;
            }
            if (patience.isOver()) {
                List<String> names =
                        left.stream()
                                .map(machine -> Fields.text(machine, "metadata.name"))
                                .toList();
                throw new FailedException(
                        what()
                                + ": still runs "
                                + String.join(" ", names)
                                + " (expected: nothing); they are moved on when they can be"
                                + why(left));
            }
            patience.pause();
        }
    }

    /** Machines that run there, or may. */
    private List<Tree> left(ApiClient api) {
        return Fields.items(api.list(Kind.VIRTUAL_MACHINE, "tenant", tenant()), "items").stream()
                .filter(machine ->
                        Fields.text(machine, "status.host").equals(name)
                                && !Fields.text(machine, "status.power").equals("off"))
                .toList();
    }

    /** What keeps the first that says so. */
    private static String why(List<Tree> left) {
        return left.stream()
                .map(MachineVerb::heldBack)
                .filter(why -> !why.isEmpty())
                .map(why -> ": " + why)
                .findFirst()
                .orElse("");
    }

    private void showMoves(ApiClient api, Map<String, String> said) {
        Tree host =
                api.get("/v1/explain/hosts/" + ApiClient.encode(name), "tenant", tenant())
                        .orFail(what())
                        .body();
        for (Tree move : Fields.items(host, "moves")) {
            String machine = Fields.text(move, "machine");
            String percent = Fields.text(move, "progressPercent");
            String line =
                    Fields.text(move, "from").equals(name)
                            ? "%s to %s: %s %s%%: %s"
                                    .formatted(
                                            machine,
                                            Fields.text(move, "to"),
                                            Fields.text(move, "state"),
                                            percent,
                                            Fields.text(move, "detail"))
                            : "";
            if (!line.isEmpty() && !line.equals(said.put(machine, line))) {
                show(line);
            }
        }
    }
}
