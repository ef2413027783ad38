package io.evenkeel.host;

import io.evenkeel.host.driver.Driver;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.tree.Tree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Drivers by name, each started at its first call and ended when nothing was asked of it for a
 * minute. Thread-safe.
 */
final class Drivers implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final List<String> command;
    private final Map<String, Driver> open = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("driver deadlines").factory());
    private volatile boolean closed;

    Drivers(List<String> command) {
        this.command = command;
        var _ =
                clock.scheduleWithFixedDelay(
                        this::endIdle,
                        IDLE.toSeconds() / 4,
                        IDLE.toSeconds() / 4,
                        TimeUnit.SECONDS);
    }

    CompletableFuture<Reply<Tree>> call(
            String driver, String call, Tree arguments, Duration timeout) {
        CompletableFuture<Reply<Tree>> reply = new CompletableFuture<>();
        // Inside, so that no driver is taken away between being found and being called.
        var _ =
                open.compute(
                        driver,
                        (name, known) -> {
                            if (closed) {
                                var _ = reply.complete(new Reply.Unasked<>("closed"));
                                return known;
                            }
                            Driver to = known == null ? new Driver(name, command, clock) : known;
                            var _ = to.call(call, arguments, timeout).thenAccept(reply::complete);
                            return to;
                        });
        return reply;
    }

    private void endIdle() {
        for (String name : open.keySet()) {
            var _ =
                    open.computeIfPresent(
                            name, (_, driver) -> driver.endIfIdle(IDLE) ? null : driver);
        }
    }

    /** The processes that run now, for tests: they do to them what a machine may. */
    List<Long> pids() {
        return open.values().stream().map(Driver::pid).filter(pid -> pid != 0).toList();
    }

    @Override
    public void close() {
        closed = true;
        for (String name : open.keySet()) {
            var _ =
                    open.computeIfPresent(
                            name,
                            (_, driver) -> {
                                driver.close();
                                return null;
                            });
        }
        var _ = clock.shutdownNow();
    }
}
