package io.evenkeel.simulation.invariant;

import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.simulation.stage.Member;
import io.evenkeel.simulation.stage.SimService;
import io.evenkeel.simulation.stage.Watcher;
import java.util.ArrayList;
import java.util.List;

/**
 * A newcomer gets the very next request once it may be picked for the first time; of several, each
 * one of the next. One that is taken out again before that, or was in the queue in panic, has had
 * its turn. Holds for the least loaded queue.
 */
public final class NewcomerIsNext implements Watcher {
    /** Joined and not yet pickable. */
    private final List<Member> coming = new ArrayList<>();

    /** Pickable and not yet picked. */
    private final List<Member> waiting = new ArrayList<>();

    @Override
    public void joined(SimService service, Member member) {
        coming.add(member);
        changed(service, member);
    }

    @Override
    public void changed(SimService service, Member member) {
        boolean eligible = !member.hasLeft() && Eligibility.of(member.inputs()).isEligible();
        if (member.hasLeft() || service.access().queue().snapshot().panic()) {
            coming.remove(member);
            waiting.remove(member);
        } else if (eligible && coming.remove(member)) {
            waiting.add(member);
        } else if (!eligible) {
            waiting.remove(member);
        }
    }

    @Override
    public void acquired(SimService service, PickContext context, Pick pick) {
        if (!(pick instanceof Node) || context.panic()) {
            return;
        }
        Member passed = null;
        Member picked = null;
        for (Member member : waiting) {
            if (member.node() == pick) {
                picked = member;
            } else if (!context.avoids(member.node())) {
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
