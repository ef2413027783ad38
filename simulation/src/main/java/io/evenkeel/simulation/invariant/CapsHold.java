package io.evenkeel.simulation.invariant;

import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.simulation.stage.Member;
import io.evenkeel.simulation.stage.SimService;
import io.evenkeel.simulation.stage.Watcher;

/** No endpoint has more requests outstanding than its cap allows. */
public final class CapsHold implements Watcher {
    @Override
    public void acquired(SimService service, PickContext context, Pick pick) {
        for (Member member : service.members()) {
            if (member.outstanding() > member.cap()) {
                throw new BrokenPromise(
                        "caps hold", service.nowNanos(), member + " has a cap of " + member.cap());
            }
        }
    }
}
