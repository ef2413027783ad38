package io.evenkeel.app;

import io.evenkeel.link.LinkConfig;
import io.evenkeel.link.Sidecar;
import io.evenkeel.link.SidecarConfig;
import io.evenkeel.wire.link.LinkProtocol;
import io.evenkeel.wire.link.Registration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code evenkeel link}: registers a backend in any language, and drains it before it ends. */
@Command(
        name = "link",
        mixinStandardHelpOptions = true,
        description = {
            "Registers a backend in any language. Runs its command if there is one; on SIGTERM the backend is",
            "drained first, ended then, and forgotten last. Ends with the command's exit code."
        })
public final class LinkCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--service", required = true, description = "Service that it serves.")
    private String service = "";

    @Option(
            names = "--address",
            defaultValue = "",
            paramLabel = "HOST:PORT",
            description = "Where it serves; :PORT for the address that the gateway sees.")
    private String address = "";

    @Option(
            names = "--forward",
            defaultValue = "",
            paramLabel = "HOST:PORT",
            description =
                    "Instead of --address: requests come down the link itself, and are forwarded there.")
    private String forward = "";

    @Option(
            names = "--gateway",
            split = ",",
            paramLabel = "HOST:PORT",
            description =
                    "Link addresses of gateways; others are learnt from these (${DEFAULT-VALUE}).",
            defaultValue = "127.0.0.1:" + LinkProtocol.DEFAULT_PORT)
    private List<String> gateways = List.of();

    @Option(
            names = "--most-gateways",
            paramLabel = "NUMBER",
            description =
                    "Gateways to be linked with at a time, 1 to 64, however many there are (${DEFAULT-VALUE}).",
            defaultValue = "" + LinkConfig.DEFAULT_MOST_GATEWAYS)
    private int mostGateways;

    @Option(
            names = "--id",
            defaultValue = "",
            description = "The endpoint's id; by default workload.PORT.")
    private String id = "";

    @Option(
            names = "--workload",
            defaultValue = "",
            description = "Machine, container or process slot; by default this machine's name.")
    private String workload = "";

    @Option(names = "--tenant", defaultValue = "default", description = "Whose it is.")
    private String tenant = "";

    @Option(
            names = "--kind",
            defaultValue = "process",
            description = "vm, container, physical or process.")
    private Registration.Kind kind = Registration.Kind.PROCESS;

    @Option(names = "--zone", defaultValue = "", description = "Zone where it runs.")
    private String zone = "";

    @Option(names = "--host", defaultValue = "", description = "Machine it runs on.")
    private String host = "";

    @Option(names = "--weight", defaultValue = "1", description = "1 to 256.")
    private int weight;

    @Option(
            names = "--capacity",
            defaultValue = "0",
            description = "Most requests at a time; 0: the policy's.")
    private int capacity;

    @Option(names = "--app-version", defaultValue = "", description = "Version it runs.")
    private String version = "";

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "May be repeated.")
    private Map<String, String> labels = Map.of();

    @Option(
            names = "--credential",
            defaultValue = "${env:EVENKEEL_CREDENTIAL:-}",
            description = "Proves the right to serve; better given as EVENKEEL_CREDENTIAL.")
    private String credential = "";

    @Option(
            names = "--check",
            defaultValue = "",
            paramLabel = "PATH",
            description = "Registered only while this path answers 200 to 399.")
    private String check = "";

    @Option(
            names = "--drain",
            defaultValue = "30s",
            description = "How long running requests may take when it leaves (${DEFAULT-VALUE}).")
    private String drain = "";

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "What to run, behind --.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws InterruptedException {
        SidecarConfig config = config();
        Sidecar sidecar =
                new Sidecar(config, sentence -> System.err.println("evenkeel link: " + sentence));
        // What the drain and the command's end may take, and a little for the goodbye.
        Duration most = config.drain().plus(config.grace()).plusSeconds(5);
        Thread onSignal = new Thread(() -> endPolitely(sidecar, most), "evenkeel-link-end");
        Runtime.getRuntime().addShutdownHook(onSignal);
        int code = sidecar.run();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException ending) {
            // The hook runs already and ends the process with this code.
            Thread.sleep(Duration.ofSeconds(5));
        }
        return code;
    }

    private static void endPolitely(Sidecar sidecar, Duration most) {
        sidecar.terminate();
        int code = 1;
        try {
            code = sidecar.awaitEnd(most);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        // Not 143: what the command said is what whoever runs us wants to know.
        Runtime.getRuntime().halt(code < 0 ? 1 : code);
    }

    private SidecarConfig config() {
        if (address.isEmpty() == forward.isEmpty()) {
            throw usage("expected one of --address=HOST:PORT and --forward=HOST:PORT");
        } else if (forward.isEmpty() && !address.matches("(.+)?:[0-9]{1,5}")) {
            throw usage("--address: " + address + " (expected: HOST:PORT)");
        }
        LinkConfig.Builder builder =
                forward.isEmpty()
                        ? LinkConfig.of(service, address)
                        : LinkConfig.tunnelled(service, forward);
        try {
            LinkConfig link =
                    builder.tenant(tenant)
                            .workload(workload)
                            .endpoint(id)
                            .kind(kind)
                            .locality(zone, host)
                            .weight(weight)
                            .capacity(capacity)
                            .version(version)
                            .labels(labels)
                            .credential(credential)
                            .gateways(gateways)
                            .mostGateways(mostGateways)
                            .build();
            return SidecarConfig.of(link, check, command).withDrain(duration(drain));
        } catch (IllegalArgumentException wrong) {
            throw usage(String.valueOf(wrong.getMessage()));
        }
    }

    private Duration duration(String text) {
        if (text.matches("[0-9]{1,6}s")) {
            return Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
        } else if (text.matches("[0-9]{1,9}ms")) {
            return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
        }
        throw usage("--drain: " + text + " (expected: 30s, 500ms)");
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
