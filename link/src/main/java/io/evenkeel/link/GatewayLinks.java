package io.evenkeel.link;

import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.LinkProtocol;
import io.evenkeel.wire.link.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * All connections of one endpoint to one gateway: its link, and the further tunnels that the
 * gateway asked for (docs/link-protocol.md, section 9). As long as one of them stands, the endpoint
 * is registered there. What is said of the endpoint is said on one of them. Lives on the driver's
 * thread.
 */
final class GatewayLinks implements LinkOwner {
    private final LinkDriver driver;
    private final Link owner;
    private final String gateway;
    private final GatewayLink first;
    private final List<GatewayLink> further = new ArrayList<>();

    /** Of the last registration. */
    private long epoch = Registration.FIRST;

    /** The drain that was asked for, null: none. */
    private LinkMessage.@Nullable Drain drain;

    /** Which of them it was said on. */
    private @Nullable GatewayLink drainedBy;

    /** Whether none is dialled any more. */
    private boolean ending;

    private boolean released;

    /** Whether a time to dial is set, or was. */
    private boolean dialled;

    GatewayLinks(LinkDriver driver, Link owner, String gateway) {
        this.driver = driver;
        this.owner = owner;
        this.gateway = gateway;
        first = new GatewayLink(driver, this, gateway, false);
    }

    String gateway() {
        return gateway;
    }

    /** Dials for the first time within this time; one that was to wait for longer does not. */
    void dialWithin(long mostNanos) {
        if (!dialled || (mostNanos <= GatewayChoice.HURRY_NANOS && first.neverDialled())) {
            dialled = true;
            first.dialIn(ThreadLocalRandom.current().nextLong(mostNanos + 1));
        }
    }

    /** Where it stands, for the choice of gateways. */
    GatewayChoice.Standing standing() {
        if (ending) {
            return GatewayChoice.Standing.ENDED;
        } else if (linked()) {
            return GatewayChoice.Standing.LINKED;
        }
        return told() ? GatewayChoice.Standing.DIALLED : GatewayChoice.Standing.WAITING;
    }

    /** Whether the last connection was admitted. */
    boolean stood() {
        return first.stood();
    }

    private List<GatewayLink> all() {
        List<GatewayLink> all = new ArrayList<>(further);
        all.add(0, first);
        return all;
    }

    /** Whether the endpoint is registered there. */
    boolean linked() {
        return !released && all().stream().anyMatch(GatewayLink::linked);
    }

    /** Whether the gateway has been told of the endpoint: it may send requests, or is about to. */
    boolean told() {
        return all().stream().anyMatch(GatewayLink::told);
    }

    /** Whether nothing more will come of it. */
    boolean over() {
        return all().stream().allMatch(GatewayLink::over);
    }

    /** The one that speaks for all; null if none can. */
    private @Nullable GatewayLink speaker() {
        for (GatewayLink link : all()) {
            if (link.linked()) {
                return link;
            }
        }
        return first.told() ? first : null;
    }

    /** Ends all; says goodbye if one stands. */
    void leave(String reason) {
        ending = true;
        GatewayLink speaker = speaker();
        for (GatewayLink link : all()) {
            if (link == speaker || (speaker == null && link == first)) {
                link.leave(reason);
            } else {
                link.quit();
            }
        }
    }

    /**
     * Ends all, while the endpoint stays registered with other gateways: that this one is not to
     * take it for failed, nor to forget it.
     */
    void release() {
        ending = true;
        all().forEach(GatewayLink::release);
        released = true;
        owner.lost(this, "given up for others: as many gateways as wanted are linked");
    }

    /** Whether it was {@linkplain #release released}. */
    boolean givenUp() {
        return released;
    }

    /** Whether nothing is left of what was {@linkplain #release released}. */
    boolean released() {
        return released && over();
    }

    /** Ends what no gateway was told of. */
    void quit() {
        ending = true;
        all().forEach(GatewayLink::quit);
    }

    void drain(long deadlineMillis, String reason) {
        ending = true;
        drain = new LinkMessage.Drain(deadlineMillis, reason, false);
        // To stand now would invite the requests that the drain is to end.
        all().stream().filter(link -> !link.told()).forEach(GatewayLink::quit);
        sayDrain();
    }

    private void sayDrain() {
        GatewayLink speaker = speaker();
        LinkMessage.Drain asked = drain;
        drainedBy = speaker;
        if (speaker != null && asked != null) {
            speaker.drain(asked.deadlineMillis(), asked.reason());
        }
    }

    void renew(Registration registration) {
        GatewayLink speaker = speaker();
        if (speaker != null) {
            speaker.renew(registration);
        }
    }

    @Override
    public Registration registration(GatewayLink link) {
        Registration registration = owner.registration();
        return link == first ? registration : registration.further(epoch);
    }

    @Override
    public @Nullable ForwardPool forwards() {
        return owner.forwards();
    }

    /** A further tunnel belongs to a registration that stands. */
    @Override
    public boolean mayDial(GatewayLink link) {
        return !ending && (link == first || (epoch != Registration.FIRST && linked()));
    }

    @Override
    public void registered(GatewayLink link, LinkMessage.Registered registered) {
        if (link != first) {
            return;
        }
        epoch = registered.epoch();
        owner.registered(this, registered);
        int wanted = forwards() == null ? 1 : registered.tunnels();
        grow(Math.min(wanted, LinkProtocol.MOST_TUNNELS) - 1);
    }

    private void grow(int count) {
        while (further.size() > count) {
            further.remove(further.size() - 1).quit();
        }
        while (!ending && further.size() < count) {
            further.add(new GatewayLink(driver, this, gateway, true));
        }
        further.forEach(GatewayLink::dialIfParked);
    }

    @Override
    public void peersTold(GatewayLink link, List<String> peers) {
        if (link == first) {
            owner.peersTold(this, peers);
        }
    }

    @Override
    public void refused(GatewayLink link, Refusal refusal) {
        if (link != first) {
            return;
        }
        owner.refused(this, refusal);
        if (refusal.permanent()) {
            ending = true;
            // One that is cut has its tunnels cut by the gateway, each when its requests are done.
            further.stream()
                    .filter(other -> !other.told() || !first.stood())
                    .forEach(GatewayLink::quit);
        }
    }

    @Override
    public void inDoubt(GatewayLink link) {
        if (link == first) {
            owner.inDoubt(this);
        }
    }

    @Override
    public void lost(GatewayLink link, String why) {
        if (!linked() && !released) {
            owner.lost(this, why);
        }
    }

    @Override
    public void drain(GatewayLink link, LinkMessage.Drain told) {
        owner.drain(this, told);
    }

    @Override
    public void drained(GatewayLink link, long outstanding) {
        owner.drained(this, outstanding);
    }

    @Override
    public void operatorDrained(GatewayLink link, long outstanding) {
        owner.operatorDrained(this, outstanding);
    }

    @Override
    public LinkMessage.@Nullable Report load(GatewayLink link) {
        return link == speaker() ? owner.load() : null;
    }

    @Override
    public void changed(GatewayLink link) {
        if (ending) {
            link.endHere();
        }
        if (drain != null && link == drainedBy) {
            sayDrain();
        }
        owner.changed(this);
    }
}
