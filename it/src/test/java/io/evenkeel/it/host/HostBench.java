package io.evenkeel.it.host;

import io.evenkeel.host.LibvirtHypervisor;
import io.evenkeel.host.driver.DriverLaunch;
import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.it.lab.Wait;
import io.evenkeel.kernel.machine.DomainXml;
import io.evenkeel.kernel.machine.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Figures of capability C, each from a site of its own: run by {@code bench/run failover} and
 * {@code bench/run evacuate}.
 */
class HostBench {
    private static final int GUESTS = 6;
    private static final int PATIENCE = 240;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 1);

    @TempDir private Path folder = Path.of("");

    private static List<Guest> guests(int round, String name) {
        return IntStream.range(0, GUESTS)
                .mapToObj(i -> new Guest(name + round + i, 1 + round * 2 * GUESTS + i))
                .toList();
    }

    private static void print(String name, double value, String unit) {
        System.out.printf(Locale.ROOT, "%s %.3f %s%n", name, value, unit);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1e9;
    }

    /** Declares them while the other hosts take none; they answer when this returns. */
    private static void runOn(Site site, HostMachine host, List<Guest> guests) throws Exception {
        List<HostMachine> others = site.hosts().stream().filter(one -> one != host).toList();
        others.forEach(other -> site.maintenance(other, true));
        site.run(guests.toArray(Guest[]::new));
        others.forEach(other -> site.maintenance(other, false));
    }

    private static void awaitAll(Site site, List<Guest> guests) throws Exception {
        for (Guest guest : guests) {
            guest.awaitAnswer(site.center, PATIENCE);
        }
    }

    private static String stage(Site site, String host) {
        return site.read("/v1/explain/hosts/" + host).at("stage").text();
    }

    @Tag("bench-failover")
    @Test
    void failover() throws Exception {
        List<Double> fenced = new ArrayList<>();
        List<Double> recovered = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Path own = Files.createDirectory(folder.resolve("r" + round));
            try (Site site = Site.start(own, true, 3, "swift", "h1", "h2", "h3")) {
                double byHand = byHand(site, guests(0, "hand"));
                List<Guest> guests = guests(1, "g");
                HostMachine dying = site.host("h1");
                runOn(site, dying, guests);
                long crashed = System.nanoTime();
                dying.crash();
                site.killAgent("h1");
                Wait.until("it is fenced", PATIENCE, () -> stage(site, "h1").equals("fenced"));
                double fence = seconds(crashed);
                awaitAll(site, guests);
                double all = seconds(crashed);
                System.out.printf(
                        Locale.ROOT,
                        "# round %d: fenced %.2f s, all answer %.2f s, started by hand %.2f s%n",
                        round + 1,
                        fence,
                        all,
                        byHand);
                fenced.add(fence);
                recovered.add(all - byHand);
            }
        }
        print("confirmed_and_fenced_seconds", median(fenced), "s");
        print("recovered_seconds", median(recovered), "s");
    }

    /** What as many guests need on the two hosts that will be left, all started at once. */
    private static double byHand(Site site, List<Guest> guests) throws Exception {
        for (Guest guest : guests) {
            site.ceph.image(guest.name());
        }
        List<String> command = new ArrayList<>(site.center.place().before());
        command.addAll(DriverLaunch.of("libvirt"));
        try (LibvirtHypervisor hypervisor = new LibvirtHypervisor(command)) {
            for (String host : List.of("h2", "h3")) {
                Scene.done(hypervisor.ping(site.host(host).uri(), Scene.PATIENCE));
            }
            long begun = System.nanoTime();
            List<CompletableFuture<?>> starts = new ArrayList<>();
            for (int i = 0; i < guests.size(); i++) {
                String xml = guests.get(i).xml(site.ceph, DomainXml.run(1));
                String uri = site.host(i % 2 == 0 ? "h2" : "h3").uri();
                starts.add(hypervisor.start(uri, xml, Scene.PATIENCE.multipliedBy(4)));
            }
            for (CompletableFuture<?> start : starts) {
                if (!(start.get() instanceof Reply.Done)) {
                    throw new AssertionError("could not be started by hand: " + start.get());
                }
            }
            awaitAll(site, guests);
            double took = seconds(begun);
            for (int i = 0; i < guests.size(); i++) {
                String uri = site.host(i % 2 == 0 ? "h2" : "h3").uri();
                Scene.done(hypervisor.destroy(uri, guests.get(i).name(), Scene.PATIENCE));
            }
            return took;
        }
    }

    private static List<Gaps> watch(Site site, List<Guest> guests) {
        return guests.stream().map(guest -> Gaps.of(guest, site.center)).toList();
    }

    /** The longest of all within these seconds. */
    private static long longest(List<Gaps> watched, int seconds) throws Exception {
        TimeUnit.SECONDS.sleep(seconds);
        long longest = watched.stream().mapToLong(Gaps::longestMillis).max().orElse(0);
        watched.forEach(Gaps::close);
        return longest;
    }

    @Tag("bench-evacuate")
    @Test
    void evacuate() throws Exception {
        List<Double> gaps = new ArrayList<>();
        try (Site site = Site.start(folder, false, 1, "patient", "h1", "h2")) {
            HostMachine from = site.host("h1");
            HostMachine to = site.host("h2");
            List<Guest> guests = guests(0, "g");
            runOn(site, from, guests);
            for (int round = 0; round < ROUNDS; round++) {
                long calm = longest(watch(site, guests), 5);
                List<Gaps> watched = watch(site, guests);
                HostMachine target = round % 2 == 0 ? to : from;
                HostMachine left = round % 2 == 0 ? from : to;
                long begun = System.nanoTime();
                site.maintenance(left, true);
                for (Guest guest : guests) {
                    Wait.until(
                            guest.name() + " has moved",
                            PATIENCE,
                            () ->
                                    site.status(guest)
                                            .at("host")
                                            .text()
                                            .equals(target.machine().name()));
                }
                double took = seconds(begun);
                long longest = 0;
                List<Long> each = new ArrayList<>();
                for (Gaps of : watched) {
                    each.add(of.longestMillis());
                    longest = Math.max(longest, of.longestMillis());
                    of.close();
                }
                site.maintenance(left, false);
                System.out.printf(
                        Locale.ROOT,
                        "# round %d: %d machines moved in %.1f s, longest gaps %s ms (before: %d)%n",
                        round + 1,
                        guests.size(),
                        took,
                        each,
                        calm);
                gaps.add((double) longest);
            }
        }
        print("longest_gap_ms", median(gaps), "ms");
    }
}
