package io.evenkeel.gateway.check;

import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.kernel.health.ActiveCheckLoop;
import io.evenkeel.kernel.health.CheckSettings;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Drives the checks of one loop: makes the probes that {@link ActiveCheckLoop} asks for and hands
 * their results back. {@link #check} and {@link #forget} may be called by any thread; all else
 * happens on the loop's.
 */
public final class HealthChecker {
    /** Soon enough for anything that a full queue of tasks kept from being told at once. */
    private static final long LOOK_NANOS = 1_000_000_000L;

    private sealed interface Command {
        record Check(CheckTarget target) implements Command {}

        record Forget(String id) implements Command {}
    }

    private final NetLoop loop;
    private final ActiveCheckLoop checks = new ActiveCheckLoop();
    private final TreeMap<String, CheckTarget> targets = new TreeMap<>();
    private final TreeMap<Long, Probe> probes = new TreeMap<>();
    private final ConcurrentLinkedQueue<Command> commands = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean told = new AtomicBoolean();
    private final Timer timer = new Timer(this::tick);

    /** What every probe of this loop reads into. */
    final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);

    /** A checker that checks nothing yet. */
    public HealthChecker(NetLoop loop) {
        this.loop = loop;
    }

    /** Begins; on the loop's thread or before its start. */
    public void start() {
        loop.schedule(timer, loop.nanos() + LOOK_NANOS);
    }

    /** Checks a target from now on, or in another way. */
    public void check(CheckTarget target) {
        commands.add(new Command.Check(target));
        tell();
    }

    /** Checks it no longer. */
    public void forget(String id) {
        commands.add(new Command.Forget(id));
        tell();
    }

    private void tell() {
        if (told.compareAndSet(false, true) && !loop.execute(this::obey)) {
            told.set(false);
        }
    }

    private void obey() {
        told.set(false);
        long now = loop.nanos();
        for (Command command = commands.poll(); command != null; command = commands.poll()) {
            switch (command) {
                case Command.Check(CheckTarget target) -> {
                    targets.put(target.id(), target);
                    step(now, new ActiveCheckLoop.Event.Added(target.id(), target.settings()));
                }
                case Command.Forget(String id) -> {
                    if (targets.remove(id) != null) {
                        step(now, new ActiveCheckLoop.Event.Removed(id));
                    }
                }
            }
        }
        arm();
    }

    private void tick(long nowNanos) {
        obey();
        step(nowNanos, new ActiveCheckLoop.Event.Tick());
        arm();
    }

    private void arm() {
        loop.schedule(timer, Math.min(checks.nextDueNanos(), loop.nanos() + LOOK_NANOS));
    }

    private void step(long nowNanos, ActiveCheckLoop.Event event) {
        List<ActiveCheckLoop.Effect> effects = checks.step(nowNanos, event);
        for (int i = 0; i < effects.size(); i++) {
            switch (effects.get(i)) {
                case ActiveCheckLoop.Effect.Probe(String id, CheckSettings how, long token) ->
                        probe(id, how, token);
                case ActiveCheckLoop.Effect.CancelProbe(String id, long token) -> cancel(token);
                case ActiveCheckLoop.Effect.Health health -> {
                    CheckTarget target = targets.get(health.endpoint());
                    if (target != null) {
                        target.verdict().accept(health.state());
                    }
                }
            }
        }
    }

    private void probe(String id, CheckSettings how, long token) {
        CheckTarget target = targets.get(id);
        if (target == null) {
            return;
        }
        InetSocketAddress own = target.address().get();
        if (own == null) {
            // Not within the step that asked: the answer is an event of its own.
            loop.execute(() -> result(id, token, false, "the address does not resolve"));
            return;
        }
        InetSocketAddress address =
                how.port() == 0 ? own : new InetSocketAddress(own.getAddress(), how.port());
        Probe probe = new Probe(this, target, how, token);
        probes.put(token, probe);
        probe.begin(loop.connect(address, probe));
    }

    private void cancel(long token) {
        Probe probe = probes.remove(token);
        if (probe != null) {
            probe.close();
        }
    }

    /** A probe has its result. */
    void result(String id, long token, boolean passed, String detail) {
        cancel(token);
        step(loop.nanos(), new ActiveCheckLoop.Event.Probed(id, token, passed, detail));
        arm();
    }
}
