package io.evenkeel.control.machines;

import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.machine.Moving;
import io.evenkeel.kernel.machine.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Hosts' libvirts in memory, by URI, which can be silent; counts what was started. */
public final class MemoryHypervisor implements Hypervisor {
    private final Map<String, TreeMap<String, Domain>> hosts = new TreeMap<>();
    private final Map<String, String> descriptions = new TreeMap<>();
    private final List<CompletableFuture<Reply<Long>>> waiting = new ArrayList<>();
    private long changes = 1;
    private boolean silent;
    private boolean silentToMarks;
    private boolean guestsObey = true;
    private boolean movesHang;
    private final Map<String, CompletableFuture<Reply<Domain>>> hanging = new TreeMap<>();
    private int starts;

    public synchronized void silent(boolean value) {
        silent = value;
    }

    /** Whether a mark is not heard of. */
    public synchronized void silentToMarks(boolean value) {
        silentToMarks = value;
    }

    /** Whether migrations come to three fifths, and no further. */
    synchronized void movesHang(boolean value) {
        movesHang = value;
    }

    /** Whether guests that are asked shut down. */
    synchronized void guestsObey(boolean value) {
        guestsObey = value;
    }

    public synchronized int starts() {
        return starts;
    }

    synchronized List<String> running(String uri) {
        return hosts.getOrDefault(uri, new TreeMap<>()).values().stream()
                .filter(domain -> domain.power().isUp())
                .map(Domain::name)
                .toList();
    }

    /** Somebody defined it, and perhaps started it, by hand. */
    public synchronized void byHand(String uri, Domain domain, String xml) {
        at(uri).put(domain.name(), domain);
        descriptions.put(uri + " " + domain.name(), xml);
    }

    /** What it is there; null: it is not. */
    public synchronized @Nullable Domain find(String uri, String name) {
        return at(uri).get(name);
    }

    /** Its process is gone, and nobody was asked. */
    synchronized void crash(String uri, String name) {
        hosts.getOrDefault(uri, new TreeMap<>()).remove(name);
        changed();
    }

    private void changed() {
        changes++;
        List<CompletableFuture<Reply<Long>>> told = List.copyOf(waiting);
        waiting.clear();
        // By another thread, as from a driver: who is told asks at once.
        told.forEach(one -> one.completeAsync(() -> new Reply.Done<>(now())));
    }

    private synchronized long now() {
        return changes;
    }

    @Override
    public synchronized CompletableFuture<Reply<Long>> changed(
            String uri, long since, Duration most) {
        CompletableFuture<Reply<Long>> reply = new CompletableFuture<>();
        if (since != changes) {
            reply.complete(new Reply.Done<>(changes));
        } else {
            waiting.add(reply);
        }
        return reply.completeOnTimeout(
                new Reply.Done<>(since), most.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized <T> CompletableFuture<Reply<T>> answer(
            Duration timeout, Supplier<Reply<T>> what) {
        if (silent) {
            return new CompletableFuture<Reply<T>>()
                    .completeOnTimeout(
                            new Reply.Silent<>("no answer"),
                            Math.min(100, timeout.toMillis()),
                            TimeUnit.MILLISECONDS);
        }
        return CompletableFuture.completedFuture(what.get());
    }

    private Map<String, Domain> at(String uri) {
        return hosts.computeIfAbsent(uri, _ -> new TreeMap<>());
    }

    @Override
    public CompletableFuture<Reply<String>> ping(String uri, Duration timeout) {
        return answer(timeout, () -> new Reply.Done<>("9.0.0"));
    }

    @Override
    public CompletableFuture<Reply<List<Domain>>> domains(String uri, Duration timeout) {
        return answer(timeout, () -> new Reply.Done<>(List.copyOf(at(uri).values())));
    }

    @Override
    public CompletableFuture<Reply<Domain>> start(String uri, String xml, Duration timeout) {
        return answer(
                timeout,
                () -> {
                    String name = between(xml, "<name>", "</name>");
                    long token = Long.parseLong(between(xml, "token='", "'"));
                    Domain known = at(uri).get(name);
                    if (known != null && known.token() > token) {
                        return new Reply.Refused<>("runs under token " + known.token());
                    }
                    if (known == null || known.token() < token || !known.power().isUp()) {
                        starts++;
                    }
                    Domain domain =
                            new Domain(
                                    name,
                                    between(xml, "<uuid>", "</uuid>"),
                                    Domain.Power.RUNNING,
                                    token);
                    at(uri).put(name, domain);
                    changed();
                    return new Reply.Done<>(domain);
                });
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(after, from));
    }

    @Override
    public CompletableFuture<Reply<Boolean>> shutDown(String uri, String name, Duration timeout) {
        return answer(
                timeout,
                () -> {
                    Domain known = at(uri).get(name);
                    if (known == null) {
                        return new Reply.Refused<>("no such domain");
                    }
                    if (guestsObey) {
                        at(uri).put(
                                        name,
                                        new Domain(
                                                name,
                                                known.uuid(),
                                                Domain.Power.OFF,
                                                known.token()));
                    }
                    return new Reply.Done<>(true);
                });
    }

    @Override
    public CompletableFuture<Reply<Boolean>> destroy(String uri, String name, Duration timeout) {
        return answer(
                timeout,
                () -> {
                    at(uri).remove(name);
                    return new Reply.Done<>(true);
                });
    }

    @Override
    public CompletableFuture<Reply<Boolean>> destroyRun(String uri, Domain run, Duration timeout) {
        return destroy(uri, run.name(), timeout);
    }

    @Override
    public CompletableFuture<Reply<Boolean>> announce(String uri, String name, Duration timeout) {
        return answer(timeout, () -> new Reply.Done<>(running(uri).contains(name)));
    }

    @Override
    public synchronized CompletableFuture<Reply<Domain>> migrate(
            String uri, String name, String targetUri, String xml, Duration timeout) {
        if (movesHang) {
            CompletableFuture<Reply<Domain>> never = new CompletableFuture<>();
            hanging.put(uri + " " + name, never);
            return never.completeOnTimeout(
                    new Reply.Silent<>("no answer"), timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        return answer(
                timeout,
                () -> {
                    Domain there = at(uri).remove(name);
                    if (there == null) {
                        return new Reply.Refused<>("no such domain");
                    }
                    at(targetUri).put(name, there);
                    return new Reply.Done<>(there);
                });
    }

    @Override
    public synchronized CompletableFuture<Reply<Moving>> moving(
            String uri, String name, Duration timeout) {
        boolean under = hanging.containsKey(uri + " " + name);
        return answer(
                timeout,
                () ->
                        under
                                ? new Reply.Done<>(new Moving(100L << 20, 40L << 20))
                                : new Reply.Refused<>("it is not on the move"));
    }

    @Override
    public synchronized CompletableFuture<Reply<Boolean>> stay(
            String uri, String name, Duration timeout) {
        CompletableFuture<Reply<Domain>> under = hanging.remove(uri + " " + name);
        if (under == null) {
            return answer(timeout, () -> new Reply.Refused<>("it is not on the move"));
        }
        under.completeAsync(() -> new Reply.Refused<>("was given up"));
        return answer(timeout, () -> new Reply.Done<>(true));
    }

    /** {@inheritDoc} What it was defined with. */
    @Override
    public CompletableFuture<Reply<String>> describe(String uri, String name, Duration timeout) {
        return answer(
                timeout,
                () -> {
                    String xml = descriptions.get(uri + " " + name);
                    return xml == null
                            ? new Reply.Refused<>("it is not there")
                            : new Reply.Done<>(xml);
                });
    }

    @Override
    public CompletableFuture<Reply<Domain>> mark(
            String uri, String name, String uuid, long token, Duration timeout) {
        return answer(
                timeout,
                () -> {
                    if (silentToMarks) {
                        return new Reply.Silent<>("no answer");
                    }
                    Domain known = at(uri).get(name);
                    if (known == null || !known.uuid().equals(uuid)) {
                        return new Reply.Refused<>("it is not there");
                    }
                    if (known.token() > token) {
                        return new Reply.Refused<>("it is there under token " + known.token());
                    }
                    Domain marked = new Domain(name, uuid, known.power(), token);
                    at(uri).put(name, marked);
                    return new Reply.Done<>(marked);
                });
    }

    @Override
    public void close() {
        silent(true);
    }
}
