package io.evenkeel.gateway.link;

import io.evenkeel.gateway.net.Connection;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.Registration;
import org.jspecify.annotations.Nullable;

/**
 * What happens between a registration that was read and a link that stands: whether it may, and on
 * which loop. A tunnel goes to a loop that lacks one of its endpoint. On the loop's thread.
 */
final class LinkAdmission {
    /** The connection that it is about. */
    interface Owner {
        /** The session has been told, if it goes on here. */
        void decided();

        /** The connection is another loop's. */
        void gone();
    }

    private final LinkLoop home;
    private final Connection connection;
    private final LinkContext context;
    private final LinkServerSession session;
    private final Owner owner;

    /** Where its tunnel is among those of its endpoint; null while it has none. */
    private TunnelPlaces.@Nullable Place place;

    LinkAdmission(
            LinkLoop home,
            Connection connection,
            LinkContext context,
            LinkServerSession session,
            Owner owner) {
        this.home = home;
        this.connection = connection;
        this.context = context;
        this.session = session;
        this.owner = owner;
    }

    /** A registration was read, the first of this link or a renewed one. */
    void asked(Registration registration) {
        if (registration.isFurther() && session.state() == LinkState.ADMITTING) {
            further(registration);
            return;
        }
        // A reply that the flooded loop does not take is covered by the handshake's deadline.
        context.ports()
                .admission()
                .admit(
                        AdmissionForm.of(registration, connection.remote()),
                        reply -> {
                            boolean ignored = home.net.execute(() -> replied(registration, reply));
                        });
    }

    private void replied(Registration registration, AdmissionReply reply) {
        boolean placed =
                session.state() != LinkState.ADMITTING
                        || !session.carriesRequests()
                        || !(reply instanceof AdmissionReply.Admitted admitted)
                        || placed(registration, admitted, TunnelPlaces.MOST);
        if (placed) {
            session.admitted(home.net.attendedNanos(), reply);
        }
        owner.decided();
    }

    /** What its first link was admitted for is not asked for again. */
    private void further(Registration registration) {
        EndpointKey endpoint = new EndpointKey(registration.tenant(), registration.endpointId());
        long epoch = registration.furtherOf();
        AdmissionReply.Admitted known = new AdmissionReply.Admitted(endpoint, epoch);
        if (!context.table().stands(endpoint, registration)) {
            surplus(
                    "furtherOf: %d (expected: the epoch of a link of endpoint %s that stands here)"
                            .formatted(epoch, endpoint.name()));
        } else if (placed(registration, known, context.places().wanted())) {
            session.admitted(home.net.attendedNanos(), known);
        }
    }

    private void surplus(String detail) {
        // By then one that was lost unnoticed is found to be silent.
        session.fail(
                home.net.attendedNanos(),
                LinkError.SURPLUS,
                detail,
                context.settings().missedMillis());
    }

    /**
     * Finds the loop for its tunnel.
     *
     * @return whether it goes on here; else it is refused, or another loop's
     */
    private boolean placed(Registration registration, AdmissionReply.Admitted admitted, int most) {
        EndpointKey endpoint = admitted.endpoint();
        TunnelPlaces.Place found = context.places().take(endpoint, admitted.epoch(), home, most);
        if (found == null) {
            surplus(
                    "tunnels of endpoint %s: one more than %d (expected: at most those asked for)"
                            .formatted(endpoint.name(), most));
            return false;
        }
        if (found.loop() == home) {
            place = found;
            return true;
        }
        if (handedTo(found, registration, admitted)) {
            owner.gone();
            return false;
        }
        place = context.places().instead(found, home);
        return true;
    }

    /** Nothing may have come behind the registration, and nothing is said of it yet. */
    private boolean handedTo(
            TunnelPlaces.Place found, Registration registration, AdmissionReply.Admitted admitted) {
        LinkLoop other = found.loop();
        return session.output().isEmpty()
                && home.net.move(
                        connection,
                        other.net,
                        moved -> {
                            LinkConnection there =
                                    new LinkConnection(other, moved, context, registration);
                            there.arrived(found, admitted);
                            return there;
                        });
    }

    /** It has come from another loop to this place. */
    void at(TunnelPlaces.Place found) {
        place = found;
    }

    /** The link is over. */
    void leave() {
        TunnelPlaces.Place held = place;
        place = null;
        if (held != null) {
            context.places().give(held);
        }
    }
}
