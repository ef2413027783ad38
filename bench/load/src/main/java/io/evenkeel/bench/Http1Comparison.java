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
 * CPU of the proxy per request, as a ratio to HAProxy and nginx with equal features in the same,
 * interleaved rounds. Keys: the worst of the numbers of connections.
 *
 * @param name of the folder for what the programs write
 * @param path asked for at the upstreams
 * @param connections clients at a time, one measurement for each number
 * @param close whether each request comes on a connection of its own
 * @param nginx whether nginx is compared too
 * @param openLoop whether latency is compared too, at a steady rate of 40 % of what HAProxy can do
 */
record Http1Comparison(
        String name,
        String path,
        List<Integer> connections,
        boolean close,
        boolean nginx,
        boolean openLoop) {
    void run(String[] arguments) throws Exception {
        Effort effort = Effort.of(arguments);
        Path folder = Files.createTempDirectory("evenkeel-" + name);
        List<Peer> upstreams = new ArrayList<>();
        List<Peer> proxies = new ArrayList<>();
        try {
            upstreams.add(Proxies.upstream("up1", folder));
            upstreams.add(Proxies.upstream("up2", folder));
            proxies.add(Proxies.evenkeel(folder, upstreams));
            proxies.add(Proxies.haproxy(folder, upstreams));
            if (nginx) {
                proxies.add(Proxies.nginx(folder, upstreams));
            }
            measure(effort, proxies, Wrk.script(folder, Proxies.HOSTS, path, close));
        } finally {
            proxies.forEach(Peer::close);
            upstreams.forEach(Peer::close);
        }
    }

    private void measure(Effort effort, List<Peer> proxies, Path script)
            throws IOException, InterruptedException {
        for (Peer proxy : proxies) {
            warmUp(proxy, effort, script);
        }
        double worstToHaproxy = 0;
        double worstToNginx = 0;
        double haproxyRate = 0;
        for (int clients : connections) {
            Map<String, List<Double>> micros = new LinkedHashMap<>();
            Map<String, List<Double>> rates = new LinkedHashMap<>();
            List<Double> toHaproxy = new ArrayList<>();
            List<Double> toNginx = new ArrayList<>();
            for (int round = 0; round < effort.rounds; round++) {
                Map<String, Double> cost = new LinkedHashMap<>();
                for (Peer proxy : proxies) {
                    double before = CpuTime.seconds(proxy.handle());
                    Wrk run = Wrk.run(proxy.port, clients, effort.length, script);
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
                            clients,
                            name,
                            Figures.median(values),
                            Figures.median(rates.getOrDefault(name, List.of(0.0)))));
            haproxyRate =
                    Math.max(
                            haproxyRate,
                            Figures.median(rates.getOrDefault("haproxy", List.of(0.0))));
            worstToHaproxy = Math.max(worstToHaproxy, Figures.median(toHaproxy));
            worstToNginx = Math.max(worstToNginx, Figures.median(toNginx));
        }
        if (openLoop) {
            openLoop(effort, proxies, haproxyRate);
        }
        Figures.print("cpu_vs_haproxy", worstToHaproxy, "ratio");
        if (nginx) {
            Figures.print("cpu_vs_nginx", worstToNginx, "ratio");
        }
    }

    private void openLoop(Effort effort, List<Peer> proxies, double haproxyRate)
            throws IOException, InterruptedException {
        double rate = 0.4 * haproxyRate;
        Map<String, List<Double>> p99 = new LinkedHashMap<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < effort.rounds; round++) {
            Map<String, Double> now = new LinkedHashMap<>();
            for (Peer proxy : proxies) {
                OpenLoop.Latencies felt =
                        new OpenLoop(proxy.port, OpenLoop.routedHosts(), path)
                                .run(rate, 64, effort.length);
                if (felt.errors() > 0) {
                    throw new IOException(proxy.name + " failed " + felt.errors());
                }
                now.put(proxy.name, felt.millis(99));
                p99.computeIfAbsent(proxy.name, name -> new ArrayList<>()).add(felt.millis(99));
            }
            ratios.add(now.getOrDefault("evenkeel", 0.0) / now.getOrDefault("haproxy", 1.0));
        }
        p99.forEach((name, values) ->
                System.out.printf(
                        Locale.ROOT,
                        "open loop of %.0f requests/s: %-9s p99 %.2f ms%n",
                        rate,
                        name,
                        Figures.median(values)));
        Figures.print("p99_vs_haproxy", Figures.median(ratios), "ratio");
    }

    /**
     * Runs until the proxy knows all its hosts: a port may answer before the last of them is read.
     */
    static void warmUp(Peer proxy, Effort effort, Path script)
            throws IOException, InterruptedException {
        Wrk run = Wrk.run(proxy.port, 64, effort.length, script);
        for (int more = 0; more < 10 && run.errors() > 0; more++) {
            run = Wrk.run(proxy.port, 64, effort.length, script);
        }
        refuseErrors(proxy, run);
        refuseErrors(proxy, Wrk.run(proxy.port, 64, effort.length.multipliedBy(2), script));
    }

    static void refuseErrors(Peer proxy, Wrk run) throws IOException {
        if (run.errors() > 0) {
            throw new IOException(proxy.name + " failed " + run.errors() + " of " + run.requests());
        }
    }
}
