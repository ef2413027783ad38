package io.evenkeel.gateway.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * The access log: each loop has a ring of bytes into which it writes its lines, and one thread
 * empties all of them into a file or stream. A loop never waits: a line that finds no room is
 * dropped and counted. Lines of one loop stay in order; lines of several loops mix as whole lines.
 *
 * <p>Thread-safe; {@link #close} writes what is there and ends the thread.
 */
public final class AccessLog implements AutoCloseable {
    /** How a line looks; docs/reference/access-log.md. */
    public enum Format {
        /** One line of fields with a space between them. */
        TEXT,
        /** One line with a JSON object. */
        JSON
    }

    /** Bytes of each loop's ring: at 200 bytes a line, some 5,000 lines. */
    private static final int RING_BYTES = 1 << 20;

    /** How long lines wait at most before they are written. */
    private static final long PAUSE_NANOS = 20_000_000;

    private final Format format;
    private final WritableByteChannel out;
    private final List<ByteRing> rings = new CopyOnWriteArrayList<>();
    private final Thread writer;
    private volatile boolean closing;
    private final CounterCells failures = new CounterCells(1);

    /**
     * Starts the log and its thread.
     *
     * @param out a file or stream; closed by {@link #close}
     */
    public AccessLog(Format format, WritableByteChannel out) {
        this.format = format;
        this.out = out;
        this.writer = Thread.ofPlatform().name("access-log").daemon().unstarted(this::run);
        writer.start();
    }

    /** Where one loop writes. */
    public sealed interface Channel {
        /** Writes a line about an ended request; the loop only. */
        void write(RequestTrace trace, long startedWallNanos);

        /** Returns how many lines found no room. Any thread. */
        long dropped();
    }

    /** Returns a channel into no log. */
    public static Channel none() {
        return new Nowhere();
    }

    private record Nowhere() implements Channel {
        @Override
        public void write(RequestTrace trace, long startedWallNanos) {}

        @Override
        public long dropped() {
            return 0;
        }
    }

    /** Returns a channel for one more loop. */
    public Channel channel() {
        ByteRing ring = new ByteRing(RING_BYTES);
        rings.add(ring);
        return new Lines(new AccessLogLine(format), ring, new CounterCells(1));
    }

    private record Lines(AccessLogLine line, ByteRing ring, CounterCells drops) implements Channel {
        @Override
        public void write(RequestTrace trace, long startedWallNanos) {
            if (!ring.offer(line.encode(trace, startedWallNanos))) {
                drops.add(0, 1);
            }
        }

        @Override
        public long dropped() {
            return drops.sum(0);
        }
    }

    /** Returns how many writes to the file or stream failed; their lines are lost. */
    public long failures() {
        return failures.sum(0);
    }

    private void run() {
        while (true) {
            boolean last = closing;
            boolean idle = true;
            for (ByteRing ring : rings) {
                idle &= !drain(ring);
            }
            if (last) {
                return;
            }
            if (idle) {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }

    private boolean drain(ByteRing ring) {
        boolean any = false;
        for (ByteBuffer bytes = ring.peek(); bytes.hasRemaining(); bytes = ring.peek()) {
            any = true;
            int length = bytes.remaining();
            try {
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            } catch (IOException e) {
                // A full disk must not stop the gateway; the count shows up in the metrics.
                failures.add(0, 1);
            }
            ring.consume(length);
        }
        return any;
    }

    @Override
    public void close() throws IOException {
        closing = true;
        LockSupport.unpark(writer);
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        out.close();
    }
}
