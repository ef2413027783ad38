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
import java.util.Map;
import java.util.TreeMap;

/** A real HAProxy with several ways to one gateway, each on a port of its own. */
final class HaproxyInFront implements AutoCloseable {
    private final Process process;
    private final Map<String, Integer> ports = new TreeMap<>();

    /**
     * Starts it.
     *
     * @param ways by name: the mode, what the server line says besides the address, and further
     *     lines of the section
     */
    HaproxyInFront(Path folder, String gateway, Map<String, List<String>> ways)
            throws IOException, InterruptedException {
        StringBuilder config =
                new StringBuilder(
                        """
                        global
                          nbthread 1
                        defaults
                          timeout connect 5s
                          timeout client 30s
                          timeout server 30s
                        """);
        for (Map.Entry<String, List<String>> way : ways.entrySet()) {
            int port = freePort();
            ports.put(way.getKey(), port);
            List<String> lines = way.getValue();
            config.append("listen ").append(way.getKey()).append('\n');
            config.append("  bind 127.0.0.1:").append(port).append('\n');
            config.append("  mode ").append(lines.get(0)).append('\n');
            lines.subList(2, lines.size())
                    .forEach(line -> config.append("  ").append(line).append('\n'));
            config.append("  server gateway ").append(gateway);
            config.append(' ').append(lines.get(1)).append('\n');
        }
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), config);
        process =
                new ProcessBuilder(
                                Programs.require("haproxy").toString(),
                                "-db",
                                "-f",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("haproxy.log").toFile())
                        .start();
        for (int port : ports.values()) {
            Site.await("HAProxy listens", Duration.ofSeconds(20), () -> listens(port));
        }
    }

    /** Where this way begins. */
    InetSocketAddress way(String name) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.getOrDefault(name, 0));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
