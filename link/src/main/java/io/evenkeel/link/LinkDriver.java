package io.evenkeel.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One daemon thread that carries any number of links: bytes, time and commands. A process that
 * hosts thousands of endpoints needs one. Thread-safe where said; {@link Link} is the way to use
 * it.
 */
public final class LinkDriver {
    private static final System.Logger LOG = System.getLogger(LinkDriver.class.getName());

    /** Something that wants to be woken at a time, and is told of its channel. */
    abstract static class Task {
        /** When it wants {@link #time}; the driver's thread only. */
        long wakeAt = Long.MAX_VALUE;

        boolean queued;

        abstract void ready(SelectionKey key);

        abstract void time(long now);
    }

    private record Wake(long at, Task task) implements Comparable<Wake> {
        @Override
        public int compareTo(Wake other) {
            return Long.compare(at, other.at);
        }
    }

    private static final class Shared {
        static final LinkDriver DRIVER = new LinkDriver();
    }

    private final Selector selector;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Wake> wakes = new PriorityQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(64 * 1024);
    private @Nullable ExecutorService resolver;

    /** Starts a thread of its own; it ends with the process. */
    public LinkDriver() {
        try {
            selector = Selector.open();
        } catch (IOException noSelector) {
            throw new UncheckedIOException("cannot open a selector", noSelector);
        }
        Thread thread = new Thread(this::run, "evenkeel-link");
        thread.setDaemon(true);
        thread.start();
    }

    /** The one that links share unless they are given another. */
    public static LinkDriver shared() {
        return Shared.DRIVER;
    }

    /** Runs on the driver's thread, soon. Any thread. */
    void execute(Runnable command) {
        commands.add(command);
        selector.wakeup();
    }

    Selector selector() {
        return selector;
    }

    /** Room for one read; the driver's thread only. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Room for one write, which may come about while what was read is looked at. */
    ByteBuffer outgoing() {
        return outgoing;
    }

    /** Sets when the task is woken; cheap to move further away. */
    void wake(Task task, long at) {
        boolean sooner = at < task.wakeAt;
        task.wakeAt = at;
        if (at != Long.MAX_VALUE && (!task.queued || sooner)) {
            task.queued = true;
            wakes.add(new Wake(at, task));
        }
    }

    /** Resolves a name off this thread, as that may block; addresses are answered at once. */
    void resolve(String host, int port, Consumer<@Nullable InetSocketAddress> then) {
        if (host.indexOf(':') >= 0 || host.matches("[0-9.]+") || host.equals("localhost")) {
            then.accept(address(host, port));
            return;
        }
        if (resolver == null) {
            resolver =
                    Executors.newSingleThreadExecutor(work -> {
                        Thread thread = new Thread(work, "evenkeel-link-names");
                        thread.setDaemon(true);
                        return thread;
                    });
        }
        resolver.execute(() -> {
            InetSocketAddress resolved = address(host, port);
            execute(() -> then.accept(resolved));
        });
    }

    /** Where a program on this machine or near it serves; resolved once, here. */
    static InetSocketAddress local(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        return new InetSocketAddress(
                hostAndPort.substring(0, colon).replaceAll("^\\[|\\]$", ""),
                Integer.parseInt(hostAndPort.substring(colon + 1)));
    }

    private static @Nullable InetSocketAddress address(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException | IllegalArgumentException unknown) {
            return null;
        }
    }

    private void run() {
        List<Task> due = new ArrayList<>();
        while (true) {
            try {
                turn(due);
            } catch (IOException | RuntimeException broken) {
                // One link's mistake must not end all links.
                LOG.log(System.Logger.Level.ERROR, "link driver", broken);
            }
        }
    }

    private void turn(List<Task> due) throws IOException {
        long now = System.nanoTime();
        Wake next = wakes.peek();
        long waitNanos = next == null ? 1_000_000_000L : next.at - now;
        if (!commands.isEmpty() || waitNanos <= 0) {
            selector.selectNow();
        } else {
            selector.select(Math.max(1, (waitNanos + 999_999) / 1_000_000));
        }
        // Bytes before time: what has arrived is heard before anybody is called silent.
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof Task task) {
                task.ready(key);
            }
        }
        selector.selectedKeys().clear();
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
        now = System.nanoTime();
        due.clear();
        while (!wakes.isEmpty() && wakes.peek().at <= now) {
            Task task = wakes.remove().task;
            task.queued = false;
            if (task.wakeAt <= now) {
                task.wakeAt = Long.MAX_VALUE;
                due.add(task);
            } else {
                wake(task, task.wakeAt);
            }
        }
        for (Task task : due) {
            task.time(now);
        }
    }
}
