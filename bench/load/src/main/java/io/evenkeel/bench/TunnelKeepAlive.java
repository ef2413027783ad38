package io.evenkeel.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * CPU of the gateway per request when the endpoints are behind tunnels, as a ratio to the same
 * endpoints at their addresses, in interleaved rounds. What the sidecars use is printed beside it.
 */
public final class TunnelKeepAlive {
    private TunnelKeepAlive() {}

    public static void main(String[] arguments) throws Exception {
        Effort effort = Effort.of(arguments);
        Path folder = Files.createTempDirectory("evenkeel-tunnel");
        List<Peer> all = new ArrayList<>();
        try {
            List<Peer> upstreams = new ArrayList<>();
            List<Peer> sidecars = new ArrayList<>();
            for (String name : List.of("up1", "up2")) {
                Peer upstream = Proxies.upstream(name, folder);
                upstreams.add(upstream);
                all.add(upstream);
            }
            Peer addressed = Proxies.evenkeel(folder, upstreams);
            all.add(addressed);
            int link = FreePort.take();
            Peer tunnelled = Proxies.evenkeel(folder, link);
            all.add(tunnelled);
            for (Peer upstream : upstreams) {
                Peer sidecar = Proxies.sidecar(folder, link, upstream);
                sidecars.add(sidecar);
                all.add(sidecar);
            }
            measure(effort, addressed, tunnelled, sidecars, folder);
        } finally {
            all.forEach(Peer::close);
        }
    }

    private static void measure(
            Effort effort, Peer addressed, Peer tunnelled, List<Peer> sidecars, Path folder)
            throws Exception {
        Path script = Wrk.script(folder, Proxies.HOSTS, "/small", false);
        Http1Comparison.warmUp(addressed, effort, script);
        Http1Comparison.warmUp(tunnelled, effort, script);
        double worst = 0;
        for (int clients : List.of(64, 512)) {
            List<Double> direct = new ArrayList<>();
            List<Double> piped = new ArrayList<>();
            List<Double> beside = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < effort.rounds; round++) {
                direct.add(micros(addressed, List.of(addressed), clients, effort, script));
                double before = seconds(sidecars);
                piped.add(micros(tunnelled, List.of(tunnelled), clients, effort, script));
                beside.add(seconds(sidecars) - before);
                ratios.add(piped.getLast() / direct.getLast());
            }
            System.out.printf(
                    Locale.ROOT,
                    "c%d gateway: addressed %.1f us CPU a request, tunnelled %.1f; sidecars %.1f s"
                            + " CPU a round%n",
                    clients,
                    Figures.median(direct),
                    Figures.median(piped),
                    Figures.median(beside));
            worst = Math.max(worst, Figures.median(ratios));
        }
        long pid = tunnelled.handle().pid();
        double before = Allocation.allocated(pid);
        Wrk run = Wrk.run(tunnelled.port, 64, effort.length, script);
        System.out.printf(
                Locale.ROOT,
                "the gateway's loops allocate %.0f bytes a tunnelled request%n",
                (Allocation.allocated(pid) - before) / run.requests());
        Figures.print("cpu_vs_addressed", worst, "ratio");
    }

    private static double micros(
            Peer target, List<Peer> counted, int clients, Effort effort, Path script)
            throws Exception {
        double before = seconds(counted);
        Wrk run = Wrk.run(target.port, clients, effort.length, script);
        Http1Comparison.refuseErrors(target, run);
        return (seconds(counted) - before) * 1e6 / run.requests();
    }

    private static double seconds(List<Peer> peers) throws Exception {
        double sum = 0;
        for (Peer peer : peers) {
            sum += CpuTime.seconds(peer.handle());
        }
        return sum;
    }
}
