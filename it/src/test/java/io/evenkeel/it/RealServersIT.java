package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A1, A5, B1: servers that know nothing of us register through the sidecar and serve real clients.
 */
@Tag("A")
class RealServersIT {
    @Test
    void nginxRegistersBehindTheSidecarAndLeavesWithIt() throws Exception {
        String nginx = Programs.require("nginx").toString();
        Programs.require("curl");
        try (Site site = Site.start()) {
            int port = freePort();
            Path prefix = Files.createDirectories(site.folder.resolve("nginx"));
            Path config =
                    Files.writeString(
                            prefix.resolve("nginx.conf"),
                            """
                            daemon off; master_process off; pid %1$s/pid; error_log %1$s/error.log;
                            events {}
                            http { access_log off;
                              server { listen 127.0.0.1:%2$d; location / { return 200 "nginx $request_uri"; } } }
                            """
                                    .formatted(prefix, port));
            Process sidecar =
                    sidecar(
                            site,
                            "pages",
                            port,
                            List.of(nginx, "-p", prefix + "/", "-c", config + ""));
            try {
                Site.await(
                        "nginx serves",
                        Duration.ofSeconds(30),
                        () -> curl(site, "pages.example", "/a?b=c").equals("nginx /a?b=c"));
                Wrk.Count count =
                        Wrk.start(site, "pages.example", 32, Duration.ofSeconds(3)).await();
                assertThat(count.refused()).as(count.text()).isZero();
                assertThat(count.text()).doesNotContain("Socket errors");
                assertThat(count.requests()).isGreaterThan(1_000);
            } finally {
                end(sidecar);
            }
            assertThat(site.api().list("endpoints").toString()).doesNotContain("127.0.0.1:" + port);
            try (var taken = new Socket()) {
                assertThatThrownBy(() ->
                                taken.connect(
                                        new java.net.InetSocketAddress(
                                                java.net.InetAddress.getLoopbackAddress(), port),
                                        500))
                        .as("the sidecar ended nginx before it left")
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void tomcatServesLargeAndChunkedAnswersThroughTheGateway() throws Exception {
        Path home = Programs.require(Path.of("/usr/share/tomcat10"));
        Programs.require("curl");
        try (Site site = Site.start()) {
            int port = freePort();
            Path base = Files.createDirectories(site.folder.resolve("tomcat"));
            for (String part : List.of("conf", "logs", "temp", "work", "webapps/ROOT")) {
                Files.createDirectories(base.resolve(part));
            }
            Files.writeString(
                    base.resolve("conf/server.xml"),
                    """
                    <Server port="-1"><Service name="Catalina">
                      <Connector port="%d" address="127.0.0.1" protocol="HTTP/1.1"/>
                      <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps" autoDeploy="false"/></Engine>
                    </Service></Server>
                    """
                            .formatted(port));
            Files.copy(Path.of("/etc/tomcat10/web.xml"), base.resolve("conf/web.xml"));
            Files.writeString(base.resolve("webapps/ROOT/ok.txt"), "ok");
            String large = "0123456789abcdef".repeat(1 << 16);
            Files.writeString(base.resolve("webapps/ROOT/large.txt"), large);
            Files.writeString(
                    base.resolve("webapps/ROOT/chunked.jsp"),
                    "<% for (int i = 0; i < 3000; i++) { out.println(\"line \" + i); if (i % 500 == 0) out.flush(); } %>");
            Process sidecar =
                    sidecar(
                            site,
                            "app",
                            port,
                            List.of(
                                    "env",
                                    "CATALINA_BASE=" + base,
                                    home + "/bin/catalina.sh",
                                    "run"));
            try {
                Site.await(
                        "tomcat serves",
                        Duration.ofSeconds(60),
                        () -> curl(site, "app.example", "/large.txt").length() == large.length());
                assertThat(curl(site, "app.example", "/large.txt")).isEqualTo(large);
                assertThat(curl(site, "app.example", "/chunked.jsp"))
                        .contains("line 0", "line 2999");
            } finally {
                end(sidecar);
            }
        }
    }

    private static Process sidecar(Site site, String service, int port, List<String> command)
            throws IOException {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                Launched.launcher().toString(),
                                "link",
                                "--gateway=" + site.address("link"),
                                "--service=" + service,
                                "--address=127.0.0.1:" + port,
                                "--check=/ok.txt",
                                "--"));
        all.addAll(command);
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(site.folder.resolve(service + ".sidecar.log").toFile())
                .start();
    }

    private static void end(Process sidecar) throws InterruptedException {
        sidecar.destroy();
        if (!sidecar.waitFor(30, TimeUnit.SECONDS)) {
            sidecar.descendants().forEach(ProcessHandle::destroyForcibly);
            sidecar.destroyForcibly();
            throw new AssertionError("the sidecar did not end on SIGTERM");
        }
    }

    private static String curl(Site site, String host, String path) {
        try {
            return Output.of(
                            new ProcessBuilder(
                                    "curl",
                                    "-sf",
                                    "--max-time",
                                    "20",
                                    "-H",
                                    "Host: " + host,
                                    "http://" + site.address("http") + path))
                    .text();
        } catch (IOException | InterruptedException failed) {
            return failed.toString();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
