package io.evenkeel.gateway;

import io.evenkeel.gateway.tunnel.Tunnels;
import io.evenkeel.kernel.eligibility.OthersWord;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.eligibility.PresenceInputs;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.PresenceMark;
import java.util.ArrayList;
import java.util.List;

/**
 * How one incarnation of an endpoint is reached from a gateway, as the gateway's links and the
 * marks of others say. Guarded by the {@link ServiceTable}.
 */
final class Reach {
    private final String self;
    private boolean lostHere;
    private boolean grace;
    private long graceEndNanos;

    /** One of which nothing is known yet, at the gateway of this id. */
    Reach(String self) {
        this.self = self;
    }

    /** It has time to dial until then. */
    void graceUntil(long nanos) {
        grace = true;
        graceEndNanos = nanos;
    }

    /** When its time to dial ends, if it has any. */
    long graceEndNanos() {
        return graceEndNanos;
    }

    /** Ends its time to dial if that is up. */
    void endGrace(long now) {
        grace &= now < graceEndNanos;
    }

    /** A link here has come to stand. */
    void linked() {
        lostHere = false;
        grace = false;
    }

    /** The last link here failed. */
    void lost() {
        lostHere = true;
        grace = false;
    }

    /**
     * Takes in what a change says of its marks.
     *
     * @param before the endpoint before the change, of this epoch
     * @param until when the time to dial ends that may begin now
     */
    void marks(EndpointImage before, EndpointImage after, ClusterImage image, long until) {
        OthersWord word =
                OthersWord.of(
                        others(before), others(after), id -> image.gateways().containsKey(id));
        boolean had = grace;
        grace = inputs(after, false).graceAfter(word);
        if (grace && (!had || word == OthersWord.ORPHANED)) {
            graceEndNanos = until;
        }
    }

    /** Whether it is reached, and how. */
    Presence presence(EndpointImage endpoint, boolean linkedHere) {
        return inputs(endpoint, linkedHere).presence();
    }

    private PresenceInputs inputs(EndpointImage endpoint, boolean linkedHere) {
        return new PresenceInputs(
                endpoint.declared(),
                Tunnels.names(endpoint.spec().address().host()),
                linkedHere,
                lostHere,
                !others(endpoint).isEmpty(),
                grace);
    }

    private List<String> others(EndpointImage endpoint) {
        List<String> gateways = new ArrayList<>();
        for (PresenceMark mark : endpoint.marks()) {
            if (mark.epoch() == endpoint.epoch() && !mark.gateway().equals(self)) {
                gateways.add(mark.gateway());
            }
        }
        return gateways;
    }
}
