package io.evenkeel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * CPU of the proxy per request over keep-alive connections, as a ratio to HAProxy and nginx with
 * equal features in the same, interleaved rounds. Keys: the worse of 64 and 512 connections.
 */
public final class Http1KeepAlive {
    private static final int[] CONNECTIONS = {64, 512};

    private Http1KeepAlive() {}

    public static void main(String[] arguments) throws Exception {
        Effort effort = Effort.of(arguments);
        Path folder = Files.createTempDirectory("evenkeel-http1-keepalive");
        List<Peer> upstreams = new ArrayList<>();
        List<Peer> proxies = new ArrayList<>();
        try {
            upstreams.add(Proxies.upstream("up1", folder));
            upstreams.add(Proxies.upstream("up2", folder));
            proxies.add(Proxies.evenkeel(folder, upstreams));
            proxies.add(Proxies.haproxy(folder, upstreams));
            proxies.add(Proxies.nginx(folder, upstreams));
            measure(effort, proxies, Wrk.script(folder, Proxies.HOSTS));
        } finally {
            proxies.forEach(Peer::close);
            upstreams.forEach(Peer::close);
        }
    }

    private static void measure(Effort effort, List<Peer> proxies, Path script)
            throws IOException, InterruptedException {
        for (Peer proxy : proxies) {
            warmUp(proxy, effort, script);
        }
        double worstToHaproxy = 0;
        double worstToNginx = 0;
        for (int connections : CONNECTIONS) {
            Map<String, List<Double>> micros = new LinkedHashMap<>();
            Map<String, List<Double>> rates = new LinkedHashMap<>();
            List<Double> toHaproxy = new ArrayList<>();
            List<Double> toNginx = new ArrayList<>();
            for (int round = 0; round < effort.rounds; round++) {
                Map<String, Double> cost = new LinkedHashMap<>();
                for (Peer proxy : proxies) {
                    double before = CpuTime.seconds(proxy.handle());
                    Wrk run = Wrk.run(proxy.port, connections, effort.length, script);
                    refuseErrors(proxy, run);
                    double each = (CpuTime.seconds(proxy.handle()) - before) * 1e6 / run.requests();
                    cost.put(proxy.name, each);
                    micros.computeIfAbsent(proxy.name, name -> new ArrayList<>()).add(each);
                    rates.computeIfAbsent(proxy.name, name -> new ArrayList<>())
                            .add(run.requestsPerSecond());
                }
                double ours = cost.getOrDefault("evenkeel", 0.0);
                toHaproxy.add(ours / cost.getOrDefault("haproxy", 1.0));
                toNginx.add(ours / cost.getOrDefault("nginx", 1.0));
            }
            micros.forEach((name, values) ->
                    System.out.printf(
                            Locale.ROOT,
                            "c%d %-9s %7.1f us CPU a request  %8.0f requests/s%n",
                            connections,
                            name,
                            Figures.median(values),
                            Figures.median(rates.getOrDefault(name, List.of(0.0)))));
            worstToHaproxy = Math.max(worstToHaproxy, Figures.median(toHaproxy));
            worstToNginx = Math.max(worstToNginx, Figures.median(toNginx));
        }
        Figures.print("cpu_vs_haproxy", worstToHaproxy, "ratio");
        Figures.print("cpu_vs_nginx", worstToNginx, "ratio");
    }

    /**
     * Runs until the proxy knows all its hosts: a port may answer before the last of them is read.
     */
    private static void warmUp(Peer proxy, Effort effort, Path script)
            throws IOException, InterruptedException {
        Wrk run = Wrk.run(proxy.port, 64, effort.length, script);
        for (int more = 0; more < 10 && run.errors() > 0; more++) {
            run = Wrk.run(proxy.port, 64, effort.length, script);
        }
        refuseErrors(proxy, run);
        refuseErrors(proxy, Wrk.run(proxy.port, 64, effort.length.multipliedBy(2), script));
    }

    private static void refuseErrors(Peer proxy, Wrk run) throws IOException {
        if (run.errors() > 0) {
            throw new IOException(proxy.name + " failed " + run.errors() + " of " + run.requests());
        }
    }
}
