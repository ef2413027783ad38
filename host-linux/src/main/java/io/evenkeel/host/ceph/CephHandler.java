package io.evenkeel.host.ceph;

import io.evenkeel.host.driver.Fields;
import io.evenkeel.host.driver.Handler;
import io.evenkeel.host.driver.Line.Request;
import io.evenkeel.host.foreign.Library;
import io.evenkeel.host.foreign.MissingLibraryException;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.Watcher;
import io.evenkeel.model.tree.Tree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the driver process of a storage does with calls: one connection, opened at need. */
public final class CephHandler implements Handler {
    /** Who held a lock: longer than anything that it may still have to write. */
    private static final Duration OWNER_REFUSED = Duration.ofDays(365);

    private final Library rados = new Library("librados.so.2", "librados2");
    private final Disks disks = new Disks(new Library("librbd.so.1", "librbd1"));
    private @Nullable Cluster cluster;

    @Override
    public Reply<Tree> handle(Request request) {
        Tree with = request.arguments();
        try {
            Cluster to = cluster(with, (int) Math.max(1, request.timeoutMillis() / 1_000));
            return new Reply.Done<>(
                    switch (request.call()) {
                        case "ask" -> ask(to, images(with), Fields.numberAt(with, "seconds"));
                        case "watchers" -> listed(to, images(with));
                        case "refuse" -> refuse(to, with);
                        case "serve" -> serve(to, Fields.texts(Fields.at(with, "entries")));
                        case "breakLocks" ->
                                breakLocks(to, images(with), Fields.truthAt(with, "refuse"));
                        case "make" -> make(to, with);
                        case "refusesThisMachine" -> refusesUs(to, Fields.textAt(with, "pool"));
                        default -> throw new IllegalArgumentException("unknown");
                    });
        } catch (MissingLibraryException missing) {
            return new Reply.Unasked<>(missing.getMessage());
        } catch (CephException e) {
            if (e.isOwnFence()) {
                leave();
                return new Reply.Unasked<>(e.getMessage());
            }
            return e.isTimeout()
                    ? new Reply.Silent<>(e.getMessage())
                    : new Reply.Refused<>(e.getMessage());
        }
    }

    private synchronized Cluster cluster(Tree with, int seconds) {
        Cluster connected = cluster;
        if (connected == null) {
            connected =
                    Cluster.connect(
                            rados,
                            Fields.texts(Fields.at(with, "monitors")),
                            Fields.textAt(with, "user"),
                            Fields.textAt(with, "keyFile"),
                            seconds);
            cluster = connected;
        }
        return connected;
    }

    /** The next call connects anew. What is left of this one ends with the process. */
    private synchronized void leave() {
        cluster = null;
    }

    private static List<Image> images(Tree with) {
        List<Image> images = new ArrayList<>();
        for (Tree each : Fields.items(Fields.at(with, "images"))) {
            List<String> pair = Fields.texts(each);
            images.add(new Image(pair.get(0), pair.get(1)));
        }
        return images;
    }

    /** Pools of a call, opened once each. */
    private static final class Pools implements AutoCloseable {
        private final Cluster cluster;
        private final Map<String, Pool> open = new HashMap<>();

        Pools(Cluster cluster) {
            this.cluster = cluster;
        }

        Pool of(Image image) {
            return open.computeIfAbsent(image.pool(), cluster::pool);
        }

        @Override
        public void close() {
            open.values().forEach(Pool::close);
        }
    }

    private Tree listed(Cluster to, List<Image> images) {
        Map<Image, List<Watcher>> found = new LinkedHashMap<>();
        try (Pools pools = new Pools(to)) {
            for (Image image : images) {
                found.put(image, disks.watchers(pools.of(image), image.name()));
            }
        }
        return tree(found);
    }

    /** All are asked at once, and listed while they think. */
    private Tree ask(Cluster to, List<Image> images, long seconds) {
        Map<Image, List<Watcher>> found = new LinkedHashMap<>();
        Map<Image, Pool.Notify> asked = new LinkedHashMap<>();
        try (Pools pools = new Pools(to)) {
            try {
                for (Image image : images) {
                    Pool pool = pools.of(image);
                    Optional<String> header = pool.header(image.name());
                    found.put(image, List.of());
                    if (header.isPresent()) {
                        asked.put(image, pool.ask(header.get(), seconds * 1_000));
                    }
                }
                asked.keySet()
                        .forEach(image ->
                                found.put(image, disks.watchers(pools.of(image), image.name())));
                asked.forEach((image, notify) -> {
                    NotifyReply reply = notify.await();
                    List<Watcher> watchers = found.getOrDefault(image, List.of());
                    if (!known(watchers, reply)) {
                        // Somebody has come between the two.
                        watchers = disks.watchers(pools.of(image), image.name());
                    }
                    found.put(image, acknowledged(watchers, reply));
                });
            } finally {
                asked.values().forEach(Pool.Notify::close);
            }
        }
        return tree(found);
    }

    private static boolean known(List<Watcher> watchers, NotifyReply reply) {
        return watchers.stream()
                .map(Watcher::client)
                .collect(Collectors.toSet())
                .containsAll(reply.acknowledged());
    }

    private static List<Watcher> acknowledged(List<Watcher> watchers, NotifyReply reply) {
        return watchers.stream()
                .map(one ->
                        new Watcher(
                                one.address(),
                                one.client(),
                                reply.acknowledged().contains(one.client())))
                .toList();
    }

    private static Tree tree(Map<Image, List<Watcher>> found) {
        List<Tree> images = new ArrayList<>();
        found.forEach((image, watchers) ->
                images.add(
                        Fields.object(
                                "pool",
                                Fields.text(image.pool()),
                                "name",
                                Fields.text(image.name()),
                                "watchers",
                                Fields.list(watchers.stream().map(CephHandler::tree).toList()))));
        return Fields.list(images);
    }

    private static Tree tree(Watcher watcher) {
        return Fields.object(
                "address",
                Fields.text(watcher.address()),
                "client",
                Fields.number(watcher.client()),
                "acknowledged",
                Fields.truth(watcher.acknowledged()));
    }

    private static Tree refuse(Cluster to, Tree with) {
        List<String> entries = Fields.texts(Fields.at(with, "entries"));
        Duration expiry = Duration.ofMillis(Fields.numberAt(with, "expiry"));
        for (String entry : entries) {
            var _ = to.command(Blocklist.add(Blocklist.entry(entry), expiry));
        }
        return after(to, entries);
    }

    private static Tree serve(Cluster to, List<String> entries) {
        for (String entry : entries) {
            try {
                var _ = to.command(Blocklist.remove(Blocklist.entry(entry)));
            } catch (CephException e) {
                if (e.errno() != CephException.NOT_FOUND) {
                    throw e;
                }
            }
        }
        return after(to, entries);
    }

    /** What is listed now; whatever is asked of the storage next is judged by it. */
    private static Tree after(Cluster to, List<String> entries) {
        to.awaitLatestMap();
        return Fields.texts(Blocklist.listed(entries, to.command(Blocklist.list())));
    }

    /**
     * Owners are refused here and not by the library: it would give those that are refused already
     * another end, and in 16.2 sends one that monitors call invalid.
     */
    private Tree breakLocks(Cluster to, List<Image> images, boolean refusing) {
        boolean any = false;
        try (Pools pools = new Pools(to)) {
            for (Image image : images) {
                any |=
                        disks.breakLock(
                                pools.of(image),
                                image.name(),
                                owner -> {
                                    if (refusing) {
                                        refuseOwner(to, owner);
                                    }
                                });
            }
        }
        return Fields.truth(any);
    }

    private Tree make(Cluster to, Tree with) {
        Image image = images(with).getFirst();
        try (Pool pool = to.pool(image.pool())) {
            return Fields.truth(
                    disks.make(
                            pool,
                            image.name(),
                            Fields.numberAt(with, "bytes"),
                            Fields.textAt(with, "from")));
        }
    }

    /** What is read need not be there. */
    private Tree refusesUs(Cluster to, String pool) {
        try (Pool from = to.pool(pool)) {
            var _ = from.header("evenkeel");
            return Fields.truth(false);
        } catch (CephException e) {
            if (!e.isOwnFence()) {
                throw e;
            }
        }
        // Asked again and again, and by nobody else here: what is left of it must not add up.
        leave();
        to.close();
        return Fields.truth(true);
    }

    private static void refuseOwner(Cluster to, String owner) {
        if (Blocklist.listed(List.of(owner), to.command(Blocklist.list())).isEmpty()) {
            var _ = to.command(Blocklist.add(Blocklist.entry(owner), OWNER_REFUSED));
            to.awaitLatestMap();
        }
    }
}
