package io.evenkeel.simulation;

import io.evenkeel.kernel.failover.Profile;
import io.evenkeel.simulation.cluster.ClusterRun;
import io.evenkeel.simulation.control.ControlJoints;
import io.evenkeel.simulation.control.ControlRun;
import io.evenkeel.simulation.fault.FaultRun;
import io.evenkeel.simulation.hosts.HostJoints;
import io.evenkeel.simulation.hosts.HostRun;
import io.evenkeel.simulation.invariant.BrokenPromise;
import io.evenkeel.simulation.time.Seed;
import java.util.function.Consumer;

/** Random fault runs from the command line: many, or one again; of a gateway or of a cluster. */
public final class FaultRuns {
    private FaultRuns() {}

    /**
     * Runs.
     *
     * @param args {@code --seed N} first seed (default 1), {@code --runs K} (default 1), {@code
     *     --seconds S} virtual seconds of faults (default 10), {@code --cluster} runs one gateway
     *     with links and store, {@code --world} several gateways and controls, {@code --controls}
     *     several controls and their election, {@code --hosts} hosts that fail and the recovery of
     *     their machines, {@code --log} prints every event
     */
    public static void main(String[] args) {
        long seed = 1;
        long runs = 1;
        int seconds = 10;
        boolean log = false;
        boolean cluster = false;
        boolean controls = false;
        boolean hosts = false;
        boolean world = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--seed" -> seed = Long.parseLong(args[++i]);
                case "--runs" -> runs = Long.parseLong(args[++i]);
                case "--seconds" -> seconds = Integer.parseInt(args[++i]);
                case "--cluster" -> cluster = true;
                case "--controls" -> controls = true;
                case "--hosts" -> hosts = true;
                case "--world" -> world = true;
                case "--log" -> log = true;
                default -> {
                    System.err.println(
                            "faults: unknown argument '"
                                    + args[i]
                                    + "' (expected: --seed N, --runs K, --seconds S, --cluster, --world, --controls, --hosts, --log)");
                    System.exit(2);
                }
            }
        }
        boolean print = log;
        Consumer<String> lines =
                line -> {
                    if (print) {
                        System.out.println(line);
                    }
                };
        int broken = 0;
        for (long s = seed; s < seed + runs; s++) {
            try {
                Profile profile = s % 3 == 0 ? Profile.STANDARD : Profile.PATIENT;
                Record result =
                        hosts
                                ? HostRun.run(
                                        new Seed(s), seconds, profile, HostJoints.SOUND, lines)
                                : controls
                                        ? ControlRun.run(
                                                new Seed(s), seconds, ControlJoints.SOUND, lines)
                                        : world
                                                ? ClusterRun.wide(new Seed(s), seconds, lines)
                                                : cluster
                                                        ? ClusterRun.run(
                                                                new Seed(s), seconds, lines)
                                                        : FaultRun.run(new Seed(s), seconds, lines);
                System.out.println("seed " + s + " " + result);
            } catch (BrokenPromise | RuntimeException e) {
                broken++;
                System.out.println("seed " + s + " BROKEN: replay with --seed " + s + " --log");
                e.printStackTrace(System.out);
            }
        }
        System.exit(broken == 0 ? 0 : 1);
    }
}
