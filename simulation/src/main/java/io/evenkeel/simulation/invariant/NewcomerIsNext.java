package io.evenkeel.simulation.invariant;

import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.simulation.stage.Member;
import io.evenkeel.simulation.stage.SimService;
import io.evenkeel.simulation.stage.Watcher;
import java.util.ArrayList;
import java.util.List;

/**
 * A newcomer that may be picked gets the very next request; of several, each one of the next. Holds
 * for the least loaded queue.
 */
public final class NewcomerIsNext implements Watcher {
    private final List<Member> waiting = new ArrayList<>();

    @Override
    public void joined(SimService service, Member member) {
        waiting.add(member);
    }

    @Override
    public void changed(SimService service, Member member) {
        if (member.hasLeft()) {
            waiting.remove(member);
        }
    }

    @Override
    public void acquired(SimService service, PickContext context, Pick pick) {
        Member passed = null;
        Member picked = null;
        for (Member member : waiting) {
            if (member.node() == pick) {
                picked = member;
            } else if (Eligibility.of(member.inputs()).isEligible()
                    && !context.avoids(member.node())) {
                passed = member;
            }
        }
        if (picked != null) {
            waiting.remove(picked);
        } else if (passed != null) {
            throw new BrokenPromise(
                    "a newcomer gets the very next request",
                    service.nowNanos(),
                    pick + " was picked instead of the newcomer " + passed);
        }
    }
}
