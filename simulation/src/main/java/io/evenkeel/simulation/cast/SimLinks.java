package io.evenkeel.simulation.cast;

import io.evenkeel.gateway.net.Timer;
import io.evenkeel.link.GatewayChoice;
import io.evenkeel.link.Refusal;
import io.evenkeel.simulation.net.SimLoop;
import io.evenkeel.wire.link.Registration;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * All links of one backend: the link library's choice of gateways and its sessions, on simulated
 * connections. Gateways that others name are dialled too.
 */
public final class SimLinks {
    private static final long LOOK_NANOS = 1_000_000_000L;

    /** Told of what becomes of them. */
    public interface Listener {
        /** A gateway has acknowledged the registration. */
        void registered(String gateway, long epoch);

        /** A gateway says that it sends no more requests, and how many still run. */
        void drained(String gateway, long outstanding);

        /** No gateway sends any more requests, or none is there to ask. */
        void allDrained();

        /** A gateway doesn't want this incarnation any more. */
        void rejected(Refusal refusal);
    }

    private final SimBackend backend;
    private final SimLoop loop;
    private final Registration registration;
    private final RandomGenerator random;
    private final Listener listener;
    private final GatewayChoice choice;
    private final TreeMap<String, SimLink> links = new TreeMap<>();
    private final TreeSet<String> undrained = new TreeSet<>();
    private final Timer look = new Timer(now -> planSoon());
    private boolean planned;
    private boolean started;
    private boolean draining;
    private boolean leaving;

    /**
     * Dials at once, from a loop of the backend's process.
     *
     * @param gateways configured, {@code address:port}
     * @param most gateways linked at a time
     */
    public SimLinks(
            SimBackend backend,
            Registration registration,
            List<String> gateways,
            int most,
            RandomGenerator random,
            Listener listener) {
        this.backend = backend;
        this.loop = backend.process().loop();
        this.registration = registration;
        this.random = random;
        this.listener = listener;
        this.choice =
                new GatewayChoice(
                        registration.tenant() + "/" + registration.endpointId(), gateways, most);
        planSoon();
    }

    /** Gateways where it is registered, as far as this side knows. */
    public List<String> linked() {
        return links.entrySet().stream()
                .filter(link -> link.getValue().standing() == GatewayChoice.Standing.LINKED)
                .map(Map.Entry::getKey)
                .toList();
    }

    private void planSoon() {
        if (!planned) {
            planned = true;
            loop.execute(this::plan);
        }
    }

    private void plan() {
        planned = false;
        if (leaving || draining) {
            return;
        }
        List<GatewayChoice.Held> held = new ArrayList<>();
        links.forEach(
                (address, link) -> held.add(new GatewayChoice.Held(address, link.standing())));
        GatewayChoice.Plan plan = choice.plan(loop.nanos(), held);
        for (String address : plan.drop()) {
            SimLink link = links.remove(address);
            if (link != null) {
                link.quit();
            }
        }
        for (String address : plan.release()) {
            SimLink link = links.remove(address);
            if (link != null) {
                link.release();
            }
        }
        long most = started ? GatewayChoice.waitNanos(linked().size()) : 0;
        for (String address : plan.dial()) {
            SimLink link =
                    new SimLink(backend, loop, parsed(address), registration, random, new Events());
            links.put(address, link);
            link.dialIn(random.nextLong(most + 1));
        }
        if (most <= GatewayChoice.HURRY_NANOS) {
            for (SimLink link : links.values()) {
                if (link.neverDialled()) {
                    link.dialIn(random.nextLong(most + 1));
                }
            }
        }
        if (choice.nextLook() != Long.MAX_VALUE) {
            loop.schedule(look, Math.max(choice.nextLook(), loop.nanos() + LOOK_NANOS));
        }
    }

    private static InetSocketAddress parsed(String address) {
        int colon = address.lastIndexOf(':');
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(address.substring(0, colon)),
                    Integer.parseInt(address.substring(colon + 1)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address in numbers: " + address, e);
        }
    }

    /** Asks every gateway for no more requests. */
    public void drain(long deadlineMillis) {
        loop.execute(() -> {
            draining = true;
            for (SimLink link : List.copyOf(links.values())) {
                if (link.told()) {
                    undrained.add(link.gateway());
                    link.drain(deadlineMillis);
                } else {
                    link.quit();
                }
            }
            checkDrained();
        });
    }

    private void checkDrained() {
        if (draining && undrained.isEmpty()) {
            listener.allDrained();
        }
    }

    /** Says goodbye and dials no more. */
    public void leave() {
        loop.execute(() -> {
            leaving = true;
            List.copyOf(links.values()).forEach(SimLink::leave);
        });
    }

    /** What the links say; nothing is done about it before they have said it all. */
    private final class Events implements SimLink.Listener {
        @Override
        public void registered(SimLink link, long epoch) {
            started = true;
            choice.stood(link.gateway());
            listener.registered(link.gateway(), epoch);
        }

        @Override
        public void peers(SimLink link, List<String> peers) {
            choice.told(link.gateway(), peers);
            planSoon();
        }

        @Override
        public void drained(SimLink link, long outstanding) {
            listener.drained(link.gateway(), outstanding);
            if (undrained.remove(link.gateway())) {
                checkDrained();
            }
        }

        @Override
        public void rejected(SimLink link, Refusal refusal) {
            listener.rejected(refusal);
        }

        @Override
        public void over(SimLink link) {
            if (link.stood()) {
                // One that was released is held no more.
                if (links.get(link.gateway()) == link) {
                    choice.lost(link.gateway());
                }
            } else {
                choice.failed(link.gateway(), loop.nanos());
            }
            if (link.inDoubt()) {
                choice.lost(link.gateway());
            }
            if (undrained.remove(link.gateway())) {
                checkDrained();
            }
            planSoon();
        }
    }
}
