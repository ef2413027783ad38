package io.evenkeel.gateway.link;

import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.util.ArrayList;
import java.util.List;

/** What a session under test made happen, in order. */
final class RecordedActions implements LinkActions {
    final List<String> log = new ArrayList<>();
    final List<Registration> registrations = new ArrayList<>();
    final List<LinkError> refused = new ArrayList<>();
    final List<LinkMessage.Report> reports = new ArrayList<>();
    int outstanding;
    boolean newest = true;
    int tunnels = 1;
    boolean carrying;

    @Override
    public void admit(Registration registration) {
        registrations.add(registration);
        log.add("admit " + registration.endpointId());
    }

    @Override
    public boolean linked(EndpointKey endpoint, long epoch, Registration registration) {
        log.add("linked " + endpoint.name() + " " + epoch);
        return newest;
    }

    @Override
    public void renewed(EndpointKey endpoint, long epoch, Registration registration) {
        log.add("renewed " + endpoint.name() + " " + epoch);
    }

    @Override
    public int tunnels() {
        return tunnels;
    }

    @Override
    public void refused(LinkError error) {
        refused.add(error);
    }

    @Override
    public void unlinked(EndpointKey endpoint, long epoch, LinkLoss loss, String reason) {
        log.add("unlinked " + endpoint.name() + " " + epoch + " " + loss);
    }

    @Override
    public void draining(EndpointKey endpoint, long epoch, boolean draining) {
        log.add(draining ? "drains" : "drains no more");
    }

    @Override
    public void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {
        reports.add(report);
    }

    @Override
    public int outstanding(EndpointKey endpoint, long epoch) {
        return outstanding;
    }

    @Override
    public boolean carrying() {
        return carrying;
    }

    @Override
    public List<String> peers() {
        return List.of("127.0.0.1:7081");
    }
}
