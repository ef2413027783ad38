package io.evenkeel.simulation.cluster;

import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.gateway.link.LinkObserver;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkMessage;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the links of one gateway said, noted on its way to the services. */
final class LinkFacts implements LinkObserver {
    private final LinkObserver services;
    private final Map<String, Long> present = new TreeMap<>();
    private final Set<String> everPresent = new TreeSet<>();
    private final Set<String> draining = new TreeSet<>();

    LinkFacts(LinkObserver services) {
        this.services = services;
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

    /** Whether this incarnation has said that it is leaving. */
    boolean isDraining(String endpoint, long epoch) {
        return draining.contains(endpoint + "@" + epoch);
    }

    /** Endpoints that hold a link. */
    Map<String, Long> present() {
        return present;
    }

    @Override
    public void present(EndpointKey endpoint, long epoch) {
        present.put(endpoint.name(), epoch);
        everPresent.add(endpoint.name() + "@" + epoch);
        services.present(endpoint, epoch);
    }

    @Override
    public void absent(EndpointKey endpoint, long epoch, LinkLoss loss) {
        present.remove(endpoint.name(), epoch);
        services.absent(endpoint, epoch, loss);
    }

    @Override
    public void draining(EndpointKey endpoint, long epoch, boolean value) {
        if (value) {
            draining.add(endpoint.name() + "@" + epoch);
        } else {
            draining.remove(endpoint.name() + "@" + epoch);
        }
        services.draining(endpoint, epoch, value);
    }

    @Override
    public void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {
        services.reported(endpoint, epoch, report);
    }

    @Override
    public int outstanding(EndpointKey endpoint, long epoch) {
        return services.outstanding(endpoint, epoch);
    }
}
