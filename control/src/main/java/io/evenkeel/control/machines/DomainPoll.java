package io.evenkeel.control.machines;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the libvirt of every host that lives what it runs: at once when it tells of a change, and
 * again and again, for what it could not tell. A host that is slow to answer is not asked a second
 * time meanwhile, and holds up no other. One virtual thread, and those that answers come on.
 */
final class DomainPoll implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DomainPoll.class);

    /** Who is told; on any thread, which it must not hold up. */
    interface Listener {
        /** What a host runs; asked at this time. */
        void heard(HostKey host, long askedNanos, List<Domain> domains);

        /** It did not say. */
        void silent(HostKey host, String why);
    }

    private final Hypervisor hypervisor;
    private final Supplier<ClusterImage> images;
    private final Duration interval;
    private final Duration timeout;
    private final Listener listener;

    /** Hosts that are being asked; true: and then once more, for something has changed since. */
    private final Map<HostKey, Boolean> underWay = new HashMap<>();

    /** Hosts whose changes are waited for. */
    private final Set<HostKey> followed = ConcurrentHashMap.newKeySet();

    private final Thread thread;
    private volatile boolean closed;

    DomainPoll(
            Hypervisor hypervisor,
            Supplier<ClusterImage> images,
            Duration interval,
            Duration timeout,
            Listener listener) {
        this.hypervisor = hypervisor;
        this.images = images;
        this.interval = interval;
        this.timeout = timeout;
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("domain-poll").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!closed) {
                for (HostImage host : images.get().hosts().values()) {
                    if (isToBeAsked(host)) {
                        ask(host, false);
                        if (followed.add(host.key())) {
                            follow(host, 0);
                        }
                    } else {
                        listener.silent(host.key(), "its agent does not say that it lives");
                    }
                }
                Thread.sleep(interval);
            }
        } catch (InterruptedException e) {
            LOG.debug("hosts are asked no longer");
        }
    }

    private static boolean isToBeAsked(HostImage host) {
        return host.alive() != null && !host.spec().libvirt().isEmpty();
    }

    /**
     * Waits for changes of a host until it cannot be waited for; then the next round begins anew.
     */
    private void follow(HostImage host, long since) {
        HostKey key = host.key();
        var ignored =
                hypervisor
                        .changed(host.spec().libvirt(), since, interval)
                        .whenComplete((reply, failed) -> {
                            HostImage now = images.get().hosts().get(key);
                            if (!closed
                                    && now != null
                                    && isToBeAsked(now)
                                    && reply instanceof Reply.Done<Long>(Long number)) {
                                if (number != since) {
                                    ask(now, true);
                                }
                                follow(now, number);
                            } else {
                                followed.remove(key);
                            }
                        });
    }

    /** Whether it is for the caller to ask. */
    private synchronized boolean begin(HostKey host, boolean changed) {
        if (underWay.putIfAbsent(host, false) == null) {
            return true;
        }
        if (changed) {
            underWay.put(host, true);
        }
        return false;
    }

    /** Whether it has to be asked again. */
    private synchronized boolean end(HostKey host) {
        return Boolean.TRUE.equals(underWay.remove(host));
    }

    private void ask(HostImage host, boolean changed) {
        HostKey key = host.key();
        if (!begin(key, changed)) {
            return;
        }
        long asked = System.nanoTime();
        var ignored =
                hypervisor
                        .domains(host.spec().libvirt(), timeout)
                        .whenComplete((reply, failed) -> {
                            boolean again = end(key);
                            if (closed) {
                                return;
                            }
                            tell(key, asked, reply, failed);
                            if (again) {
                                ask(host, false);
                            }
                        });
    }

    private void tell(
            HostKey key,
            long asked,
            @Nullable Reply<List<Domain>> reply,
            @Nullable Throwable failed) {
        switch (reply) {
            case Reply.Done<List<Domain>>(List<Domain> domains) ->
                    listener.heard(key, asked, domains);
            case Reply.Refused<List<Domain>>(String why) -> listener.silent(key, why);
            case Reply.Silent<List<Domain>>(String why) -> listener.silent(key, why);
            case Reply.Unasked<List<Domain>>(String why) -> listener.silent(key, why);
            case null -> listener.silent(key, String.valueOf(failed));
        }
    }
}
