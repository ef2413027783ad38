package io.evenkeel.simulation.stage;

import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.observe.ServiceMeter;
import io.evenkeel.gateway.pool.ConnectionCount;
import io.evenkeel.gateway.pool.Dialer;
import io.evenkeel.gateway.proxy.RetryBudget;
import io.evenkeel.gateway.proxy.ServicePolicy;
import io.evenkeel.gateway.proxy.UpstreamService;
import io.evenkeel.kernel.balancing.EndpointSettings;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.balancing.QueueEvent;
import io.evenkeel.kernel.eligibility.EligibilityInputs;
import io.evenkeel.kernel.eligibility.HealthState;
import io.evenkeel.kernel.eligibility.Presence;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.model.AdminState;
import io.evenkeel.simulation.cast.SimBackend;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A service on the stage: the kernel's queue, reached through {@link QueueAccess}, the stage's own
 * ledger of it, and those who watch.
 */
public final class SimService implements UpstreamService {
    private final QueueAccess access;
    private final ServicePolicy policy;
    private final int defaultCap;
    private final RetryBudget budget;
    private final LongSupplier clock;
    private final ServiceMeter meter;
    private final List<Member> members = new ArrayList<>();
    private final List<Member> everyone = new ArrayList<>();

    /** By node; looked up only. */
    private final Map<Node, Member> byNode = new HashMap<>();

    private final List<Watcher> watchers = new ArrayList<>();

    /**
     * A service without members.
     *
     * @param defaultCap cap of members that name none
     * @param clock the time now, in nanoseconds
     * @param meter what the gateway counts of it
     */
    public SimService(
            QueueAccess access,
            ServicePolicy policy,
            int defaultCap,
            RetryBudget budget,
            LongSupplier clock,
            ServiceMeter meter) {
        this.clock = clock;
        this.meter = meter;
        this.access = access;
        this.policy = policy;
        this.defaultCap = defaultCap;
        this.budget = budget;
    }

    /** Watches from now on. */
    public void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    /** Those who watch. */
    public List<Watcher> watchers() {
        return List.copyOf(watchers);
    }

    /** The queue. */
    public QueueAccess access() {
        return access;
    }

    /** Members in the order in which they joined; those that left and hold requests included. */
    public List<Member> members() {
        return members;
    }

    /** Everyone who ever was a member, in the order in which they joined. */
    public List<Member> everyone() {
        return everyone;
    }

    /** The present member of that id, or null. */
    public @Nullable Member member(String id) {
        for (int i = members.size() - 1; i >= 0; i--) {
            Member member = members.get(i);
            if (!member.hasLeft() && member.id().equals(id)) {
                return member;
            }
        }
        return null;
    }

    /** Requests acquired and not released, over all members. */
    public int outstanding() {
        int sum = 0;
        for (Member member : members) {
            sum += member.outstanding;
        }
        return sum;
    }

    // Membership, as the registry tells it.

    /** A backend joins; an older incarnation of it leaves. */
    public Member join(SimBackend backend, EndpointSettings settings, EligibilityInputs inputs) {
        long now = nowNanos();
        Member older = member(settings.id());
        Node node = access.put(settings, inputs, now);
        if (older != null && older.node() != node) {
            older.leftNanos = now;
            tellChanged(older);
            forgetIfDone(older);
        }
        int cap = settings.cap() > 0 ? settings.cap() : defaultCap;
        Member member = new Member(backend, node, cap, inputs, now);
        members.add(member);
        everyone.add(member);
        byNode.put(node, member);
        takeEvents();
        for (Watcher watcher : watchers) {
            watcher.joined(this, member);
        }
        return member;
    }

    /** A member leaves for good. */
    public void leave(Member member) {
        access.leave(member.node());
        member.leftNanos = nowNanos();
        tellChanged(member);
        forgetIfDone(member);
    }

    /** The operator sets a member's admin state. */
    public void admin(Member member, AdminState state) {
        change(member, i -> i.withAdmin(state), () -> access.admin(member.node(), state));
    }

    /** The active check speaks. */
    public void health(Member member, HealthState state) {
        change(member, i -> i.withHealth(state), () -> access.health(member.node(), state));
    }

    /** Its link comes or goes. */
    public void presence(Member member, Presence state) {
        change(member, i -> i.withPresence(state), () -> access.presence(member.node(), state));
    }

    /** It says that it is leaving. */
    public void draining(Member member, boolean value) {
        change(member, i -> i.withDraining(value), () -> access.draining(member.node(), value));
    }

    private void change(Member member, UnaryOperator<EligibilityInputs> fact, Runnable tell) {
        if (!member.hasLeft()) {
            member.inputs = fact.apply(member.inputs);
            tell.run();
            tellChanged(member);
        }
    }

    private void tellChanged(Member member) {
        takeEvents();
        for (Watcher watcher : watchers) {
            watcher.changed(this, member);
        }
    }

    /** Lets time pass for the queue. */
    public void tick(long now) {
        access.tick(now);
        takeEvents();
        for (Watcher watcher : watchers) {
            watcher.ticked(this);
        }
    }

    /** The time now. */
    public long nowNanos() {
        return clock.getAsLong();
    }

    // What the proxy's core asks for.

    @Override
    public ServicePolicy policy() {
        return policy;
    }

    @Override
    public Pick acquire(PickContext context) {
        for (Watcher watcher : watchers) {
            watcher.acquiring(this, context);
        }
        Pick pick = access.acquire(context);
        if (pick instanceof Node node) {
            Member member = memberOf(node);
            member.outstanding++;
            member.picks++;
        }
        takeEvents();
        for (Watcher watcher : watchers) {
            watcher.acquired(this, context, pick);
        }
        return pick;
    }

    @Override
    public void release(Node node, int index, Outcome outcome, long latencyNanos) {
        Member member = memberOf(node);
        member.outstanding--;
        access.release(node, index, outcome, latencyNanos);
        takeEvents();
        for (Watcher watcher : watchers) {
            watcher.released(this, member, outcome);
        }
        forgetIfDone(member);
    }

    private void forgetIfDone(Member member) {
        if (member.hasLeft() && member.outstanding == 0) {
            members.remove(member);
        }
    }

    @Override
    public @Nullable InetSocketAddress address(Node node) {
        return memberOf(node).backend().address();
    }

    @Override
    public ConnectionCount connections(Node node) {
        return new ConnectionCount(() -> policy.limits().connections());
    }

    @Override
    public @Nullable Dialer tunnel(Node node, NetLoop loop) {
        return null;
    }

    @Override
    public long rateWaitNanos(long client, long nowNanos) {
        return 0;
    }

    @Override
    public long requests() {
        return meter.active();
    }

    @Override
    public long pending() {
        return meter.pending();
    }

    @Override
    public RetryBudget retryBudget(int loop) {
        return budget;
    }

    @Override
    public ServiceMeter meter(int loop) {
        return meter;
    }

    private Member memberOf(Node node) {
        Member member = byNode.get(node);
        if (member == null) {
            throw new IllegalStateException(node + " was never a member here");
        }
        return member;
    }

    private void takeEvents() {
        access.queue()
                .events(event -> {
                    switch (event) {
                        case QueueEvent.Ejected ejected -> ejection(ejected.endpoint(), true);
                        case QueueEvent.Returned returned -> ejection(returned.endpoint(), false);
                        case QueueEvent.PanicBegan _, QueueEvent.PanicEnded _ -> {}
                    }
                });
    }

    private void ejection(String id, boolean ejected) {
        Member member = member(id);
        if (member != null) {
            member.inputs = member.inputs.withEjected(ejected);
        }
    }
}
