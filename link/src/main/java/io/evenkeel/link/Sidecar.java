package io.evenkeel.link;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Registers a backend in any language: starts its command, waits until it answers, registers it,
 * takes it out while its check fails, and when told to end drains it first, ends the command then,
 * and leaves. {@link #run} on one thread, {@link #terminate} from any other.
 */
public final class Sidecar {
    /**
     * Between looks at a backend that is not registered yet: its start should not be kept waiting
     * for traffic.
     */
    private static final Duration IMPATIENT = Duration.ofMillis(50);

    private static final int REFUSED = 1;
    private static final int NOT_STARTED = 127;

    private final SidecarConfig config;
    private final Consumer<String> say;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Process child;
    private @Nullable Link link;
    private volatile int exitCode;

    /**
     * A sidecar that has not begun.
     *
     * @param say told in one sentence what happens, for a log or a terminal; any thread
     */
    public Sidecar(SidecarConfig config, Consumer<String> say) {
        this.config = config;
        this.say = say;
    }

    /**
     * Does it all, until the command ends, {@link #terminate} is called, or every gateway refuses
     * for good.
     *
     * @return the command's exit code; 0 if there is none and the end was asked for; 1 if refused;
     *     127 if the command could not be started
     */
    public int run() throws InterruptedException {
        try {
            exitCode = serve();
        } finally {
            ended.countDown();
        }
        return exitCode;
    }

    /**
     * Asks for the polite end: drain, then SIGTERM to the command, then leave. Does not wait.
     * Idempotent.
     */
    public void terminate() {
        ending.countDown();
    }

    /** Waits for {@link #run} to end; its result, or -1 if it takes longer. */
    public int awaitEnd(Duration most) throws InterruptedException {
        return ended.await(most.toNanos(), TimeUnit.NANOSECONDS) ? exitCode : -1;
    }

    /**
     * Says where the endpoint is registered, and what operators want of it: its process need not do
     * anything about it.
     */
    private final class Told implements LinkListener {
        /** Of the driver's thread. */
        private final Set<String> standing = new HashSet<>();

        @Override
        public void registered(String gateway, String endpoint, long epoch) {
            if (standing.add(gateway)) {
                say.accept("registered at gateway " + gateway + " as " + endpoint);
            }
        }

        @Override
        public void lost(String gateway, String why) {
            if (standing.remove(gateway)) {
                say.accept("gateway " + gateway + " lost: " + why);
            }
        }

        @Override
        public void drainBegan(String gateway, long deadlineMillis, String reason) {
            say.accept(
                    "gateway "
                            + gateway
                            + " sends no new requests, its operator drains this endpoint: "
                            + reason);
        }

        @Override
        public void drainComplete(String gateway, long outstanding) {
            say.accept(
                    outstanding == 0
                            ? "none of gateway " + gateway + "'s requests runs any more"
                            : outstanding
                                    + " requests of gateway "
                                    + gateway
                                    + " outlasted the drain");
        }

        @Override
        public void drainEnded(String gateway) {
            say.accept("gateway " + gateway + " sends requests again");
        }
    }

    private int serve() throws InterruptedException {
        if (!config.command().isEmpty()) {
            try {
                child = new ProcessBuilder(config.command()).inheritIO().start();
            } catch (IOException failed) {
                say.accept("cannot start the command: " + failed.getMessage());
                return NOT_STARTED;
            }
        }
        BackendCheck check =
                new BackendCheck(config.link().serves(), config.checkPath(), config.checkTimeout());
        int failures = 0;
        boolean waiting = false;
        while (true) {
            Link current = link;
            boolean registered = current != null;
            if (childEnded()) {
                return childGone();
            }
            // Without a path only the start is waited for: a bare connection says little of a
            // backend at work.
            if (!registered || !config.checkPath().isEmpty()) {
                boolean passes = check.passes();
                if (passes && !registered) {
                    say.accept("the backend answers; registering " + describe());
                    link = Link.register(config.link().withListener(new Told()));
                    failures = 0;
                    waiting = false;
                } else if (passes) {
                    failures = 0;
                } else if (current != null && ++failures >= config.failuresToLeave()) {
                    say.accept("the backend failed " + failures + " checks; taking it out");
                    current.close();
                    link = null;
                } else if (!registered && !waiting) {
                    say.accept("waiting for the backend at " + config.link().serves());
                    waiting = true;
                }
            }
            Link standing = link;
            if (standing != null && standing.awaitOver(Duration.ZERO)) {
                Refusal refusal = standing.refusal();
                say.accept("refused: " + (refusal == null ? "by every gateway" : refusal));
                return endChild(REFUSED);
            }
            Duration pause = link == null ? IMPATIENT : config.checkInterval();
            if (pause(pause)) {
                return leave();
            }
        }
    }

    /** Waits, but not beyond the end of the command; true if the end was asked for. */
    private boolean pause(Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        while (true) {
            long left = deadline - System.nanoTime();
            // A command that ends is noticed within this time, as no new request may be lost on it.
            long slice = Math.min(left, 10_000_000L);
            if (ending.await(Math.max(0, slice), TimeUnit.NANOSECONDS)) {
                return true;
            } else if (left <= 0 || childEnded()) {
                return false;
            }
        }
    }

    private int leave() throws InterruptedException {
        Link current = link;
        if (current != null) {
            Link.Drained drained = current.drain(config.drain());
            say.accept(
                    drained.complete()
                            ? "drained"
                            : "drain ended with " + drained.outstanding() + " requests running");
        }
        int code = endChild(0);
        if (current != null) {
            current.close();
        }
        return code;
    }

    private int childGone() {
        Process process = child;
        Link current = link;
        int code = process == null ? 0 : process.exitValue();
        say.accept("the command ended with code " + code);
        if (current != null) {
            current.close();
        }
        return code;
    }

    private int endChild(int otherwise) throws InterruptedException {
        Process process = child;
        if (process == null) {
            return otherwise;
        }
        process.destroy();
        if (!process.waitFor(config.grace().toNanos(), TimeUnit.NANOSECONDS)) {
            say.accept("the command does not end; killing it");
            process.destroyForcibly();
            process.waitFor();
        }
        return otherwise == 0 ? process.exitValue() : otherwise;
    }

    private boolean childEnded() {
        Process process = child;
        return process != null && !process.isAlive();
    }

    private String describe() {
        return config.link().registration().service()
                + "/"
                + config.link().registration().endpointId()
                + " at "
                + config.link().serves();
    }
}
