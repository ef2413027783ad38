package io.evenkeel.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server that knows nothing of us. */
final class Nginx implements AutoCloseable {
    final int port;
    private final List<String> command;
    private Process process;

    Nginx(Site site, String name) throws IOException {
        String nginx = Programs.require("nginx").toString();
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path prefix = Files.createDirectories(site.folder.resolve("nginx-" + name));
        Path config =
                Files.writeString(
                        prefix.resolve("nginx.conf"),
                        """
                        daemon off; master_process off; pid %1$s/pid; error_log %1$s/error.log;
                        events {}
                        http { access_log off;
                          server { listen 127.0.0.1:%2$d; location / { return 200 "%3$s"; } } }
                        """
                                .formatted(prefix, port, name));
        command = List.of(nginx, "-p", prefix + "/", "-c", config + "");
        process = new ProcessBuilder(command).start();
    }

    void restart() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        process = new ProcessBuilder(command).start();
        Site.await("nginx is back", Duration.ofSeconds(10), this::answers);
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
