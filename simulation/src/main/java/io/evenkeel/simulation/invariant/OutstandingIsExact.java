package io.evenkeel.simulation.invariant;

import io.evenkeel.kernel.balancing.QueueSnapshot;
import io.evenkeel.simulation.stage.Member;
import io.evenkeel.simulation.stage.SimService;
import io.evenkeel.simulation.stage.Watcher;
import java.util.function.IntSupplier;

/**
 * The queue's outstanding counts are never negative and equal the requests in flight, one endpoint
 * at a time; in sum they never exceed the requests that the gateway has of its clients; and at the
 * end nothing is held.
 */
public final class OutstandingIsExact implements Watcher {
    private static final String PROMISE = "outstanding counts equal the requests in flight";
    private final IntSupplier requestsAtGateway;

    /**
     * @param requestsAtGateway requests of clients under way at the gateway
     */
    public OutstandingIsExact(IntSupplier requestsAtGateway) {
        this.requestsAtGateway = requestsAtGateway;
    }

    @Override
    public void afterEvent(SimService service) {
        for (Member member : service.members()) {
            if (member.outstanding() < 0) {
                throw new BrokenPromise(
                        "outstanding counts are never negative",
                        service.nowNanos(),
                        member.toString());
            }
        }
        for (QueueSnapshot.Entry entry : service.access().queue().snapshot().entries()) {
            Member member = service.member(entry.endpoint());
            if (member == null || member.outstanding() != entry.outstanding()) {
                throw new BrokenPromise(
                        PROMISE,
                        service.nowNanos(),
                        "the queue counts " + entry.outstanding() + " at " + member);
            }
        }
        if (service.outstanding() > requestsAtGateway.getAsInt()) {
            throw new BrokenPromise(
                    PROMISE,
                    service.nowNanos(),
                    service.outstanding()
                            + " outstanding for "
                            + requestsAtGateway.getAsInt()
                            + " requests at the gateway");
        }
    }

    @Override
    public void atEnd(SimService service) {
        if (service.outstanding() != 0) {
            throw new BrokenPromise(
                    "what was acquired is released",
                    service.nowNanos(),
                    service.outstanding() + " still outstanding");
        }
    }
}
