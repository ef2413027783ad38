package io.evenkeel.control.failover;

import io.evenkeel.kernel.machine.BlockStorage;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.NewImage;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.StorageWitness;
import io.evenkeel.kernel.machine.Watcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** A storage in memory, whose clients answer or not, and which can be away or disobedient. */
public final class MemoryStorage implements BlockStorage {
    private final Map<Image, List<String>> open = new TreeMap<>();
    private final Map<Image, Long> made = new TreeMap<>();
    private int makings;
    private final TreeSet<String> refused = new TreeSet<>();
    private boolean clientsAnswer;
    private boolean away;
    private boolean keepsWatchers;
    private int asked;
    private int broken;
    private boolean ownersRefused;

    public synchronized void open(Image image, String client) {
        open.computeIfAbsent(image, _ -> new ArrayList<>()).add(client);
    }

    public synchronized void clientsAnswer(boolean value) {
        clientsAnswer = value;
    }

    /** Whoever had it open has closed it. */
    public synchronized void closed(Image image) {
        var _ = open.remove(image);
    }

    synchronized void away(boolean value) {
        away = value;
    }

    /** Whether clients stay listed though they are refused. */
    synchronized void keepsWatchers(boolean value) {
        keepsWatchers = value;
    }

    synchronized List<String> refused() {
        return List.copyOf(refused);
    }

    synchronized int asked() {
        return asked;
    }

    /** How often locks were broken. */
    synchronized int broken() {
        return broken;
    }

    /** Whether the owners were refused when locks were broken last. */
    synchronized boolean ownersRefused() {
        return ownersRefused;
    }

    private boolean isRefused(String client) {
        return refused.contains(client) || refused.contains(StorageWitness.ip(client));
    }

    private synchronized CompletableFuture<Reply<SortedMap<Image, List<Watcher>>>> listed(
            List<Image> images, boolean notified) {
        if (away) {
            return CompletableFuture.completedFuture(new Reply.Silent<>("no monitor answers"));
        }
        SortedMap<Image, List<Watcher>> watchers = new TreeMap<>();
        for (Image image : images) {
            List<Watcher> list = new ArrayList<>();
            for (String client : open.getOrDefault(image, List.of())) {
                if (keepsWatchers || !isRefused(client)) {
                    list.add(new Watcher(client, 1, notified && clientsAnswer));
                }
            }
            watchers.put(image, list);
        }
        return CompletableFuture.completedFuture(new Reply.Done<>(watchers));
    }

    @Override
    public synchronized CompletableFuture<Reply<SortedMap<Image, List<Watcher>>>> ask(
            List<Image> images, Duration timeout) {
        asked++;
        return listed(images, true);
    }

    @Override
    public CompletableFuture<Reply<SortedMap<Image, List<Watcher>>>> watchers(
            List<Image> images, Duration timeout) {
        return listed(images, false);
    }

    @Override
    public synchronized CompletableFuture<Reply<List<String>>> refuse(
            List<String> entries, Duration expiry, Duration timeout) {
        refused.addAll(entries);
        return CompletableFuture.completedFuture(new Reply.Done<>(List.copyOf(entries)));
    }

    @Override
    public synchronized CompletableFuture<Reply<List<String>>> serve(
            List<String> entries, Duration timeout) {
        entries.forEach(refused::remove);
        return CompletableFuture.completedFuture(new Reply.Done<>(List.of()));
    }

    @Override
    public synchronized CompletableFuture<Reply<Boolean>> breakLocks(
            List<Image> images, boolean refusingOwners, Duration timeout) {
        broken++;
        ownersRefused = refusingOwners;
        return CompletableFuture.completedFuture(new Reply.Done<>(true));
    }

    /** How often an image was to be made. */
    public synchronized int makings() {
        return makings;
    }

    /** What was made, and how large. */
    public synchronized Map<Image, Long> made() {
        return new TreeMap<>(made);
    }

    @Override
    public synchronized CompletableFuture<Reply<Boolean>> make(NewImage image, Duration timeout) {
        if (away) {
            return CompletableFuture.completedFuture(new Reply.Silent<>("no monitor answers"));
        }
        makings++;
        Long before = made.put(image.image(), image.bytes());
        return CompletableFuture.completedFuture(new Reply.Done<>(before == null));
    }

    @Override
    public CompletableFuture<Reply<Boolean>> refusesThisMachine(String pool, Duration timeout) {
        return CompletableFuture.completedFuture(new Reply.Done<>(false));
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
