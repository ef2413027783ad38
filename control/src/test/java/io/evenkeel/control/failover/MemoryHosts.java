package io.evenkeel.control.failover;

import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Moving;
import io.evenkeel.kernel.machine.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Hosts' libvirts in memory, by URI; each can be silent. */
final class MemoryHosts implements Hypervisor {
    private final Map<String, List<Domain>> domains = new TreeMap<>();
    private final TreeSet<String> silent = new TreeSet<>();
    private final TreeSet<String> refusing = new TreeSet<>();
    private final List<String> announced = new ArrayList<>();
    private boolean startsLost;
    private int pings;

    synchronized void silence(String uri) {
        silent.add(uri);
    }

    /** Asked of whichever host. */
    synchronized int pings() {
        return pings;
    }

    synchronized void heal(String uri) {
        silent.remove(uri);
    }

    synchronized void run(String uri, String name, long token) {
        domains.computeIfAbsent(uri, _ -> new ArrayList<>())
                .add(new Domain(name, "u-" + name, Domain.Power.RUNNING, token));
    }

    synchronized List<String> names(String uri) {
        return domains.getOrDefault(uri, List.of()).stream().map(Domain::name).toList();
    }

    synchronized long token(String uri, String name) {
        return domains.getOrDefault(uri, List.of()).stream()
                .filter(domain -> domain.name().equals(name))
                .mapToLong(Domain::token)
                .findFirst()
                .orElse(0);
    }

    /** Whether what is started is not heard of. */
    synchronized void answersOfStartsAreLost(boolean value) {
        startsLost = value;
    }

    /** What this host is asked to start from now on. */
    synchronized void refuses(String uri) {
        refusing.add(uri);
    }

    private synchronized boolean isRefused(String uri) {
        return refusing.contains(uri);
    }

    private synchronized boolean isLost() {
        return startsLost;
    }

    private synchronized <T> CompletableFuture<Reply<T>> answer(
            String uri, Duration timeout, Supplier<T> what) {
        return silent.contains(uri)
                ? new CompletableFuture<Reply<T>>()
                        .completeOnTimeout(
                                new Reply.Silent<>("nothing heard"),
                                timeout.toMillis(),
                                TimeUnit.MILLISECONDS)
                : CompletableFuture.completedFuture(new Reply.Done<>(what.get()));
    }

    @Override
    public synchronized CompletableFuture<Reply<String>> ping(String uri, Duration timeout) {
        pings++;
        return answer(uri, timeout, () -> "9.0.0");
    }

    @Override
    public CompletableFuture<Reply<List<Domain>>> domains(String uri, Duration timeout) {
        return answer(uri, timeout, () -> List.copyOf(domains.getOrDefault(uri, List.of())));
    }

    @Override
    public CompletableFuture<Reply<Boolean>> destroy(String uri, String name, Duration timeout) {
        return answer(
                uri,
                timeout,
                () -> {
                    domains.getOrDefault(uri, new ArrayList<>())
                            .removeIf(domain -> domain.name().equals(name));
                    return true;
                });
    }

    @Override
    public CompletableFuture<Reply<Boolean>> destroyRun(String uri, Domain run, Duration timeout) {
        return destroy(uri, run.name(), timeout);
    }

    @Override
    public CompletableFuture<Reply<Domain>> start(String uri, String xml, Duration timeout) {
        if (isRefused(uri)) {
            return CompletableFuture.completedFuture(new Reply.Refused<>("no such bridge"));
        }
        String name = between(xml, "<name>", "</name>");
        long token = Long.parseLong(between(xml, "token='", "'"));
        return answer(
                        uri,
                        timeout,
                        () -> {
                            if (!names(uri).contains(name)) {
                                run(uri, name, token);
                            }
                            return new Domain(name, "u-" + name, Domain.Power.RUNNING, token);
                        })
                .thenApply(reply -> isLost() ? new Reply.Silent<>("nothing heard") : reply);
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(after, from));
    }

    @Override
    public CompletableFuture<Reply<Boolean>> shutDown(String uri, String name, Duration timeout) {
        return CompletableFuture.completedFuture(new Reply.Refused<>("not here"));
    }

    /** Machines that were to be announced, {@code NAME at URI}. */
    synchronized List<String> announced() {
        return List.copyOf(announced);
    }

    /** {@inheritDoc} Nobody here waits for it. */
    @Override
    public CompletableFuture<Reply<Long>> changed(String uri, long since, Duration most) {
        return CompletableFuture.completedFuture(new Reply.Unasked<>("nobody listens"));
    }

    @Override
    public synchronized CompletableFuture<Reply<Boolean>> announce(
            String uri, String name, Duration timeout) {
        announced.add(name + " at " + uri);
        return answer(uri, timeout, () -> names(uri).contains(name));
    }

    @Override
    public CompletableFuture<Reply<Domain>> migrate(
            String uri, String name, String targetUri, String xml, Duration timeout) {
        return CompletableFuture.completedFuture(new Reply.Refused<>("not here"));
    }

    @Override
    public CompletableFuture<Reply<Moving>> moving(String uri, String name, Duration timeout) {
        return CompletableFuture.completedFuture(new Reply.Refused<>("not here"));
    }

    @Override
    public CompletableFuture<Reply<Boolean>> stay(String uri, String name, Duration timeout) {
        return CompletableFuture.completedFuture(new Reply.Refused<>("not here"));
    }

    @Override
    public CompletableFuture<Reply<String>> describe(String uri, String name, Duration timeout) {
        return CompletableFuture.completedFuture(new Reply.Refused<>("not here"));
    }

    @Override
    public CompletableFuture<Reply<Domain>> mark(
            String uri, String name, String uuid, long token, Duration timeout) {
        return CompletableFuture.completedFuture(new Reply.Refused<>("not here"));
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
