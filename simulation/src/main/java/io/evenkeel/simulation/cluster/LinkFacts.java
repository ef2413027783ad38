package io.evenkeel.simulation.cluster;

import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.gateway.link.LinkObserver;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkMessage;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** What the links of one gateway said, noted on its way to the services. */
final class LinkFacts implements LinkObserver {
    private final LinkObserver services;
    private final Map<String, Long> present = new TreeMap<>();
    private final Set<String> everPresent = new TreeSet<>();
    private final Set<String> draining = new TreeSet<>();

    /** Held a link here that failed, and none since. */
    private final Set<String> failed = new TreeSet<>();

    /** When it gave its link here up for others, by this gateway's attention. */
    private final Map<String, Long> released = new TreeMap<>();

    /**
     * When the registry last answered each incarnation, by this gateway's attention over all runs.
     */
    private final Map<String, Long> answered = new TreeMap<>();

    private final LongSupplier attended;
    private long moves;

    LinkFacts(LinkObserver services, LongSupplier attended) {
        this.services = services;
        this.attended = attended;
    }

    /** Whether it gave its link here up for others no longer ago than this. */
    boolean wasReleased(String endpoint, long epoch, long withinNanos) {
        Long at = released.get(endpoint + "@" + epoch);
        return at != null && attended.getAsLong() - at <= withinNanos;
    }

    /**
     * The registry, with its answers noted: who falls silent while it waits for one has its whole
     * patience from the answer on, for a link is watched from then.
     *
     * @param overAllRuns the gateway's attention over all runs of it
     */
    Admission noted(Admission registry, LongSupplier overAllRuns) {
        return new Admission() {
            @Override
            public void admit(Registration registration, Consumer<AdmissionReply> reply) {
                registry.admit(
                        registration,
                        answer -> {
                            answered.put(registration.incarnation(), overAllRuns.getAsLong());
                            reply.accept(answer);
                        });
            }

            @Override
            public void leave(EndpointKey endpoint, long epoch, String reason) {
                registry.leave(endpoint, epoch, reason);
            }
        };
    }

    /** When the registry last answered this incarnation; far back if never. */
    long answeredAt(String incarnation) {
        return answered.getOrDefault(incarnation, -Instance.LONG_AGO);
    }

    /** Whether this incarnation holds a link. */
    boolean isPresent(String endpoint, long epoch) {
        Long known = present.get(endpoint);
        return known != null && known == epoch;
    }

    /** Whether this incarnation ever held a link at this gateway. */
    boolean wasPresent(String endpoint, long epoch) {
        return everPresent.contains(endpoint + "@" + epoch);
    }

    /** Whether the last link of this incarnation here failed. */
    boolean hasFailed(String endpoint, long epoch) {
        return failed.contains(endpoint + "@" + epoch);
    }

    /** Whether this incarnation has said that it is leaving. */
    boolean isDraining(String endpoint, long epoch) {
        return draining.contains(endpoint + "@" + epoch);
    }

    /** Grows with whatever links say of who is there. */
    long moves() {
        return moves;
    }

    @Override
    public void present(EndpointKey endpoint, long epoch) {
        moves++;
        present.put(endpoint.name(), epoch);
        everPresent.add(endpoint.name() + "@" + epoch);
        failed.remove(endpoint.name() + "@" + epoch);
        services.present(endpoint, epoch);
    }

    @Override
    public void absent(EndpointKey endpoint, long epoch, LinkLoss loss) {
        moves++;
        present.remove(endpoint.name(), epoch);
        String name = endpoint.name() + "@" + epoch;
        if (loss == LinkLoss.RELEASED) {
            released.put(name, attended.getAsLong());
        } else {
            failed.add(name);
        }
        services.absent(endpoint, epoch, loss);
    }

    @Override
    public void draining(EndpointKey endpoint, long epoch, boolean value) {
        moves++;
        if (value) {
            draining.add(endpoint.name() + "@" + epoch);
        } else {
            draining.remove(endpoint.name() + "@" + epoch);
        }
        services.draining(endpoint, epoch, value);
    }

    @Override
    public void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {
        moves++;
        services.reported(endpoint, epoch, report);
    }

    @Override
    public int outstanding(EndpointKey endpoint, long epoch) {
        return services.outstanding(endpoint, epoch);
    }
}
