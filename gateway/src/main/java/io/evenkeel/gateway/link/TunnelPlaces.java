package io.evenkeel.gateway.link;

import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkProtocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which loops the tunnels of each endpoint are on, or on their way to: so that each loop comes to
 * have one of its own. Whoever takes a place gives it back once. Thread-safe.
 */
final class TunnelPlaces {
    /**
     * Tunnels of one incarnation at most. More than a gateway asks for, as one may be dialled again
     * before the loss of the one before it was noticed.
     */
    static final int MOST = 2 * LinkProtocol.MOST_TUNNELS;

    private record Incarnation(EndpointKey endpoint, long epoch) {}

    /** A place on a loop. */
    record Place(EndpointKey endpoint, long epoch, LinkLoop loop) {}

    private final List<LinkLoop> loops = new ArrayList<>();
    private final Map<Incarnation, List<LinkLoop>> taken = new HashMap<>();

    /** Another loop carries links. */
    synchronized void add(LinkLoop loop) {
        loops.add(loop);
    }

    /** How many tunnels of one registration are of use. */
    synchronized int wanted() {
        return Math.min(LinkProtocol.MOST_TUNNELS, loops.size());
    }

    /**
     * Takes the place of one tunnel more.
     *
     * @param here the loop that it has come to; it stays there unless that one has a tunnel already
     *     and another one lacks one
     * @param most tunnels that there may be with it
     * @return null if there are as many
     */
    synchronized @Nullable Place take(EndpointKey endpoint, long epoch, LinkLoop here, int most) {
        List<LinkLoop> used =
                taken.computeIfAbsent(new Incarnation(endpoint, epoch), any -> new ArrayList<>(1));
        if (used.size() >= most) {
            return null;
        }
        LinkLoop chosen = here;
        if (used.contains(here)) {
            for (LinkLoop loop : loops) {
                if (!used.contains(loop)) {
                    chosen = loop;
                    break;
                }
            }
        }
        used.add(chosen);
        chosen.tunnels++;
        return new Place(endpoint, epoch, chosen);
    }

    /** The loop of a place would not have it: it is on this one. */
    synchronized Place instead(Place place, LinkLoop here) {
        List<LinkLoop> used = taken.get(new Incarnation(place.endpoint, place.epoch));
        if (used != null && used.remove(place.loop)) {
            used.add(here);
            place.loop.tunnels--;
            here.tunnels++;
        }
        return new Place(place.endpoint, place.epoch, here);
    }

    /** There is no tunnel there any more. */
    synchronized void give(Place place) {
        Incarnation of = new Incarnation(place.endpoint, place.epoch);
        List<LinkLoop> used = taken.get(of);
        if (used != null && used.remove(place.loop)) {
            place.loop.tunnels--;
            if (used.isEmpty()) {
                taken.remove(of);
            }
        }
    }

    /** How many tunnels each loop has. */
    synchronized MetricFamily metrics() {
        List<MetricFamily.Sample> samples = new ArrayList<>();
        for (LinkLoop loop : loops) {
            String index = Integer.toString(samples.size());
            samples.add(
                    new MetricFamily.Value(
                            List.of(new MetricFamily.Label("loop", index)), loop.tunnels));
        }
        return new MetricFamily(
                "evenkeel_tunnels",
                MetricFamily.Type.GAUGE,
                "Tunnels of endpoints on each event loop.",
                "",
                samples);
    }
}
