package io.evenkeel.app;

import io.evenkeel.app.demo.ApiClient;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import io.evenkeel.gateway.Transport;
import io.evenkeel.gateway.source.ProxyProtocol;
import io.evenkeel.gateway.source.SourceRules.ForwardingHeader;
import io.evenkeel.model.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Does what a start and a busy first minute do, so that the start-up cache learns it: reads
 * declared resources, admits a backend, balances some ten thousand requests of several kinds,
 * answers an operator. What it doesn't do is compiled from scratch, and at the cost of requests,
 * later on.
 */
@Command(name = "self-exercise", hidden = true)
final class SelfExerciseCommand implements Callable<Integer> {
    private static final HostPort ANY = new HostPort("127.0.0.1", 0);
    private static final int ROUTES = 200;
    private static final Duration LOAD = Duration.ofSeconds(4);
    private static final String BACKEND = "self-exercise-backend";

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("evenkeel-exercise");
        Path resources = Files.writeString(folder.resolve("resources.yaml"), resources());
        StandaloneSettings settings =
                new StandaloneSettings(
                        new DataPlaneSettings(
                                ANY,
                                ANY,
                                0,
                                Transport.AUTO,
                                List.of(),
                                ProxyProtocol.OFF,
                                ForwardingHeader.X_FORWARDED_FOR,
                                4,
                                Optional.of(folder.resolve("access.log")),
                                DataPlaneSettings.AccessLogForm.TEXT),
                        ANY,
                        Optional.of(folder.resolve("data")),
                        false,
                        Optional.of(resources),
                        Optional.empty());
        LoadTotals totals = new LoadTotals();
        try (Role standalone = Role.start(new Standalone(settings))) {
            String admin = standalone.address("admin");
            HostPort http = HostPort.parse(standalone.address("http"));
            backend(standalone.address("link"));
            InetSocketAddress gateway =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), http.port());
            try (LoadClient _ =
                            load(gateway, LoadClient.Request.get("h7.example", "/"), 12, totals);
                    LoadClient _ =
                            load(
                                    gateway,
                                    new LoadClient.Request("POST", "h8.example", "/form", "a=1"),
                                    3,
                                    totals);
                    LoadClient _ =
                            load(gateway, LoadClient.Request.get("none.example", "/"), 1, totals)) {
                TimeUnit.NANOSECONDS.sleep(LOAD.toNanos());
            }
            try (ApiClient api = new ApiClient(admin)) {
                api.read("/v1/services/self/queue");
            }
            CommandLine operator = Main.commandLine();
            operator.execute("get", "services", "--api", "http://" + admin);
        }
        return totals.answered() > 0 ? 0 : 1;
    }

    private static LoadClient load(
            InetSocketAddress gateway,
            LoadClient.Request request,
            int connections,
            LoadTotals totals) {
        return LoadClient.start(gateway, request, connections, Duration.ZERO, totals);
    }

    /** A sample that registers; it ends with the process. */
    private static void backend(String link) {
        Thread.ofPlatform()
                .name(BACKEND)
                .daemon()
                .start(() ->
                        Main.commandLine()
                                .execute("sample-backend", "--service", "self", "--gateway", link));
    }

    private static String resources() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ROUTES; i++) {
            text.append(
                    """
                    ---
                    apiVersion: evenkeel.io/v1
                    kind: Route
                    metadata: {name: h%1$d}
                    spec: {match: {hosts: [h%1$d.example]}, service: self}
                    """
                            .formatted(i));
        }
        return text.toString();
    }
}
