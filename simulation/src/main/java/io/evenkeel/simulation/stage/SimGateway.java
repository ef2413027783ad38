package io.evenkeel.simulation.stage;

import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.proxy.Destination;
import io.evenkeel.gateway.proxy.ProxyLoop;
import io.evenkeel.gateway.proxy.ProxySettings;
import io.evenkeel.gateway.proxy.SessionKey;
import io.evenkeel.gateway.source.SourceRules;
import io.evenkeel.simulation.net.SimLoop;
import io.evenkeel.simulation.net.SimNetwork;
import io.evenkeel.simulation.net.SimProcess;
import io.evenkeel.simulation.time.Seed;
import java.net.InetSocketAddress;

/** A gateway of one loop that serves one service: the proxy's core, run by a simulated loop. */
public final class SimGateway {
    private static final int PORT = 7080;

    /** How often the queue is told of the time. */
    private static final long TICK_NANOS = 50_000_000L;

    private final SimProcess process;
    private final SimLoop loop;
    private final ProxyLoop proxy;
    private final SimService service;
    private final Timer tick;

    /** Starts a gateway. Every request goes to the service, whatever its host. */
    public SimGateway(
            SimNetwork network,
            Seed seed,
            ProxySettings settings,
            LoopObserver observer,
            SimService service) {
        this.service = service;
        Destination all = Destination.of(service);
        process = network.process("gateway");
        loop = process.loop();
        proxy =
                new ProxyLoop(
                        loop,
                        0,
                        settings,
                        () -> (request, namesService) -> all,
                        SourceRules.DEFAULT,
                        new SessionKey(new byte[SessionKey.BYTES]),
                        observer,
                        seed.generator("gateway"));
        ListenResult result = loop.listen(address(), ListenOptions.DEFAULT, proxy);
        switch (result) {
            case ListenResult.Listening(var listener) -> proxy.listener(listener);
            case ListenResult.Refused(String message) -> throw new IllegalStateException(message);
        }
        tick = new Timer(this::tick);
        loop.execute(() -> tick(loop.nanos()));
    }

    /** Where clients ask. */
    public InetSocketAddress address() {
        return process.at(PORT);
    }

    /** Its process. */
    public SimProcess process() {
        return process;
    }

    /** The proxy's core. */
    public ProxyLoop proxy() {
        return proxy;
    }

    /** Does something in a turn of the loop, as soon as it may. */
    public void execute(Runnable work) {
        if (!loop.execute(work)) {
            throw new IllegalStateException("the gateway's loop takes no more tasks");
        }
    }

    private void tick(long nowNanos) {
        service.tick(nowNanos);
        loop.schedule(tick, nowNanos + TICK_NANOS);
    }
}
