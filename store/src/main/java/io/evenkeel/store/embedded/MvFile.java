package io.evenkeel.store.embedded;

import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.StoreState;
import io.evenkeel.store.EntryCodec;
import io.evenkeel.store.embedded.StoreOpenException.Code;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.h2.store.fs.FilePath;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MVStore file and the mark beside it. Every group of changes is one MVStore version, with the
 * group's sequence number inside it; {@code commit()} alone does not sync, so {@link #write} also
 * calls {@code sync()}. Not thread-safe.
 */
final class MvFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MvFile.class);

    /** Layout of what is in the maps; a newer one is refused. */
    private static final long FORMAT = 1;

    /** After an accepted loss revisions jump, so that none that was given out is given again. */
    private static final long LOSS_JUMP = 1_000_000;

    /** StoreState holds everything in memory: the page cache only serves the tree's inner pages. */
    private static final int CACHE_MIB = 4;

    /** Groups between two looks at how full the file's chunks are. */
    private static final int COMPACT_EVERY = 256;

    private static final int COMPACT_BELOW_PERCENT = 60;
    private static final int COMPACT_BYTES = 2 << 20;

    private final MVStore file;
    private final AckMark mark;
    private final MVMap<String, byte[]> entries;
    private final MVMap<String, byte[]> leases;
    private final MVMap<String, byte[]> meta;
    private final long storeId;
    private long sequence;
    private long revision;
    private int groupsSinceCompact;

    private MvFile(MVStore file, AckMark mark) {
        this.file = file;
        this.mark = mark;
        this.entries = openMap("entries");
        this.leases = openMap("leases");
        this.meta = openMap("meta");
        this.sequence = number("sequence", 0);
        this.revision = number("revision", StoreState.FIRST_REVISION);
        this.storeId = number("store-id", UUID.randomUUID().getMostSignificantBits());
    }

    /**
     * Opens or creates both files.
     *
     * @param place directory for messages
     * @param dataFile name as MVStore takes it
     * @param markFile name as MVStore's file layer takes it
     * @param syncDirectory makes a rename durable
     */
    static MvFile open(
            String place,
            String dataFile,
            String markFile,
            int retentionMillis,
            boolean acceptLoss,
            DirectorySync syncDirectory) {
        MVStore file = null;
        AckMark mark = null;
        try {
            create(dataFile, syncDirectory);
            file = openFile(dataFile);
            file.setRetentionTime(retentionMillis);
            file.setVersionsToKeep(0);
            mark = AckMark.open(markFile);
            MvFile opened = new MvFile(file, mark);
            opened.check(place, mark.read(), acceptLoss);
            return opened;
        } catch (MVStoreException | IllegalStateException e) {
            abandon(file, mark);
            throw new StoreOpenException(
                    Code.UNREADABLE,
                    "data in "
                            + place
                            + " cannot be read: "
                            + e.getMessage()
                            + "; restore it from a backup, or move the directory away to begin"
                            + " anew",
                    e);
        } catch (IOException e) {
            abandon(file, mark);
            throw new StoreOpenException(
                    Code.INACCESSIBLE, "data in " + place + " cannot be opened: " + e, e);
        } catch (StoreOpenException e) {
            abandon(file, mark);
            throw e;
        }
    }

    /** Makes renames in the data directory durable. */
    interface DirectorySync {
        void sync() throws IOException;
    }

    /**
     * Creates the file under another name and renames it when it is whole: MVStore writes its
     * header in place, so a crash in the first moments would leave a file that it cannot open.
     */
    private static void create(String dataFile, DirectorySync directory) throws IOException {
        FilePath data = FilePath.get(dataFile);
        if (data.exists()) {
            return;
        }
        FilePath unfinished = FilePath.get(dataFile + ".new");
        if (unfinished.exists()) {
            unfinished.delete();
        }
        try (MVStore created = openFile(dataFile + ".new")) {
            created.openMap("meta", bytesByText());
            created.commit();
            created.sync();
        }
        try (FileChannel written = unfinished.open("rw")) {
            written.force(true); // closing wrote once more
        }
        unfinished.moveTo(data, true);
        directory.sync();
    }

    private static MVStore openFile(String name) {
        return new MVStore.Builder()
                .fileName(name)
                .autoCommitDisabled()
                .autoCommitBufferSize(0) // it would commit by itself, in the middle of a group
                .cacheSize(CACHE_MIB)
                .open();
    }

    private void check(String place, AckMark.@Nullable Mark last, boolean acceptLoss)
            throws IOException {
        long format = number("format", FORMAT);
        if (format > FORMAT) {
            throw new StoreOpenException(
                    Code.UNREADABLE,
                    "data in "
                            + place
                            + " has format "
                            + format
                            + " (expected: <= "
                            + FORMAT
                            + "); start the newer version that wrote it",
                    null);
        }
        boolean fresh = sequence == 0;
        AckMark.Mark acknowledged = last != null ? last : new AckMark.Mark(storeId, 0, 0);
        boolean other = !fresh && acknowledged.storeId() != storeId;
        boolean lost = other || acknowledged.sequence() > sequence;
        if (lost && !acceptLoss) {
            throw new StoreOpenException(
                    Code.ACKNOWLEDGED_LOST,
                    "data in "
                            + place
                            + " ends at group "
                            + sequence
                            + " (expected: >= "
                            + acknowledged.sequence()
                            + ""
                            + (other ? ", and the same store" : "")
                            + "): acknowledged changes are missing, as after a torn or replaced"
                            + " file; restore it from a backup, or accept the loss once by"
                            + " starting with --accept-data-loss",
                    null);
        }
        if (lost) {
            LOG.warn(
                    "data in {}: acknowledged groups {} to {} are lost and were accepted as lost",
                    place,
                    sequence + 1,
                    acknowledged.sequence());
            sequence = Math.max(sequence, acknowledged.sequence());
            revision = Math.max(revision, acknowledged.revision()) + LOSS_JUMP;
        }
        if (lost || fresh) {
            meta.put("format", EntryCodec.encode(FORMAT));
            meta.put("store-id", EntryCodec.encode(storeId));
            write(List.of(), revision, number("last-lease", 0));
        }
    }

    StoreState load(StoreLimits limits, long nowNanos) {
        List<Entry> all = new ArrayList<>(entries.size());
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            all.add(EntryCodec.decode(entry.getKey(), entry.getValue()));
        }
        List<StoreState.LeaseRecord> records = new ArrayList<>();
        for (Map.Entry<String, byte[]> lease : leases.entrySet()) {
            records.add(
                    new StoreState.LeaseRecord(
                            Long.parseLong(lease.getKey()),
                            EntryCodec.decodeNumber(lease.getValue())));
        }
        return StoreState.restore(
                limits, revision, all, records, number("last-lease", 0), nowNanos);
    }

    /**
     * Makes one group durable: when this returns, it survives kill -9 and a power cut.
     *
     * @throws MVStoreException the data may or may not be on disk, and nothing more can be written
     * @throws IOException likewise
     */
    void write(List<Write> group, long toRevision, long lastLeaseId) throws IOException {
        for (Write write : group) {
            switch (write) {
                case Write.Changed changed -> apply(changed);
                case Write.LeaseGranted granted ->
                        leases.put(
                                Long.toString(granted.id()), EntryCodec.encode(granted.ttlNanos()));
                case Write.LeaseEnded ended -> leases.remove(Long.toString(ended.id()));
            }
        }
        long next = sequence + 1;
        meta.put("sequence", EntryCodec.encode(next));
        meta.put("revision", EntryCodec.encode(toRevision));
        meta.put("last-lease", EntryCodec.encode(lastLeaseId));
        file.commit();
        file.sync();
        sequence = next;
        revision = toRevision;
        mark.write(new AckMark.Mark(storeId, sequence, revision));
        groupsSinceCompact++;
    }

    private void apply(Write.Changed changed) {
        for (Change change : changed.batch().changes()) {
            switch (change) {
                case Change.Put put -> entries.put(put.key(), EntryCodec.encode(put.entry()));
                case Change.Delete delete -> entries.remove(delete.key());
            }
        }
    }

    /**
     * Moves live data out of chunks that are mostly overwritten, so that the file follows the size
     * of what is in it; a no-op most of the time. Call it when no answer waits.
     */
    void tidy() {
        if (groupsSinceCompact >= COMPACT_EVERY) {
            groupsSinceCompact = 0;
            if (file.compact(COMPACT_BELOW_PERCENT, COMPACT_BYTES)) {
                file.sync();
            }
        }
    }

    void syncMark() throws IOException {
        mark.sync();
    }

    @Override
    public void close() throws IOException {
        try (mark) {
            if (file.getPanicException() == null) {
                file.close();
            } else {
                file.closeImmediately();
            }
            mark.sync();
        }
    }

    /** Lets go of the files without writing: for a store that failed. */
    private static void abandon(@Nullable MVStore file, @Nullable AckMark mark) {
        if (file != null) {
            file.closeImmediately();
        }
        if (mark != null) {
            try {
                mark.close();
            } catch (IOException e) {
                LOG.debug("closing the mark of a store that did not open", e);
            }
        }
    }

    private MVMap<String, byte[]> openMap(String name) {
        return file.openMap(name, bytesByText());
    }

    private static MVMap.Builder<String, byte[]> bytesByText() {
        return new MVMap.Builder<String, byte[]>()
                .keyType(StringDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE);
    }

    private long number(String key, long otherwise) {
        byte[] bytes = meta.get(key);
        return bytes == null ? otherwise : EntryCodec.decodeNumber(bytes);
    }
}
