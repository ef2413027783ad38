package io.evenkeel.simulation.cluster;

import io.evenkeel.simulation.store.StoreWay;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Faults of controls, of the store, and of the ways to it. */
final class StoreFaults {
    private static final long HOUR_MILLIS = 3_600_000L;

    /** Mends later, unless everything is mended by then. */
    interface Later {
        void within(long mostNanos, Runnable mend);
    }

    private final Cluster cluster;
    private final RandomGenerator random;
    private final Consumer<String> log;
    private final Later later;

    StoreFaults(Cluster cluster, RandomGenerator random, Consumer<String> log, Later later) {
        this.cluster = cluster;
        this.random = random;
        this.log = log;
        this.later = later;
    }

    void make() {
        List<StoreWay> ways = cluster.ways();
        int place = random.nextInt(ways.size());
        StoreWay way = ways.get(place);
        long most = 3 * cluster.options().times().lease().toNanos();
        switch (random.nextInt(10)) {
            case 0, 1 -> control(most);
            case 2 -> {
                boolean there = random.nextBoolean();
                log.accept("way " + place + " loses what goes " + (there ? "there" : "back"));
                way.lose(there, !there);
                later.within(most, () -> way.lose(false, false));
            }
            case 3, 4 -> {
                log.accept("way " + place + " is cut");
                way.lose(true, true);
                later.within(most, () -> way.lose(false, false));
            }
            case 5, 6 -> {
                log.accept("way " + place + " is slow");
                way.slow(true);
                later.within(most, () -> way.slow(false));
            }
            case 7 -> {
                log.accept("compaction");
                cluster.store().compact();
            }
            case 8 -> {
                log.accept("the store is gone");
                cluster.store().stopped(true);
                later.within(2 * most, () -> cluster.store().stopped(false));
            }
            default -> {
                long millis = random.nextLong(12 * HOUR_MILLIS) - 6 * HOUR_MILLIS;
                log.accept("wall clocks jump by " + millis + " ms");
                cluster.jump(millis);
            }
        }
    }

    private void control(long most) {
        int place = random.nextInt(cluster.controls().size());
        // Half of them at the leader: there it matters.
        if (random.nextBoolean()) {
            for (int i = 0; i < cluster.controls().size(); i++) {
                place = cluster.controls().get(i).candidate().term().isPresent() ? i : place;
            }
        }
        ControlProcess victim = cluster.controls().get(place);
        if (random.nextBoolean()) {
            log.accept(victim.name() + " is killed");
            cluster.replaceControl(place);
        } else {
            log.accept(victim.name() + " is stopped");
            victim.candidate().stopped(true);
            later.within(most, () -> victim.candidate().stopped(false));
        }
    }
}
