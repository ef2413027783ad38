package io.evenkeel.control.failover;

import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Ends every machine of ours on a host that is to be readmitted, or that is back and fenced. Also
 * those that it may still run: what was started before the fence has lost its disks, and is never
 * resumed; who is to run there is started anew once the host counts. Only what has all its disks in
 * folders of the host itself, and is its run still, goes on: nobody has taken anything from it.
 */
final class HostCleaning {
    private final Hypervisor hypervisor;

    HostCleaning(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /** What came of it; empty: looked after the end, and nothing of ours is there. */
    String clean(HostKey host, HostSite site, Duration timeout) {
        String uri = site.libvirt(host);
        if (uri.isEmpty()) {
            return "no libvirt is declared";
        }
        if (!(hypervisor.domains(uri, timeout).join()
                instanceof Reply.Done<List<Domain>>(List<Domain> before))) {
            return "its libvirt does not answer";
        }
        for (Domain domain : before) {
            if (isOurs(host, site, domain)
                    && !(hypervisor.destroy(uri, domain.name(), timeout).join()
                            instanceof Reply.Done)) {
                return "could not end " + domain.name();
            }
        }
        if (!(hypervisor.domains(uri, timeout).join()
                instanceof Reply.Done<List<Domain>>(List<Domain> after))) {
            return "its libvirt does not answer any more";
        }
        List<String> left =
                after.stream()
                        .filter(domain -> isOurs(host, site, domain))
                        .map(Domain::name)
                        .toList();
        return left.isEmpty() ? "" : "still there: " + String.join(" ", left);
    }

    /**
     * Has the switches learn anew where the machines are that were recovered from the host: while
     * it was back, what it still ran may have answered under their addresses.
     *
     * @return what could not be asked for; empty: all was
     */
    String announce(HostKey host, HostSite site, Duration timeout) {
        Map<String, CompletableFuture<Reply<Boolean>>> asked = new TreeMap<>();
        site.recoveredFrom(host)
                .forEach((machine, at) -> {
                    String uri = site.libvirt(at);
                    if (!uri.isEmpty()) {
                        asked.put(
                                machine.name(), hypervisor.announce(uri, machine.name(), timeout));
                    }
                });
        List<String> silent = new ArrayList<>();
        asked.forEach((machine, reply) -> {
            if (!(reply.join() instanceof Reply.Done)) {
                silent.add(machine + ": " + reply.join());
            }
        });
        return String.join(", ", silent);
    }

    private static boolean isOurs(HostKey host, HostSite site, Domain domain) {
        return !site.isAtHome(host, domain)
                && (domain.token() > 0
                        || site.runs().of(new MachineKey(host.tenant(), domain.name())) != null);
    }
}
