package io.evenkeel.host.ceph;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.evenkeel.host.foreign.Library;
import io.evenkeel.kernel.machine.Watcher;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Images of disks in a pool, by librbd.so.1. Thread-safe. */
final class Disks {
    private static final StructLayout WATCHER =
            MemoryLayout.structLayout(
                    ADDRESS.withName("addr"),
                    JAVA_LONG.withName("id"),
                    JAVA_LONG.withName("cookie"));
    private static final int MAX_WATCHERS = 64;
    private static final int MAX_OWNERS = 8;
    private static final int EXCLUSIVE = 0;

    private final Library rbd;

    Disks(Library rbd) {
        this.rbd = rbd;
    }

    /** Who has it open, as listed; nobody, if there is no such image. */
    List<Watcher> watchers(Pool pool, String image) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opened = arena.allocate(ADDRESS);
            // Read-only: else we would be listed ourselves.
            int open =
                    rbd.number(
                            "rbd_open_read_only",
                            pool.handle,
                            arena.allocateFrom(image),
                            opened,
                            MemorySegment.NULL);
            if (open == -CephException.NOT_FOUND) {
                return List.of();
            }
            Cluster.check("open " + image, open);
            try {
                MemorySegment list = arena.allocate(WATCHER, MAX_WATCHERS);
                MemorySegment count = arena.allocate(JAVA_LONG);
                count.set(JAVA_LONG, 0, MAX_WATCHERS);
                Cluster.check(
                        "watchers of " + image,
                        rbd.number("rbd_watchers_list", opened.get(ADDRESS, 0), list, count));
                List<Watcher> found = new ArrayList<>();
                for (long i = 0; i < count.get(JAVA_LONG, 0); i++) {
                    MemorySegment one = list.asSlice(i * WATCHER.byteSize(), WATCHER);
                    String address = Library.text(one.get(ADDRESS, 0));
                    long client = one.get(JAVA_LONG, 8);
                    if (client <= 0 || address.indexOf('/') < 0) {
                        throw new IllegalStateException(
                                "librbd lists a watcher that is none: " + address + " " + client);
                    }
                    found.add(new Watcher(address, client, false));
                }
                rbd.run("rbd_watchers_list_cleanup", list, count.get(JAVA_LONG, 0));
                return found;
            } finally {
                close(opened.get(ADDRESS, 0));
            }
        }
    }

    /** What was read or done counts, whatever comes of this. */
    private void close(MemorySegment image) {
        var _ = rbd.number("rbd_close", image);
    }

    /**
     * Makes an image, with the features that the cluster gives by default, or grows it.
     *
     * @param bytes of its size, at the least; 0: as large as what it is made of
     * @param from {@code IMAGE@SNAPSHOT} of the same pool; empty: nothing
     * @return whether it was not there
     */
    boolean make(Pool pool, String image, long bytes, String from) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(image);
            MemorySegment created = arena.allocate(ADDRESS);
            rbd.run("rbd_image_options_create", created);
            MemorySegment options = created.get(ADDRESS, 0);
            int made;
            try {
                int at = from.indexOf('@');
                made =
                        at < 0
                                ? rbd.number("rbd_create4", pool.handle, name, bytes, options)
                                : rbd.number(
                                        "rbd_clone3",
                                        pool.handle,
                                        arena.allocateFrom(from.substring(0, at)),
                                        arena.allocateFrom(from.substring(at + 1)),
                                        pool.handle,
                                        name,
                                        options);
            } finally {
                rbd.run("rbd_image_options_destroy", options);
            }
            if (made != -CephException.EXISTS) {
                Cluster.check(from.isEmpty() ? "make " + image : "make it of " + from, made);
            }
            grow(pool, name, bytes, arena);
            return made == 0;
        }
    }

    private void grow(Pool pool, MemorySegment name, long bytes, Arena arena) {
        MemorySegment opened = arena.allocate(ADDRESS);
        Cluster.check(
                "open", rbd.number("rbd_open", pool.handle, name, opened, MemorySegment.NULL));
        MemorySegment image = opened.get(ADDRESS, 0);
        try {
            MemorySegment size = arena.allocate(JAVA_LONG);
            Cluster.check("size", rbd.number("rbd_get_size", image, size));
            if (size.get(JAVA_LONG, 0) < bytes) {
                Cluster.check("grow", rbd.number("rbd_resize", image, bytes));
            }
        } finally {
            close(image);
        }
    }

    /**
     * Takes the exclusive lock away from whom holds it; says whether anybody did. Nobody has one of
     * an image that does not exist.
     *
     * @param before hears who that is, as storage lists clients
     */
    boolean breakLock(Pool pool, String image, Consumer<String> before) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opened = arena.allocate(ADDRESS);
            int open =
                    rbd.number(
                            "rbd_open",
                            pool.handle,
                            arena.allocateFrom(image),
                            opened,
                            MemorySegment.NULL);
            if (open == -CephException.NOT_FOUND) {
                return false;
            }
            Cluster.check("open " + image, open);
            MemorySegment at = opened.get(ADDRESS, 0);
            try {
                MemorySegment mode = arena.allocate(JAVA_INT);
                MemorySegment owners = arena.allocate(ADDRESS, MAX_OWNERS);
                MemorySegment count = arena.allocate(JAVA_LONG);
                count.set(JAVA_LONG, 0, MAX_OWNERS);
                int returned = rbd.number("rbd_lock_get_owners", at, mode, owners, count);
                if (returned == -CephException.NOT_FOUND) {
                    return false;
                }
                Cluster.check("lock of " + image, returned);
                boolean held = false;
                for (long i = 0; i < count.get(JAVA_LONG, 0); i++) {
                    before.accept(Library.text(owners.getAtIndex(ADDRESS, i)));
                    int broken =
                            rbd.number(
                                    "rbd_lock_break", at, EXCLUSIVE, owners.getAtIndex(ADDRESS, i));
                    // Given back by itself, meanwhile.
                    if (broken != -CephException.NOT_FOUND) {
                        Cluster.check("break the lock of " + image, broken);
                        held = true;
                    }
                }
                rbd.run("rbd_lock_get_owners_cleanup", owners, count.get(JAVA_LONG, 0));
                return held;
            } finally {
                close(at);
            }
        }
    }
}
