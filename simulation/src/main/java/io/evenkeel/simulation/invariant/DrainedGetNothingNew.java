package io.evenkeel.simulation.invariant;

import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.model.AdminState;
import io.evenkeel.simulation.stage.Member;
import io.evenkeel.simulation.stage.SimService;
import io.evenkeel.simulation.stage.Watcher;
import java.util.HashMap;
import java.util.Map;

/** An endpoint that drains, by the operator's word or its own, gets no new request. */
public final class DrainedGetNothingNew implements Watcher {
    /** Picks at the moment the drain began, by node; looked up only. */
    private final Map<Node, Long> picksThen = new HashMap<>();

    @Override
    public void changed(SimService service, Member member) {
        boolean drains = member.inputs().draining() || member.inputs().admin() != AdminState.READY;
        if (drains || member.hasLeft()) {
            picksThen.putIfAbsent(member.node(), member.picks());
        } else {
            picksThen.remove(member.node());
        }
    }

    @Override
    public void acquired(SimService service, PickContext context, Pick pick) {
        if (pick instanceof Node node && picksThen.containsKey(node)) {
            throw new BrokenPromise(
                    "a drained endpoint gets no new request",
                    service.nowNanos(),
                    node + " was picked after " + picksThen.get(node) + " picks before its drain");
        }
    }
}
