package io.evenkeel.simulation.invariant;

import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.eligibility.Eligibility;
import io.evenkeel.simulation.stage.Member;
import io.evenkeel.simulation.stage.SimService;
import io.evenkeel.simulation.stage.Watcher;

/**
 * An ineligible endpoint is never picked; in panic one against which only opinions speak may be.
 * And nobody is refused while somebody could be picked.
 */
public final class OnlyEligibleArePicked implements Watcher {
    private final int panicThresholdPercent;

    /** With the service's panic threshold. */
    public OnlyEligibleArePicked(int panicThresholdPercent) {
        this.panicThresholdPercent = panicThresholdPercent;
    }

    @Override
    public void acquired(SimService service, PickContext context, Pick pick) {
        boolean panic = inPanic(service);
        switch (pick) {
            case Node node -> {
                for (Member member : service.members()) {
                    if (member.node() == node && !mayBePicked(member, panic)) {
                        throw new BrokenPromise(
                                "an ineligible endpoint is never picked",
                                service.nowNanos(),
                                member + (panic ? " was picked in panic" : " was picked"));
                    }
                }
            }
            case Pick.NoEndpoints _ -> {
                for (Member member : service.members()) {
                    if (!member.hasLeft()) {
                        throw refused(service, member, pick);
                    }
                }
            }
            case Pick.NoneEligible _, Pick.OverLimit _ -> {
                for (Member member : service.members()) {
                    if (mayBePicked(member, panic) && member.outstanding() < member.cap()) {
                        throw refused(service, member, pick);
                    }
                }
            }
        }
    }

    private static BrokenPromise refused(SimService service, Member member, Pick pick) {
        return new BrokenPromise(
                "a request is refused only when nobody can take it",
                service.nowNanos(),
                pick + " although " + member);
    }

    private static boolean mayBePicked(Member member, boolean panic) {
        Eligibility eligibility = Eligibility.of(member.inputs());
        return !member.hasLeft()
                && (eligibility.isEligible() || (panic && eligibility.isUsableInPanic()));
    }

    private boolean inPanic(SimService service) {
        int eligible = 0;
        int usable = 0;
        for (Member member : service.members()) {
            if (!member.hasLeft()) {
                Eligibility eligibility = Eligibility.of(member.inputs());
                eligible += eligibility.isEligible() ? 1 : 0;
                usable += eligibility.isUsableInPanic() ? 1 : 0;
            }
        }
        return usable > 0 && eligible * 100 < panicThresholdPercent * usable;
    }
}
