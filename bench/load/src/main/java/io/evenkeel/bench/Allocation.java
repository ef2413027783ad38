package io.evenkeel.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the loops of a gateway allocate for a request in the steady state, with all features on: by
 * the counters that the JVM keeps for each thread, as {@code jcmd Thread.print -e} shows them.
 */
public final class Allocation {
    private static final int CONNECTIONS = 64;
    private static final Pattern LOOP =
            Pattern.compile("^\"gateway-\\d+\".* allocated=([0-9.]+)([BKMGT])", Pattern.MULTILINE);

    private Allocation() {}

    public static void main(String[] arguments) throws Exception {
        Effort effort = Effort.of(arguments);
        Path folder = Files.createTempDirectory("evenkeel-allocation");
        List<Peer> upstreams = new ArrayList<>();
        try (Peer one = Proxies.upstream("up1", folder);
                Peer two = Proxies.upstream("up2", folder)) {
            upstreams.add(one);
            upstreams.add(two);
            try (Peer gateway = Proxies.evenkeel(folder, upstreams)) {
                measure(gateway, effort, Wrk.script(folder, Proxies.HOSTS, "/small", false));
            }
        }
    }

    private static void measure(Peer gateway, Effort effort, Path script)
            throws IOException, InterruptedException {
        Wrk.run(gateway.port, CONNECTIONS, effort.length.multipliedBy(3), script);
        List<Double> bytes = new ArrayList<>();
        for (int round = 0; round < effort.rounds; round++) {
            double before = allocated(gateway.handle().pid());
            Wrk run = Wrk.run(gateway.port, CONNECTIONS, effort.length, script);
            bytes.add((allocated(gateway.handle().pid()) - before) / run.requests());
        }
        Figures.print("bytes_per_request", Figures.median(bytes), "B");
    }

    /** Bytes that all loops have allocated since they began. */
    static double allocated(long pid) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process =
                new ProcessBuilder(jcmd.toString(), Long.toString(pid), "Thread.print", "-e")
                        .redirectErrorStream(true)
                        .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher loop = LOOP.matcher(text);
        double sum = 0;
        int loops = 0;
        for (; loop.find(); loops++) {
            sum += Double.parseDouble(loop.group(1)) * unit(loop.group(2));
        }
        if (loops == 0) {
            throw new IOException("no loop in what jcmd says:\n" + text);
        }
        return sum;
    }

    private static double unit(String letter) {
        return Math.pow(1024, "BKMGT".indexOf(letter));
    }
}
