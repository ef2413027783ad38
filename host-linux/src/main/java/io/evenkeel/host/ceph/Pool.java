package io.evenkeel.host.ceph;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.evenkeel.host.foreign.Library;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A pool of a storage cluster. Thread-safe. */
final class Pool implements AutoCloseable {
    private static final int MAX_ID_BYTES = 1024;
    private static final int TIMED_OUT = 110;

    private final Cluster cluster;
    private final Library rados;
    final MemorySegment handle;

    Pool(Cluster cluster, Library rados, MemorySegment handle) {
        this.cluster = cluster;
        this.rados = rados;
        this.handle = handle;
    }

    /** The object that whoever has an image open watches; empty: there is no such image. */
    Optional<String> header(String image) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(MAX_ID_BYTES);
            int read =
                    rados.number(
                            "rados_read",
                            handle,
                            arena.allocateFrom("rbd_id." + image),
                            buffer,
                            buffer.byteSize(),
                            0L);
            if (read == -CephException.NOT_FOUND) {
                return Optional.empty();
            }
            Cluster.check("image " + image, read);
            // A count of octets, and the octets.
            int length = read < 4 ? -1 : buffer.get(JAVA_INT_UNALIGNED, 0);
            if (length != read - 4) {
                throw new IllegalStateException("the id of " + image + " is no text");
            }
            byte[] id = buffer.asSlice(4, length).toArray(JAVA_BYTE);
            return Optional.of("rbd_header." + new String(id, StandardCharsets.UTF_8));
        }
    }

    /** A notify on its way. */
    final class Notify implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final MemorySegment reply = arena.allocate(ADDRESS);
        private final MemorySegment length = arena.allocate(JAVA_LONG);
        private final MemorySegment completion;

        private Notify(String object, long timeoutMillis) {
            MemorySegment created = arena.allocate(ADDRESS);
            Cluster.check(
                    "rados_aio_create_completion2",
                    rados.number(
                            "rados_aio_create_completion2",
                            MemorySegment.NULL,
                            MemorySegment.NULL,
                            created));
            completion = created.get(ADDRESS, 0);
            // Empty: a client whose disk it is takes any other payload for a request that it does
            // not know, and says nothing.
            Cluster.check(
                    "notify " + object,
                    rados.number(
                            "rados_aio_notify",
                            handle,
                            arena.allocateFrom(object),
                            completion,
                            MemorySegment.NULL,
                            0,
                            timeoutMillis,
                            reply,
                            length));
        }

        /** Waits for all acknowledgements, or the time-out. */
        NotifyReply await() {
            int done = rados.number("rados_aio_wait_for_complete", completion);
            Cluster.check("notify", done);
            int returned = rados.number("rados_aio_get_return_value", completion);
            byte[] bytes = cluster.take(reply, length);
            if (returned != -TIMED_OUT || bytes.length == 0) {
                Cluster.check("notify", returned);
            }
            return NotifyReply.read(bytes);
        }

        @Override
        public void close() {
            rados.run("rados_aio_release", completion);
            arena.close();
        }
    }

    /**
     * Asks all who watch an object.
     *
     * @param timeoutMillis the storage counts whole seconds
     */
    Notify ask(String object, long timeoutMillis) {
        return new Notify(object, timeoutMillis);
    }

    @Override
    public void close() {
        rados.run("rados_ioctx_destroy", handle);
    }
}
