package io.evenkeel.host;

import static io.evenkeel.host.driver.Fields.number;
import static io.evenkeel.host.driver.Fields.text;
import static io.evenkeel.host.driver.Fields.texts;

import io.evenkeel.host.driver.Fields;
import io.evenkeel.kernel.machine.BlockStorage;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.NewImage;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.Watcher;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.Tree.Entry;
import io.evenkeel.model.tree.Tree.ObjectTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A Ceph cluster through driver processes: one that asks, one that changes, so that a fence does
 * not wait for a witness, and one that makes images.
 *
 * <p>A notify is timed by the storage in whole seconds: a time-out is rounded down, to one at the
 * least; so an answer of {@link #ask} in which everybody is silent comes about when the time-out is
 * over. For that the driver itself is given a second more.
 */
public final class CephStorage implements BlockStorage {
    private static final Duration FOR_THE_WAY = Duration.ofSeconds(1);

    private final Drivers drivers;
    private final CephAccess access;

    /**
     * Nothing is started yet.
     *
     * @param command that starts a driver of Ceph
     */
    public CephStorage(CephAccess access, List<String> command) {
        this.access = access;
        drivers = new Drivers(command);
    }

    @Override
    public CompletableFuture<Reply<SortedMap<Image, List<Watcher>>>> ask(
            List<Image> images, Duration timeout) {
        Tree seconds = number(Math.max(1, timeout.toSeconds()));
        return Replies.read(
                call("asks", "ask", "images", images(images), timeout, "seconds", seconds),
                CephStorage::watched);
    }

    @Override
    public CompletableFuture<Reply<SortedMap<Image, List<Watcher>>>> watchers(
            List<Image> images, Duration timeout) {
        return Replies.read(
                call("asks", "watchers", "images", images(images), timeout), CephStorage::watched);
    }

    @Override
    public CompletableFuture<Reply<List<String>>> refuse(
            List<String> entries, Duration expiry, Duration timeout) {
        Tree millis = number(expiry.toMillis());
        return Replies.read(
                call("changes", "refuse", "entries", texts(entries), timeout, "expiry", millis),
                Fields::texts);
    }

    @Override
    public CompletableFuture<Reply<List<String>>> serve(List<String> entries, Duration timeout) {
        return Replies.read(
                call("changes", "serve", "entries", texts(entries), timeout), Fields::texts);
    }

    /** {@inheritDoc} True: somebody had one. */
    @Override
    public CompletableFuture<Reply<Boolean>> breakLocks(
            List<Image> images, boolean refusingOwners, Duration timeout) {
        Tree refusing = Fields.truth(refusingOwners);
        return Replies.read(
                call(
                        "changes",
                        "breakLocks",
                        "images",
                        images(images),
                        timeout,
                        "refuse",
                        refusing),
                Fields::truth);
    }

    @Override
    public CompletableFuture<Reply<Boolean>> make(NewImage image, Duration timeout) {
        return Replies.read(
                call(
                        "makes",
                        "make",
                        "images",
                        images(List.of(image.image())),
                        timeout,
                        "bytes",
                        number(image.bytes()),
                        "from",
                        text(image.from())),
                Fields::truth);
    }

    @Override
    public CompletableFuture<Reply<Boolean>> refusesThisMachine(String pool, Duration timeout) {
        return Replies.read(
                call("for itself", "refusesThisMachine", "pool", text(pool), timeout),
                Fields::truth);
    }

    private CompletableFuture<Reply<Tree>> call(
            String lane, String call, String key, Tree value, Duration timeout, Object... more) {
        ObjectTree reached =
                Fields.object(
                        "monitors",
                        texts(access.monitors()),
                        "user",
                        text(access.user()),
                        "keyFile",
                        text(access.keyFile().map(Path::toString).orElse("")),
                        key,
                        value);
        List<Entry> all = new ArrayList<>(reached.entries());
        all.addAll(Fields.object(more).entries());
        return drivers.call(
                "ceph " + lane + " " + access.monitors().getFirst(),
                call,
                new ObjectTree(List.copyOf(all), -1, -1),
                timeout.plus(FOR_THE_WAY));
    }

    private static Tree images(List<Image> images) {
        return Fields.list(
                images.stream().map(one -> texts(List.of(one.pool(), one.name()))).toList());
    }

    private static SortedMap<Image, List<Watcher>> watched(Tree list) {
        SortedMap<Image, List<Watcher>> found = new TreeMap<>();
        for (Tree image : Fields.items(list)) {
            List<Watcher> watchers = new ArrayList<>();
            for (Tree one : Fields.items(Fields.at(image, "watchers"))) {
                watchers.add(
                        new Watcher(
                                Fields.textAt(one, "address"),
                                Fields.numberAt(one, "client"),
                                Fields.truthAt(one, "acknowledged")));
            }
            found.put(
                    new Image(Fields.textAt(image, "pool"), Fields.textAt(image, "name")),
                    List.copyOf(watchers));
        }
        return Collections.unmodifiableSortedMap(found);
    }

    /** The driver processes that run now. */
    public List<Long> pids() {
        return drivers.pids();
    }

    @Override
    public void close() {
        drivers.close();
    }
}
