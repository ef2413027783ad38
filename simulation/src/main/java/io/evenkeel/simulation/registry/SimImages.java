package io.evenkeel.simulation.registry;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.registry.RegistryDesk;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.StoreCopy;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.Keys;
import io.evenkeel.simulation.store.StoreWay;
import io.evenkeel.simulation.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Images of one process, by its way to the store: everything is read at one revision, then watched;
 * when a watch ends, everything is read again. The images themselves are the kernel's.
 */
public final class SimImages {
    private static final long MILLI = 1_000_000L;
    private static final long FIRST_PAUSE = 20 * MILLI;
    private static final long LONGEST_PAUSE = 2_000 * MILLI;
    private static final long PULSE_EVERY = 1_000 * MILLI;
    private static final Unknown LOST = new Unknown("nothing was heard in time");

    /** How long the store has to be read at the start before a copy is shown. */
    private static final long COPY_AFTER = 3_000 * MILLI;

    /** What the store says, on its way to the images: where a test plants a fault of ours. */
    public interface Passage {
        /** As it is. */
        Passage SOUND = new Passage() {};

        /** Whether this batch of the watch gets through. */
        default boolean passes(WatchBatch batch) {
            return true;
        }

        /**
         * What a reading shows.
         *
         * @param entries of the store
         * @param again whether something was known before
         */
        default List<Entry> read(List<Entry> entries, boolean again) {
            return entries;
        }
    }

    private final EventQueue queue;
    private final StoreWay way;
    private final Executor turns;
    private final StoreCopy copy;
    private final Passage passage;
    private final ImageBuilder images = new ImageBuilder();
    private final List<ImagePublisher> publishers = new ArrayList<>();
    private final List<Consumer<WatchBatch>> batches = new ArrayList<>();
    private long pause = FIRST_PAUSE;
    private long heardNanos;
    private long timeline;
    private long readings;
    private boolean watching;
    private boolean fromCopy;
    private boolean ended;

    /**
     * Images that have not begun.
     *
     * @param turns runs what it does: at once, in turns of a process, or never when that is dead
     * @param copy to start from while the store does not answer
     */
    public SimImages(
            EventQueue queue, StoreWay way, Executor turns, StoreCopy copy, Passage passage) {
        this.queue = queue;
        this.way = way;
        this.turns = turns;
        this.copy = copy;
        this.passage = passage;
    }

    /** Begins to read. */
    public void begin() {
        heardNanos = queue.nowNanos();
        read(0, 0, new ArrayList<>());
        pulse();
        queue.after(COPY_AFTER, () -> turn(this::startFromCopy));
    }

    private void startFromCopy() {
        if (readings == 0) {
            copy.load()
                    .ifPresent(kept -> {
                        fromCopy = true;
                        publish(images.load(kept.entries(), kept.revision()));
                    });
        }
    }

    /** The process is gone. */
    public void end() {
        ended = true;
    }

    /** The newest image, which lags behind the store. */
    public ClusterImage image() {
        return images.image();
    }

    /** Tells of every image from now on. */
    public void subscribe(ImagePublisher publisher) {
        publishers.add(publisher);
    }

    /** Tells of everything that the watch brings, before the image has it. */
    public void onBatch(Consumer<WatchBatch> listener) {
        batches.add(listener);
    }

    /** How often the store was found at an earlier revision than before. */
    public long timeline() {
        return timeline;
    }

    /** How often everything was read. */
    public long readings() {
        return readings;
    }

    /** Whether it has read everything and hears of every change, as far as it knows. */
    public boolean watching() {
        return watching;
    }

    /** Whether nothing was heard of the store for so long that its answers are not awaited. */
    public boolean storeIsSilent() {
        return fromCopy || queue.nowNanos() - heardNanos > RegistryDesk.SILENT_AFTER.toNanos();
    }

    private void read(int part, long revision, List<Entry> found) {
        RangeQuery query = RangeQuery.prefix(ImageBuilder.PREFIXES.get(part)).at(revision);
        call(
                query,
                result -> {
                    if (!(result instanceof RangeResult.Range range)) {
                        pauseAndRead();
                        return;
                    }
                    long at = revision == 0 ? range.revision() : revision;
                    found.addAll(range.entries());
                    if (part + 1 < ImageBuilder.PREFIXES.size()) {
                        read(part + 1, at, found);
                    } else {
                        whole(found, at);
                    }
                });
    }

    private void call(RangeQuery query, Consumer<RangeResult> then) {
        way.<RangeResult>call(
                store -> store.range(query), LOST, result -> turn(() -> then.accept(result)));
    }

    private void turn(Runnable action) {
        turns.execute(() -> {
            if (!ended) {
                action.run();
            }
        });
    }

    private void pauseAndRead() {
        queue.after(pause, () -> turn(() -> read(0, 0, new ArrayList<>())));
        pause = Math.min(2 * pause, LONGEST_PAUSE);
    }

    private void whole(List<Entry> entries, long revision) {
        readings++;
        pause = FIRST_PAUSE;
        if (revision < image().revision()) {
            timeline++;
        }
        watching = true;
        heardNanos = queue.nowNanos();
        way.watch(revision + 1, batch -> turn(() -> batch(batch)), () -> turn(this::lost));
        publish(images.load(passage.read(entries, readings > 1), revision));
        fromCopy = false;
        copy.whole(entries, revision);
    }

    private void batch(WatchBatch batch) {
        heardNanos = queue.nowNanos();
        batches.forEach(listener -> listener.accept(batch));
        if (passage.passes(batch)) {
            publish(images.apply(batch));
        }
        copy.changed(batch.changes(), batch.revision());
    }

    private void lost() {
        watching = false;
        pauseAndRead();
    }

    private void publish(ImageDelta delta) {
        for (ImagePublisher publisher : publishers) {
            publisher.publish(delta);
        }
    }

    /** A watch on which nothing changes says nothing. */
    private void pulse() {
        queue.after(
                PULSE_EVERY,
                () -> {
                    if (!ended) {
                        call(
                                RangeQuery.key(Keys.ROOT),
                                result -> {
                                    if (watching && result instanceof RangeResult.Range) {
                                        heardNanos = queue.nowNanos();
                                    }
                                });
                        pulse();
                    }
                });
    }
}
