package io.evenkeel.app;

import io.evenkeel.app.demo.ApiClient;
import io.evenkeel.app.demo.LoadClient;
import io.evenkeel.app.demo.LoadTotals;
import io.evenkeel.gateway.Transport;
import io.evenkeel.gateway.source.ProxyProtocol;
import io.evenkeel.gateway.source.SourceRules.ForwardingHeader;
import io.evenkeel.link.Link;
import io.evenkeel.link.LinkConfig;
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
 * Does once what every start does, so that the start-up cache learns it: serves, admits a backend
 * (the API itself), balances a few requests, answers an operator.
 */
@Command(name = "self-exercise", hidden = true)
final class SelfExerciseCommand implements Callable<Integer> {
    private static final HostPort ANY = new HostPort("127.0.0.1", 0);

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("evenkeel-exercise");
        StandaloneSettings settings =
                new StandaloneSettings(
                        ANY,
                        ANY,
                        ANY,
                        0,
                        Transport.AUTO,
                        Optional.of(folder),
                        false,
                        Optional.empty(),
                        List.of(),
                        ProxyProtocol.OFF,
                        ForwardingHeader.X_FORWARDED_FOR,
                        4,
                        Optional.of(folder.resolve("access.log")),
                        StandaloneSettings.AccessLogForm.TEXT,
                        Optional.of(folder.resolve("ready")));
        LoadTotals totals = new LoadTotals();
        try (Standalone standalone = Standalone.start(settings)) {
            String admin = standalone.addresses().getOrDefault("admin", "");
            LinkConfig backend =
                    LinkConfig.of("self", admin)
                            .gateways(List.of(standalone.addresses().getOrDefault("link", "")))
                            .build();
            HostPort http = HostPort.parse(standalone.addresses().getOrDefault("http", ""));
            try (Link link = Link.register(backend);
                    ApiClient api = new ApiClient(admin)) {
                if (!link.awaitRegistered(Duration.ofSeconds(20))) {
                    throw new StartException("the exercise's backend was not admitted", null);
                }
                try (LoadClient _ =
                        LoadClient.start(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), http.port()),
                                LoadClient.Request.get("self.example", "/healthz"),
                                2,
                                Duration.ZERO,
                                totals)) {
                    TimeUnit.SECONDS.sleep(1);
                }
                api.read("/v1/services/self/queue");
                CommandLine operator = Main.commandLine();
                operator.execute("get", "services", "--api", "http://" + admin);
            }
        }
        // The API refuses foreign host names; that its answers came through the gateway is enough.
        return totals.answered() + totals.lost() > 0 ? 0 : 1;
    }
}
