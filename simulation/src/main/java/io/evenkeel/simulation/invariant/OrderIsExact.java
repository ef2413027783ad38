package io.evenkeel.simulation.invariant;

import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.simulation.stage.Member;
import io.evenkeel.simulation.stage.SimService;
import io.evenkeel.simulation.stage.Watcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The least loaded queue is in order: by score; among equals those that came to their score earlier
 * stand before those that came later, newcomers before all; and a pick is its head, or the first
 * that the request did not ask to avoid.
 *
 * <p>The model is naive: a list, compared after every single operation. An endpoint whose score an
 * operation left alone keeps its place among its equals; one whose score changed stands behind
 * them.
 */
public final class OrderIsExact implements Watcher {
    /** With the score's divisor: whose rate changes is sorted in anew, whatever its score. */
    private record Place(String endpoint, long epoch, long score, int weight, int factor) {}

    /** The shown factor is rounded; the rate itself changes up to two ticks after it shows 100. */
    private static final long ROUNDING_NANOS = 200_000_000L;

    private List<Place> before = List.of();

    /** When an endpoint was last seen in slow start, by id. */
    private final Map<String, Long> slowNanos = new LinkedHashMap<>();

    private @Nullable Member touched;

    @Override
    public void acquiring(SimService service, PickContext context) {
        compare(service, null);
    }

    @Override
    public void acquired(SimService service, PickContext context, Pick pick) {
        if (pick instanceof Node node) {
            Place expected = null;
            for (Place place : before) {
                Member member = service.member(place.endpoint());
                if (member != null && !context.avoids(member.node())) {
                    expected = place;
                    break;
                }
            }
            if (expected == null && !before.isEmpty()) {
                // All of them were tried: the best is tried again.
                expected = before.getFirst();
            }
            if (expected == null || !expected.endpoint().equals(node.id())) {
                throw broken(service, "picked " + node + ", expected " + expected);
            }
        }
        compare(service, pick instanceof Node node ? node.id() : null);
    }

    @Override
    public void released(SimService service, Member member, Outcome outcome) {
        compare(service, member.id());
    }

    @Override
    public void joined(SimService service, Member member) {
        touched = member;
        compare(service, member.id());
        touched = null;
    }

    @Override
    public void changed(SimService service, Member member) {
        compare(service, member.id());
    }

    @Override
    public void ticked(SimService service) {
        compare(service, null);
    }

    /**
     * Holds the order against the one before the operation.
     *
     * @param concerned the endpoint that the operation was about: it may have kept its score or
     *     come back to it
     */
    private void compare(SimService service, @Nullable String concerned) {
        List<Place> now = places(service);
        Map<String, Integer> placeBefore = new LinkedHashMap<>();
        Map<String, Place> placesBefore = new LinkedHashMap<>();
        for (int i = 0; i < before.size(); i++) {
            placeBefore.put(before.get(i).endpoint(), i);
            placesBefore.put(before.get(i).endpoint(), before.get(i));
        }
        for (Place place : now) {
            if (place.factor() < 100) {
                slowNanos.put(place.endpoint(), service.nowNanos());
            }
        }
        long score = Long.MIN_VALUE;
        int lastStayed = -1;
        boolean cameSeen = false;
        for (Place place : now) {
            if (place.score() < score) {
                throw broken(service, "not by score: " + now);
            }
            if (place.score() > score) {
                lastStayed = -1;
                cameSeen = false;
                score = place.score();
            }
            if (place.endpoint().equals(concerned)) {
                continue;
            }
            Place earlier = placesBefore.get(place.endpoint());
            if (earlier == null || earlier.score() != place.score()) {
                cameSeen = true;
                continue;
            }
            if (!earlier.equals(place) || isJustAtFullStrength(service, place)) {
                continue;
            }
            int index = placeBefore.getOrDefault(place.endpoint(), -1);
            if (cameSeen || index < lastStayed) {
                throw broken(service, place + " lost its place: before " + before + ", now " + now);
            }
            lastStayed = index;
        }
        Member newcomer = touched;
        if (newcomer != null && !now.isEmpty() && contains(now, newcomer.id())) {
            Place head = now.getFirst();
            if (head.score() == 0 && !head.endpoint().equals(newcomer.id())) {
                throw broken(service, newcomer + " joined behind " + head);
            }
        }
        before = now;
    }

    private boolean isJustAtFullStrength(SimService service, Place place) {
        Long slow = slowNanos.get(place.endpoint());
        return slow != null && service.nowNanos() - slow <= ROUNDING_NANOS;
    }

    private static boolean contains(List<Place> places, String id) {
        return places.stream().anyMatch(p -> p.endpoint().equals(id));
    }

    private static List<Place> places(SimService service) {
        List<Place> places = new ArrayList<>();
        for (QueueSnapshot.Entry entry : service.access().queue().snapshot().entries()) {
            if (entry.standing() == QueueSnapshot.Standing.QUEUED) {
                places.add(
                        new Place(
                                entry.endpoint(),
                                entry.epoch(),
                                entry.score(),
                                entry.weight(),
                                entry.factorPercent()));
            }
        }
        return places;
    }

    private static BrokenPromise broken(SimService service, String seen) {
        return new BrokenPromise("the pick is the head", service.nowNanos(), seen);
    }
}
