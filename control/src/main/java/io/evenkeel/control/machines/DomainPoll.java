package io.evenkeel.control.machines;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the libvirt of every host that lives what it runs, again and again. A host that is slow to
 * answer is not asked a second time meanwhile, and holds up no other. One virtual thread.
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
    private final Map<HostKey, Boolean> underWay = new ConcurrentHashMap<>();
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
                    if (host.alive() != null && !host.spec().libvirt().isEmpty()) {
                        ask(host);
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

    private void ask(HostImage host) {
        HostKey key = host.key();
        if (underWay.putIfAbsent(key, true) != null) {
            return;
        }
        long asked = System.nanoTime();
        var ignored =
                hypervisor
                        .domains(host.spec().libvirt(), timeout)
                        .whenComplete((reply, failed) -> {
                            underWay.remove(key);
                            if (closed) {
                                return;
                            }
                            switch (reply) {
                                case Reply.Done<List<Domain>>(List<Domain> domains) ->
                                        listener.heard(key, asked, domains);
                                case Reply.Refused<List<Domain>>(String why) ->
                                        listener.silent(key, why);
                                case Reply.Silent<List<Domain>>(String why) ->
                                        listener.silent(key, why);
                                case Reply.Unasked<List<Domain>>(String why) ->
                                        listener.silent(key, why);
                                case null -> listener.silent(key, String.valueOf(failed));
                            }
                        });
    }
}
