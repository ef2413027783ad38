package io.evenkeel.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What a gateway costs beside its CPU: the time from its start to the first request that it
 * proxied, its memory after a million requests, and what ten thousand clients cost that keep their
 * connections and say nothing.
 */
public final class Footprint {
    private static final int CONNECTIONS = 512;
    private static final int ACTIVE = 64;

    private Footprint() {}

    public static void main(String[] arguments) throws Exception {
        Effort effort = Effort.of(arguments);
        boolean smoke = effort == Effort.SMOKE;
        Path folder = Files.createTempDirectory("evenkeel-footprint");
        try (Peer upstream = Proxies.upstream("up1", folder)) {
            List<Double> starts = new ArrayList<>();
            for (int round = 0; round < effort.rounds; round++) {
                starts.add(start(Files.createDirectories(folder.resolve("s" + round)), upstream));
            }
            try (Peer gateway = Proxies.evenkeel(folder, List.of(upstream))) {
                long pid = gateway.handle().pid();
                Path script = Wrk.script(folder, Proxies.HOSTS, "/small", false);
                awaitServing(gateway.port);
                long requests = 0;
                while (requests < (smoke ? 1 : 1_000_000)) {
                    Wrk run = Wrk.run(gateway.port, CONNECTIONS, effort.length, script);
                    Http1Comparison.refuseErrors(gateway, run);
                    requests += run.requests();
                }
                double resident = Memory.residentBytes(pid) / 1048576.0;
                idle(gateway, pid, smoke ? 500 : 10_000, effort, script);
                Figures.print("start_to_first_request_ms", Figures.median(starts), "ms");
                Figures.print("rss_after_load_mib", resident, "MiB");
            }
        }
    }

    /** Milliseconds from the command to the first answer that the upstream gave. */
    private static double start(Path folder, Peer upstream) throws Exception {
        long begun = System.nanoTime();
        try (Peer gateway = Proxies.evenkeel(folder, List.of(upstream))) {
            awaitServing(gateway.port);
            return (System.nanoTime() - begun) / 1e6;
        }
    }

    private static void idle(Peer gateway, long pid, int clients, Effort effort, Path script)
            throws Exception {
        List<Double> before = new ArrayList<>();
        List<Double> beside = new ArrayList<>();
        for (int round = 0; round < effort.rounds; round++) {
            before.add(rate(gateway, effort.length, script));
        }
        long base = Memory.residentBytes(pid);
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port);
                idle.add(socket);
                if (!answered(socket)) {
                    throw new IOException("client " + i + " was not answered");
                }
            }
            double each = (Memory.residentBytes(pid) - base) / 1024.0 / clients;
            for (int round = 0; round < effort.rounds; round++) {
                beside.add(rate(gateway, effort.length, script));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d clients without, and beside %d idle ones: %.0f, %.0f requests/s%n",
                    ACTIVE,
                    clients,
                    Figures.median(before),
                    Figures.median(beside));
            Figures.print("idle_client_kib", each, "KiB");
            Figures.print(
                    "throughput_beside_idle",
                    Figures.median(beside) / Figures.median(before),
                    "ratio");
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    private static double rate(Peer gateway, Duration length, Path script) throws Exception {
        Wrk run = Wrk.run(gateway.port, ACTIVE, length, script);
        Http1Comparison.refuseErrors(gateway, run);
        return run.requestsPerSecond();
    }

    private static void awaitServing(int port) throws Exception {
        for (int i = 0; i < 3_000; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (answered(socket)) {
                    return;
                }
            } catch (IOException early) {
                // Not yet.
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        throw new IOException("port " + port + " does not serve");
    }

    private static boolean answered(Socket socket) throws IOException {
        socket.setSoTimeout(5_000);
        socket.getOutputStream()
                .write(
                        "GET /small HTTP/1.1\r\nHost: h1.example\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        byte[] start = in.readNBytes(12);
        byte[] rest = new byte[8_192];
        int ignored = start.length == 12 ? in.read(rest) : 0;
        return new String(start, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
    }
}
