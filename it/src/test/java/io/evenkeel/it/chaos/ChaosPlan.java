package io.evenkeel.it.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Faults in the order of their begin, drawn from a seed and nothing else. Kinds come in shuffled
 * rounds, so that every run has all of them; at one process there is one fault at a time, the rest
 * may meet. Pure.
 */
final class ChaosPlan {
    /** Faults begin so far from each other on average. */
    private static final double MEAN_BETWEEN_MILLIS = 3_000;

    /** After a process was started or continued, before something is done to it again. */
    private static final long REST_MILLIS = 4_000;

    private final Random random;
    private final Cast cast;
    private final Deque<Fault.Kind> deck = new ArrayDeque<>();
    private final Map<String, Long> busyUntil = new HashMap<>();

    private ChaosPlan(long seed, Cast cast) {
        this.random = new Random(seed);
        this.cast = cast;
    }

    /**
     * The plan of a seed.
     *
     * @param lengthMillis all faults are undone by then
     */
    static List<Fault> of(long seed, Cast cast, long lengthMillis) {
        return new ChaosPlan(seed, cast).draw(lengthMillis);
    }

    private List<Fault> draw(long lengthMillis) {
        List<Fault> plan = new ArrayList<>();
        long at = 1_000;
        while (true) {
            Fault fault = next(at);
            if (at + 3_000 > lengthMillis) {
                return plan;
            }
            if (fault.endMillis() <= lengthMillis) {
                plan.add(fault);
                if (fault.kind().ofProcess()) {
                    busyUntil.put(fault.from().getFirst(), fault.endMillis() + REST_MILLIS);
                }
            }
            at += 500 + (long) (-Math.log(1 - random.nextDouble()) * (MEAN_BETWEEN_MILLIS - 500));
        }
    }

    private Fault next(long at) {
        if (deck.isEmpty()) {
            List<Fault.Kind> kinds = new ArrayList<>(Arrays.asList(Fault.Kind.values()));
            Collections.shuffle(kinds, random);
            deck.addAll(kinds);
        }
        return switch (deck.remove()) {
            case KILL -> {
                String victim = idle(at);
                long longest = cast.gateways().contains(victim) ? 12_000 : 7_000;
                yield process(at, between(1_000, longest), Fault.Kind.KILL, victim);
            }
            case PAUSE -> {
                String victim = idle(at);
                yield process(at, pause(victim), Fault.Kind.PAUSE, victim);
            }
            case ONE_WAY -> {
                List<List<String>> sides = sides();
                Collections.shuffle(sides, random);
                yield partition(at, Fault.Kind.ONE_WAY, sides);
            }
            case TWO_WAY -> partition(at, Fault.Kind.TWO_WAY, sides());
            case LOSS ->
                    new Fault(
                            at,
                            between(4_000, 8_000),
                            Fault.Kind.LOSS,
                            List.of(any(role())),
                            List.of(),
                            (int) between(10, 40));
        };
    }

    private static Fault process(long at, long lasts, Fault.Kind kind, String victim) {
        return new Fault(at, lasts, kind, List.of(victim), List.of(), 100);
    }

    private Fault partition(long at, Fault.Kind kind, List<List<String>> sides) {
        return new Fault(at, between(3_000, 9_000), kind, sides.get(0), sides.get(1), 100);
    }

    /** Longer than the leases: of a control three seconds, of a gateway ten. */
    private long pause(String victim) {
        if (cast.controls().contains(victim)) {
            return between(4_000, 8_000);
        } else if (cast.gateways().contains(victim)) {
            return between(4_000, 13_000);
        }
        return between(2_000, 7_000);
    }

    /** Two sides that a partition is put between. */
    private List<List<String>> sides() {
        List<List<String>> sides = new ArrayList<>();
        switch (random.nextInt(7)) {
            case 0 -> {
                sides.add(List.of(any(cast.gateways())));
                sides.add(cast.etcd());
            }
            case 1 -> {
                sides.add(List.of(any(cast.controls())));
                sides.add(cast.etcd());
            }
            case 2 -> {
                String alone = any(cast.etcd());
                sides.add(List.of(alone));
                sides.add(cast.etcd().stream().filter(other -> !other.equals(alone)).toList());
            }
            case 3 -> {
                sides.add(List.of(any(cast.gateways())));
                List<String> some = new ArrayList<>(cast.backends());
                Collections.shuffle(some, random);
                sides.add(some.subList(0, Math.max(1, some.size() / 4)));
            }
            case 4 -> {
                sides.add(List.of(any(cast.backends())));
                sides.add(cast.gateways());
            }
            case 5 -> {
                sides.add(List.of(Cast.CLIENTS));
                sides.add(List.of(any(cast.gateways())));
            }
            default -> {
                String alone = any(cast.gateways());
                List<String> rest = new ArrayList<>(cast.processes());
                rest.add(Cast.CLIENTS);
                rest.remove(alone);
                sides.add(List.of(alone));
                sides.add(rest);
            }
        }
        return sides;
    }

    private List<String> role() {
        return switch (random.nextInt(5)) {
            case 0 -> cast.etcd();
            case 1 -> cast.controls();
            case 2 -> cast.gateways();
            default -> cast.backends();
        };
    }

    /** Of any role, with nothing done to its process. */
    private String idle(long at) {
        while (true) {
            String victim = any(role());
            if (busyUntil.getOrDefault(victim, 0L) <= at) {
                return victim;
            }
        }
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private long between(long least, long most) {
        return least + random.nextInt((int) (most - least + 1));
    }
}
