package io.evenkeel.link;

import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.Registration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom one connection serves; told, on the driver's thread, of what becomes of it. */
interface LinkOwner {
    /** What to register, now. */
    Registration registration(GatewayLink link);

    /** Where requests of tunnels go; null: the endpoint is addressed. */
    @Nullable ForwardPool forwards();

    /** Whether it is of use now; if not, {@link GatewayLink#dialIfParked} follows one day. */
    boolean mayDial(GatewayLink link);

    void registered(GatewayLink link, LinkMessage.Registered registered);

    void peersTold(GatewayLink link, List<String> peers);

    void refused(GatewayLink link, Refusal refusal);

    /**
     * A connection is over, and {@linkplain LinkSession#isInDoubt} what the gateway makes of it.
     */
    void inDoubt(GatewayLink link);

    void lost(GatewayLink link, String why);

    void drain(GatewayLink link, LinkMessage.Drain drain);

    void drained(GatewayLink link, long outstanding);

    void operatorDrained(GatewayLink link, long outstanding);

    LinkMessage.@Nullable Report load(GatewayLink link);

    /** The connection is gone. */
    void changed(GatewayLink link);
}
