package io.evenkeel.kernel.placement;

import io.evenkeel.model.HostKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses hosts (C7). Of all that can take a machine the one of least score gets it ({@link
 * Candidate#score}); of equals the first by name. Machines are placed one by one, greater priority
 * first, then the larger ones, then by name, and each counts for those that come after it. So a
 * dead host's machines are spread, and the same figures give the same answer. Single-threaded.
 *
 * <p>Costs the number of machines times the number of hosts.
 */
public final class Placement {
    private static final Comparator<Guest> ORDER =
            Comparator.comparingInt(Guest::priority)
                    .reversed()
                    .thenComparing(Comparator.comparingInt(Guest::memoryMebibytes).reversed())
                    .thenComparing(Comparator.comparingInt(Guest::milliCores).reversed())
                    .thenComparing(Guest::name);

    private final List<Candidate> candidates = new ArrayList<>();

    /** Over these hosts; machines that are placed are kept in mind as long as this object is. */
    public Placement(PlacementSettings settings, Collection<HostFigures> hosts) {
        hosts.stream()
                .sorted(Comparator.comparing(HostFigures::host))
                .forEach(host -> candidates.add(new Candidate(host, settings)));
    }

    /** All hosts, the best first, those that take nothing last. */
    public List<Ranked> ranking() {
        return candidates.stream()
                .map(Candidate::ranked)
                .sorted(
                        Comparator.comparing((Ranked r) -> r.state() != Fit.FITS)
                                .thenComparingInt(Ranked::score)
                                .thenComparing(Ranked::host))
                .toList();
    }

    /** Places machines; the answer is in the order in which they were placed. */
    public List<Placed> place(Collection<Guest> guests) {
        List<Placed> placed = new ArrayList<>(guests.size());
        for (Guest guest : guests.stream().sorted(ORDER).toList()) {
            placed.add(placeBut(guest, Set.of()));
        }
        return placed;
    }

    /** Places a machine on none of these hosts, which have refused to start it. */
    public Placed placeBut(Guest guest, Set<String> refused) {
        EnumMap<Fit, Placed.TurnedDown> turnedDown = new EnumMap<>(Fit.class);
        Candidate best = choose(guest, null, refused, turnedDown);
        int score = best == null ? 0 : best.score(guest.milliCores(), guest.memoryMebibytes());
        if (best != null) {
            best.add(guest);
        }
        return new Placed(
                guest,
                Optional.ofNullable(best).map(Candidate::host),
                score,
                List.copyOf(turnedDown.values()));
    }

    /** The best host for a machine, null if there is none; notes why others are not. */
    private @Nullable Candidate choose(
            Guest guest,
            @Nullable Candidate without,
            Set<String> refused,
            @Nullable Map<Fit, Placed.TurnedDown> turnedDown) {
        boolean grouped = !guest.together().isEmpty() && groupRuns(guest.together(), without);
        Candidate best = null;
        int bestScore = Integer.MAX_VALUE;
        Candidate second = null;
        int secondScore = Integer.MAX_VALUE;
        int fitting = 0;
        for (Candidate candidate : candidates) {
            if (candidate == without) {
                continue;
            }
            Fit room = candidate.fit(guest, grouped && !candidate.holds(guest.together()));
            boolean refuses = room == Fit.FITS && refused.contains(candidate.host().name());
            Fit fit = refuses ? Fit.REFUSED : room;
            if (fit != Fit.FITS) {
                if (turnedDown != null) {
                    turnedDown.merge(
                            fit,
                            new Placed.TurnedDown(fit, 1, candidate.host()),
                            (a, b) -> new Placed.TurnedDown(fit, a.hosts() + 1, a.first()));
                }
                continue;
            }
            fitting++;
            int score = candidate.score(guest.milliCores(), guest.memoryMebibytes());
            if (best == null || score < bestScore) {
                second = best;
                secondScore = bestScore;
                best = candidate;
                bestScore = score;
            } else if (second == null || score < secondScore) {
                second = candidate;
                secondScore = score;
            }
        }
        if (turnedDown != null && second != null) {
            turnedDown.put(Fit.FITS, new Placed.TurnedDown(Fit.FITS, fitting - 1, second.host()));
        }
        return best;
    }

    private boolean groupRuns(String group, @Nullable Candidate without) {
        for (Candidate candidate : candidates) {
            if (candidate != without && candidate.holds(group)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Why each host could not take a machine, or with which score it could, by name of the host.
     */
    public List<Explained> explain(Guest guest) {
        boolean grouped = !guest.together().isEmpty() && groupRuns(guest.together(), null);
        return candidates.stream()
                .map(c ->
                        new Explained(
                                c.host(),
                                c.fit(guest, grouped && !c.holds(guest.together())),
                                c.score(guest.milliCores(), guest.memoryMebibytes())))
                .toList();
    }

    /**
     * A host as it stands to a machine.
     *
     * @param score with the machine on it, per mille
     */
    public record Explained(HostKey host, Fit fit, int score) {}

    /**
     * Whether one host may be lost: of each that is online, which of its machines would find no
     * other; only hosts of which some would not. What was placed with this object before counts.
     *
     * <p>Costs the number of all machines times the number of hosts.
     */
    public List<Loss> losses() {
        List<Loss> losses = new ArrayList<>();
        for (Candidate lost : candidates) {
            if (lost.state() == Fit.OFFLINE) {
                continue;
            }
            List<Candidate> touched = new ArrayList<>();
            List<Guest> left = new ArrayList<>();
            for (Guest guest : lost.guests().stream().sorted(ORDER).toList()) {
                Candidate target = choose(guest, lost, Set.of(), null);
                if (target == null) {
                    left.add(guest);
                } else {
                    target.add(guest);
                    touched.add(target);
                }
            }
            for (int i = touched.size() - 1; i >= 0; i--) {
                touched.get(i).giveBack();
            }
            if (!left.isEmpty()) {
                losses.add(new Loss(lost.host(), left));
            }
        }
        return losses;
    }

    /**
     * What the loss of a host would cost.
     *
     * @param without machines that no other host could take
     */
    public record Loss(HostKey host, List<Guest> without) {
        public Loss {
            without = List.copyOf(without);
        }
    }
}
