package io.evenkeel.kernel.placement;

import io.evenkeel.kernel.placement.Candidate.Load;
import io.evenkeel.model.HostKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which machines to move so that hosts are used alike (C9), by the score of the ranking. The
 * fullest host gives first; of its machines that one moves, to that host, which leaves the greater
 * of the two scores least, of equals to the emptiest host. A move has to lower it by {@link
 * #LEAST_GAIN}: less is not worth a migration, and would be taken back by the next change of use.
 * So hosts that are used alike stay as they are, and once these moves are done there are none,
 * unless there were more than one call suggests.
 *
 * <p>What a single machine uses is not measured: it is taken to use its share of what its host
 * does. Pure; costs the number of moves times hosts times machines.
 */
public final class Rebalance {
    /** Per mille of a host: by how much the fuller of the two hosts has to become emptier. */
    public static final int LEAST_GAIN = 50;

    /** Of one call: figures are older than the first moves by the time that these are done. */
    public static final int MOST_MOVES = 16;

    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<HostKey, List<Guest>> movable = new HashMap<>();
    private final Map<HostKey, Integer> leaving = new TreeMap<>();
    private final int mostLeaving;

    /**
     * A machine that should move. Scores are per mille.
     *
     * @param fromBefore score of the host that it leaves
     * @param fromAfter the same once it has left
     * @param toBefore score of the host that it comes to
     * @param toAfter the same once it is there
     */
    public record Move(
            Guest guest,
            HostKey from,
            HostKey to,
            int fromBefore,
            int fromAfter,
            int toBefore,
            int toAfter) {
        /** By how much the fuller of the two becomes emptier. */
        public int gain() {
            return fromBefore - Math.max(fromAfter, toAfter);
        }
    }

    /**
     * Over these hosts; one that takes no machines gives none either.
     *
     * @param still names of machines that stay where they are, besides those that are promised
     * @param leaving names of machines that are on the move already, and promised elsewhere
     */
    public Rebalance(
            PlacementSettings settings,
            Collection<HostFigures> hosts,
            Set<String> still,
            Set<String> leaving) {
        this.mostLeaving = settings.leaving();
        PlacementSettings alike =
                new PlacementSettings(
                        settings.oldestFigures(), settings.overcommitPercent(), 0, mostLeaving);
        hosts.stream()
                .sorted(Comparator.comparing(HostFigures::host))
                .forEach(host -> add(new Candidate(host, alike), still, leaving));
    }

    private void add(Candidate host, Set<String> still, Set<String> leaving) {
        candidates.add(host);
        List<Guest> stays = new ArrayList<>();
        for (Guest guest : host.measured()) {
            if (leaving.contains(guest.name())) {
                host.leave(guest, host.loadOf(guest));
                this.leaving.merge(host.host(), 1, Integer::sum);
            } else if (!still.contains(guest.name())) {
                stays.add(guest);
            }
        }
        stays.sort(Comparator.comparing(Guest::name));
        movable.put(host.host(), stays);
    }

    /** The moves, in the order in which they are to begin; none may be needed. Once only. */
    public List<Move> moves() {
        List<Move> moves = new ArrayList<>();
        Set<String> moved = new HashSet<>();
        Set<HostKey> taking = new HashSet<>();
        while (moves.size() < MOST_MOVES) {
            Step best = null;
            for (Candidate from : fullestFirst()) {
                if (leaving.getOrDefault(from.host(), 0) < mostLeaving
                        && !taking.contains(from.host())) {
                    best = best(from, moved, leaving.keySet());
                }
                if (best != null) {
                    break;
                }
            }
            if (best == null) {
                break;
            }
            best.from.leave(best.guest, best.load);
            best.to.arrive(best.guest, best.load);
            moves.add(best.move);
            moved.add(best.guest.name());
            leaving.merge(best.from.host(), 1, Integer::sum);
            taking.add(best.to.host());
        }
        return moves;
    }

    private record Step(Candidate from, Candidate to, Guest guest, Load load, Move move) {}

    private List<Candidate> fullestFirst() {
        return candidates.stream()
                .filter(one -> one.state() == Fit.FITS)
                .sorted(
                        Comparator.comparingInt((Candidate one) -> one.score(0, 0))
                                .reversed()
                                .thenComparing(Candidate::host))
                .toList();
    }

    /** The best that can leave a host; null if nothing is worth it. */
    private @Nullable Step best(Candidate from, Set<String> moved, Set<HostKey> giving) {
        Step best = null;
        for (Guest guest : movable.getOrDefault(from.host(), List.of())) {
            if (moved.contains(guest.name())) {
                continue;
            }
            int fromBefore = from.score(0, 0);
            Load load = from.loadOf(guest);
            from.leave(guest, load);
            int fromAfter = from.score(0, 0);
            boolean grouped =
                    !guest.together().isEmpty()
                            && candidates.stream().anyMatch(one -> one.holds(guest.together()));
            for (Candidate to : candidates) {
                // Who gives machines away takes none, or they would go round.
                if (to == from
                        || giving.contains(to.host())
                        || to.fit(guest, grouped && !to.holds(guest.together())) != Fit.FITS) {
                    continue;
                }
                int toBefore = to.score(0, 0);
                to.arrive(guest, load);
                int toAfter = to.score(0, 0);
                to.leave(guest, load);
                Move move =
                        new Move(
                                guest,
                                from.host(),
                                to.host(),
                                fromBefore,
                                fromAfter,
                                toBefore,
                                toAfter);
                if (move.gain() >= LEAST_GAIN && (best == null || isBetter(move, best.move))) {
                    best = new Step(from, to, guest, load, move);
                }
            }
            from.arrive(guest, load);
        }
        return best;
    }

    private static boolean isBetter(Move move, Move than) {
        return move.gain() > than.gain()
                || (move.gain() == than.gain() && move.toAfter() < than.toAfter());
    }
}
