package io.evenkeel.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * GET requests at a steady rate that doesn't ask how the last one fared: each has its time, and its
 * latency counts from then, so that a stall is felt by all whose time fell into it (no coordinated
 * omission).
 */
final class OpenLoop {
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** How long each request took, and how many had no answer. */
    static final class Latencies {
        /** In nanoseconds, ascending. */
        private final long[] sorted;

        private final int errors;

        private Latencies(long[] sorted, int errors) {
            this.sorted = sorted;
            this.errors = errors;
        }

        int errors() {
            return errors;
        }

        double millis(double percentile) {
            return sorted[(int) Math.min(sorted.length - 1, sorted.length * percentile / 100)]
                    / 1e6;
        }

        double largestMillis() {
            return sorted[sorted.length - 1] / 1e6;
        }
    }

    private final int port;
    private final List<String> hosts;
    private final String path;

    /** Requests for {@code path} of these hosts in turn. */
    OpenLoop(int port, List<String> hosts, String path) {
        this.port = port;
        this.hosts = hosts;
        this.path = path;
    }

    /** The thousand hosts that the proxies of the benchmarks route. */
    static List<String> routedHosts() {
        List<String> hosts = new ArrayList<>();
        for (int i = 0; i < Proxies.HOSTS; i++) {
            hosts.add("h" + i + ".example");
        }
        return hosts;
    }

    /** Sends {@code perSecond} requests a second over so many kept connections. */
    Latencies run(double perSecond, int connections, Duration length)
            throws IOException, InterruptedException {
        int each = (int) Math.max(1, perSecond * length.toSeconds() / connections);
        long gap = (long) (1e9 * connections / perSecond);
        long begin = System.nanoTime() + 200_000_000L;
        List<Client> clients = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Client client = new Client(i, begin + gap * i / connections, gap, new long[each]);
            clients.add(client);
            threads.add(Thread.ofPlatform().daemon().start(client));
        }
        long[] all = new long[each * connections];
        int at = 0;
        int errors = 0;
        for (int i = 0; i < connections; i++) {
            threads.get(i).join();
            Client client = clients.get(i);
            System.arraycopy(client.latencies, 0, all, at, client.done);
            at += client.done;
            errors += each - client.done;
        }
        if (at == 0) {
            throw new IOException("port " + port + " answered nothing");
        }
        long[] sorted = Arrays.copyOf(all, at);
        Arrays.sort(sorted);
        return new Latencies(sorted, errors);
    }

    private final class Client implements Runnable {
        private final int number;
        private final long first;
        private final long gap;
        private final long[] latencies;
        private int done;

        Client(int number, long first, long gap, long[] latencies) {
            this.number = number;
            this.first = first;
            this.gap = gap;
            this.latencies = latencies;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[16 * 1024];
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(30_000);
                for (int i = 0; i < latencies.length; i++) {
                    long due = first + gap * i;
                    for (long left = due - System.nanoTime(); left > 0; ) {
                        LockSupport.parkNanos(left);
                        left = due - System.nanoTime();
                    }
                    String host = hosts.get((number * 7919 + i * 7) % hosts.size());
                    socket.getOutputStream()
                            .write(
                                    ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                                            .getBytes(StandardCharsets.US_ASCII));
                    read(socket.getInputStream(), buffer);
                    latencies[i] = System.nanoTime() - due;
                    done = i + 1;
                }
            } catch (IOException broken) {
                // What is left of this connection's requests counts as errors.
            }
        }

        /** One whole reply of status 200 with a Content-Length. */
        private static void read(InputStream in, byte[] buffer) throws IOException {
            int size = 0;
            int head = -1;
            while (head < 0) {
                size += count(in.read(buffer, size, buffer.length - size));
                head = end(buffer, size);
            }
            String text = new String(buffer, 0, head, StandardCharsets.US_ASCII);
            if (!text.startsWith("HTTP/1.1 200")) {
                throw new IOException(text);
            }
            int left = head + length(text) - size;
            while (left > 0) {
                left -= count(in.read(buffer, 0, Math.min(left, buffer.length)));
            }
        }

        private static int length(String head) throws IOException {
            for (String line : head.split("\r\n", -1)) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    return Integer.parseInt(line.substring(15).strip());
                }
            }
            throw new IOException("no content-length: " + head);
        }

        private static int count(int read) throws EOFException {
            if (read < 0) {
                throw new EOFException();
            }
            return read;
        }

        private static int end(byte[] buffer, int size) {
            for (int i = 3; i < size; i++) {
                if (Arrays.equals(buffer, i - 3, i + 1, HEAD_END, 0, 4)) {
                    return i + 1;
                }
            }
            return -1;
        }
    }
}
