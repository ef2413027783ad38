package io.evenkeel.control.api;

import io.evenkeel.control.api.ImportedMachine.Outcome;
import io.evenkeel.control.core.ImportWrites;
import io.evenkeel.control.core.ImportWrites.Decided;
import io.evenkeel.control.core.Intent;
import io.evenkeel.control.failover.HostRecords;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.kernel.machine.DiskOwners;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.DomainImport;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.MachineKey;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Power;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Takes machines over that a host runs and nobody declared (C0), while they run: each is read,
 * declared and given to its host in one txn, then marked at its host as that run. What breaks off
 * in between is gone on with when it is asked for again. Confined to one call, which blocks for
 * three answers of the host, {@link #PATIENCE} each, for every eight machines, and for a write of
 * the store a machine.
 */
final class ImportOperations {
    /** Machines of one call. */
    static final int MOST = 64;

    /** Machines that a host is asked about at once: it has other things to answer as well. */
    private static final int AT_ONCE = 8;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Hypervisor hypervisor;
    private final StoreAccess store;
    private final HostRecords records;
    private final ClusterImage image;
    private final HostKey host;
    private final String uri;
    private final DiskOwners disks;

    /**
     * What came of a call.
     *
     * @param left machines that were not looked at, for they are too many for one call
     */
    record Done(List<ImportedMachine> machines, int left) {}

    /**
     * Of one host.
     *
     * @param records as they are
     * @param image of the same revision, or a later one
     * @throws ProblemException when the host may not be given machines
     */
    ImportOperations(
            Hypervisor hypervisor,
            StoreAccess store,
            HostRecords records,
            ClusterImage image,
            HostKey host) {
        this.hypervisor = hypervisor;
        this.store = store;
        this.records = records;
        this.image = image;
        this.host = host;
        this.disks = new DiskOwners(image);
        HostSite site = new HostSite(image, records.runs());
        this.uri = site.libvirt(host);
        String why = site.whyNot(host, records.hosts());
        if (!why.isEmpty()) {
            throw unavailable(host, why);
        }
    }

    /**
     * Takes over.
     *
     * @param names of machines; none: all of the host that no Evenkeel has started
     * @param dryRun look and decide only
     * @throws ProblemException when the host does not answer
     */
    Done carryOut(List<String> names, boolean dryRun, Intent intent) {
        Map<String, Domain> known = domains();
        List<ImportedMachine> machines = new ArrayList<>();
        List<Domain> wanted = new ArrayList<>();
        if (names.isEmpty()) {
            known.values().stream().filter(domain -> domain.token() == 0).forEach(wanted::add);
        }
        for (String name : names) {
            Domain domain = known.get(name);
            if (domain == null) {
                machines.add(ImportedMachine.absent(name));
            } else {
                wanted.add(domain);
            }
        }
        List<Domain> now = wanted.subList(0, Math.min(MOST, wanted.size()));
        Map<Domain, ImportedMachine> taken = new LinkedHashMap<>();
        asked(now, domain -> hypervisor.describe(uri, domain.name(), PATIENCE))
                .forEach((domain, xml) -> taken.put(domain, take(domain, xml, dryRun, intent)));
        machines.addAll(dryRun ? taken.values() : marked(taken));
        return new Done(machines, wanted.size() - now.size());
    }

    private Map<String, Domain> domains() {
        Reply<List<Domain>> reply = hypervisor.domains(uri, PATIENCE).join();
        if (!(reply instanceof Reply.Done<List<Domain>>(List<Domain> domains))) {
            throw unavailable(host, reply.toString());
        }
        TreeMap<String, Domain> known = new TreeMap<>();
        domains.forEach(domain -> known.put(domain.name(), domain));
        return known;
    }

    private ImportedMachine take(
            Domain domain, Reply<String> description, boolean dryRun, Intent intent) {
        MachineKey key = new MachineKey(host.tenant(), domain.name());
        MachineImage declared = image.machines().get(key);
        if (domain.token() > 0 && declared == null) {
            return ImportedMachine.refused(
                    domain,
                    List.of(
                            "an Evenkeel has started it, under the token "
                                    + domain.token()
                                    + ", and it is not declared here"));
        }
        if (!(description instanceof Reply.Done<String>(String xml))) {
            return ImportedMachine.refused(domain, List.of("it is not described: " + description));
        }
        Power power = domain.power().isUp() ? Power.ON : Power.OFF;
        DomainImport read = DomainImport.of(xml, host, power, image.datastores());
        Decided decided =
                ImportWrites.decide(
                        key,
                        declared == null ? null : declared.metadata(),
                        records.runs().of(key),
                        records.revision(),
                        host,
                        read,
                        intent);
        return switch (decided) {
            case Decided.Refused(List<String> why) -> ImportedMachine.refused(domain, why);
            case Decided.Before(long token) ->
                    ImportedMachine.of(domain, Outcome.UNCHANGED, token, read.leftOut());
            case Decided.Take(var spec, var txn) -> {
                String conflict = disks.conflict(key.tenant(), spec).orElse("");
                if (!conflict.isEmpty()) {
                    yield ImportedMachine.refused(domain, List.of(conflict));
                }
                disks.add(key, spec);
                if (dryRun) {
                    yield ImportedMachine.of(domain, Outcome.IMPORTABLE, 0, read.leftOut());
                }
                long revision = store.write(txn).orElse(0L);
                yield revision > 0
                        ? ImportedMachine.of(domain, Outcome.IMPORTED, revision, read.leftOut())
                        : ImportedMachine.refused(
                                domain,
                                List.of("its name or its host has changed meanwhile; ask again"));
            }
        };
    }

    /** Has the host mark what is declared now, and what was declared before and is not marked. */
    private List<ImportedMachine> marked(Map<Domain, ImportedMachine> taken) {
        Map<Domain, Long> unmarked = new LinkedHashMap<>();
        taken.forEach((domain, one) -> {
            boolean ours = one.outcome() == Outcome.IMPORTED || one.outcome() == Outcome.UNCHANGED;
            if (ours && domain.token() == 0) {
                unmarked.put(domain, one.revision());
            }
        });
        asked(
                        List.copyOf(unmarked.keySet()),
                        domain ->
                                hypervisor.mark(
                                        uri,
                                        domain.name(),
                                        domain.uuid(),
                                        unmarked.getOrDefault(domain, 0L),
                                        PATIENCE))
                .forEach((domain, reply) -> {
                    boolean done = reply instanceof Reply.Done;
                    List<String> why =
                            done ? List.of() : List.of("its host did not mark it: " + reply);
                    taken.computeIfPresent(
                            domain,
                            (_, one) -> one.with(done ? Outcome.IMPORTED : Outcome.UNMARKED, why));
                });
        return List.copyOf(taken.values());
    }

    /** Asks of each, a few at once; no more of a host that falls silent. */
    private static <T> Map<Domain, Reply<T>> asked(
            List<Domain> domains, Function<Domain, CompletableFuture<Reply<T>>> question) {
        Map<Domain, Reply<T>> replies = new LinkedHashMap<>();
        boolean silent = false;
        for (int from = 0; from < domains.size(); from += AT_ONCE) {
            Map<Domain, CompletableFuture<Reply<T>>> underWay = new LinkedHashMap<>();
            for (Domain domain : domains.subList(from, Math.min(domains.size(), from + AT_ONCE))) {
                underWay.put(
                        domain,
                        silent
                                ? CompletableFuture.completedFuture(
                                        new Reply.Unasked<>("its host has fallen silent"))
                                : question.apply(domain));
            }
            for (Map.Entry<Domain, CompletableFuture<Reply<T>>> one : underWay.entrySet()) {
                Reply<T> reply = one.getValue().join();
                silent |= reply instanceof Reply.Silent;
                replies.put(one.getKey(), reply);
            }
        }
        return replies;
    }

    private static ProblemException unavailable(HostKey host, String why) {
        return new ProblemException(
                ApiProblem.of(
                        ProblemType.HOST_UNAVAILABLE,
                        "host "
                                + host.name()
                                + ": "
                                + why
                                + " (expected: one that is declared, lives, takes machines and"
                                + " answers); nothing was written"));
    }
}
