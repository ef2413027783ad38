package io.evenkeel.kernel.image;

import io.evenkeel.kernel.failover.HostKeys;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.tree.Bound;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns what the store says into images: once from a whole reading, then batch by batch. A record
 * that cannot be read is reported, and what it said before stays.
 *
 * <p>Cost: a batch costs O(log n) for every record in it, plus one look at every service for every
 * policy in it. A whole reading costs its size.
 *
 * <p>Single-threaded; the images it hands out are safe to share.
 */
public final class ImageBuilder {
    /** Of all keys that images are made of; what else is in the store changes none. */
    public static final List<String> PREFIXES =
            List.of(
                    Keys.prefix(Keys.Area.SPEC),
                    Keys.prefix(Keys.Area.STATUS),
                    Keys.prefix(Keys.Area.ASSIGN),
                    Keys.prefix(Keys.Area.PRESENCE),
                    Keys.prefix(Keys.Area.LOCK, Keys.GATEWAYS),
                    Keys.prefix(Keys.Area.LOCK, Kind.HOST.plural()),
                    Keys.prefix(Keys.Area.TASK, HostKeys.FAILOVERS));

    private final ImageRecords records = new ImageRecords();
    private ClusterImage image = ClusterImage.EMPTY;

    /** The newest image. */
    public ClusterImage image() {
        return image;
    }

    /**
     * Starts over from everything below the {@link #PREFIXES} at one revision; more may be there.
     * The delta leads from the image before, so that readers keep what did not change.
     */
    public ImageDelta load(List<Entry> entries, long revision) {
        return loadRead(read(entries), revision);
    }

    /** Reads what belongs to images; any thread. */
    public static List<ReadRecord> read(List<Entry> entries) {
        List<ReadRecord> read = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            ReadRecord.of(entry).ifPresent(read::add);
        }
        return read;
    }

    /** As {@link #load}, of entries that were read already. */
    public ImageDelta loadRead(List<ReadRecord> all, long revision) {
        ImageEdit edit = new ImageEdit(image, records);
        List<UnreadableRecord> unreadable = new ArrayList<>();
        List<Keys.Key> known = records.keys();
        if (!known.isEmpty()) {
            Set<Keys.Key> present = new HashSet<>();
            all.forEach(read -> present.add(read.key()));
            for (Keys.Key key : known) {
                if (!present.contains(key)) {
                    records.remove(key);
                    edit.touch(key);
                }
            }
        }
        for (ReadRecord read : all) {
            put(read, edit, unreadable);
        }
        return finish(edit, revision, unreadable);
    }

    /** Goes on from the newest image; a batch that it already contains changes nothing. */
    public ImageDelta apply(WatchBatch batch) {
        ImageEdit edit = new ImageEdit(image, records);
        List<UnreadableRecord> unreadable = new ArrayList<>();
        for (Change change : batch.changes()) {
            if (change.revision() <= image.revision()) {
                continue;
            }
            switch (change) {
                case Change.Put put ->
                        ReadRecord.of(put.entry()).ifPresent(read -> put(read, edit, unreadable));
                case Change.Delete delete ->
                        Keys.parse(delete.key())
                                .filter(ImageRecords::relevant)
                                .ifPresent(key -> {
                                    records.remove(key);
                                    edit.touch(key);
                                });
            }
        }
        return finish(edit, Math.max(batch.revision(), image.revision()), unreadable);
    }

    private void put(ReadRecord read, ImageEdit edit, List<UnreadableRecord> unreadable) {
        switch (read.says()) {
            case Bound.Good<?> good -> {
                records.put(read, good.value());
                edit.touch(read.key());
            }
            case Bound.Bad<?> bad ->
                    unreadable.add(
                            new UnreadableRecord(
                                    read.key().toString(),
                                    read.revision(),
                                    bad.problems().getFirst().toString()));
        }
    }

    private ImageDelta finish(ImageEdit edit, long revision, List<UnreadableRecord> unreadable) {
        ImageDelta delta = edit.finish(revision, unreadable);
        image = delta.after();
        return delta;
    }
}
