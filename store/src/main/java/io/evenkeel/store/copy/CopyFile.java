package io.evenkeel.store.copy;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.StoreCopy.Kept;
import io.evenkeel.model.ClusterId;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.store.EntryCodec;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;

/**
 * The file of a copy. Each write is one version of MVStore: after a kill the last version that was
 * written whole is there. Without syncs a power cut may leave anything, so a sum over all entries
 * is kept in the same version; where it does not agree, nothing is believed. Not thread-safe; calls
 * throw MVStore's exceptions.
 */
final class CopyFile implements AutoCloseable {
    private static final long FORMAT = 1;

    /** Changes hit pages at random: small pages, less to write for each. */
    private static final int PAGE_BYTES = 4 << 10;

    private static final int CACHE_MIB = 4;

    /** Space of old versions is not used again before the next sync. */
    private static final int RETENTION_MILLIS = 15_000;

    private static final int COMPACT_EVERY = 64;
    private static final int COMPACT_BELOW_PERCENT = 50;
    private static final int COMPACT_BYTES = 4 << 20;

    private final MVStore file;
    private final MVMap<String, byte[]> entries;
    private final MVMap<String, byte[]> meta;
    private long sum;
    private int writes;

    /** Opens the file, or creates it; one of another format is one that can't be read. */
    CopyFile(String name) {
        file =
                new MVStore.Builder()
                        .fileName(name)
                        .autoCommitDisabled()
                        .autoCommitBufferSize(0) // nor in the middle of a group, when much waits
                        .cacheSize(CACHE_MIB)
                        .pageSplitSize(PAGE_BYTES)
                        .open();
        try {
            file.setRetentionTime(RETENTION_MILLIS);
            file.setVersionsToKeep(0);
            entries = openMap("copy");
            meta = openMap("copy-meta");
            if (number("format", FORMAT) != FORMAT) {
                throw new IllegalStateException("it has format " + number("format", 0));
            }
            sum = number("sum", 0);
        } catch (RuntimeException unreadable) {
            file.closeImmediately();
            throw unreadable;
        }
    }

    /**
     * What it holds; empty if nothing was written yet.
     *
     * @throws IllegalStateException if it does not add up
     */
    Optional<Kept> load() {
        long revision = number("revision", 0);
        if (revision == 0) {
            return Optional.empty();
        }
        List<Entry> loaded = new ArrayList<>();
        long found = 0;
        String cluster = "";
        try {
            for (Cursor<String, byte[]> at = entries.cursor(null); at.hasNext(); ) {
                String key = at.next();
                byte[] bytes = at.getValue();
                found += sum(key, bytes);
                Entry entry = EntryCodec.decode(key, bytes);
                loaded.add(entry);
                cluster = key.equals(ClusterId.KEY) ? cluster(entry) : cluster;
            }
        } catch (BufferUnderflowException cut) {
            throw new IllegalStateException("an entry is cut", cut);
        }
        if (found != number("sum", 0)) {
            throw new IllegalStateException("its entries do not agree with their sum");
        }
        return Optional.of(new Kept(loaded, revision, cluster, number("confirmed", 0)));
    }

    /**
     * Writes one version.
     *
     * @param whole what there is at first; null for what is there
     * @param changes on top of that, by key; empty for a key that is gone
     */
    void write(
            @Nullable List<Entry> whole,
            Map<String, Optional<Entry>> changes,
            long revision,
            long confirmedMillis) {
        if (whole != null) {
            replace(whole);
        }
        changes.forEach((key, entry) -> put(key, entry.map(EntryCodec::encode).orElse(null)));
        meta.put("format", EntryCodec.encode(FORMAT));
        meta.put("revision", EntryCodec.encode(revision));
        meta.put("confirmed", EntryCodec.encode(confirmedMillis));
        meta.put("sum", EntryCodec.encode(sum));
        file.commit();
        writes++;
        if (writes % COMPACT_EVERY == 0) {
            file.compact(COMPACT_BELOW_PERCENT, COMPACT_BYTES);
        }
    }

    /** Only what differs is written. The sum is made anew: nothing of the old one is believed. */
    private void replace(List<Entry> whole) {
        Map<String, byte[]> wanted = HashMap.newHashMap(whole.size());
        long all = 0;
        for (Entry entry : whole) {
            byte[] bytes = EntryCodec.encode(entry);
            wanted.put(entry.key(), bytes);
            all += sum(entry.key(), bytes);
        }
        List<String> gone = new ArrayList<>();
        for (Cursor<String, byte[]> at = entries.cursor(null); at.hasNext(); ) {
            String key = at.next();
            byte[] bytes = wanted.get(key);
            if (bytes == null) {
                gone.add(key);
            } else if (Arrays.equals(bytes, at.getValue())) {
                wanted.remove(key);
            }
        }
        gone.forEach(entries::remove);
        wanted.forEach(entries::put);
        sum = all;
    }

    private void put(String key, byte @Nullable [] bytes) {
        byte[] before = bytes == null ? entries.remove(key) : entries.put(key, bytes);
        sum -= before == null ? 0 : sum(key, before);
        sum += bytes == null ? 0 : sum(key, bytes);
    }

    void sync() {
        file.sync();
    }

    @Override
    public void close() {
        file.close();
    }

    /** Lets go without writing. */
    void abandon() {
        file.closeImmediately();
    }

    /** FNV-1a, 64 bits; sums of it do not depend on the order. */
    private static long sum(String key, byte[] bytes) {
        return fnv(fnv(0xcbf29ce484222325L, key.getBytes(StandardCharsets.ISO_8859_1)), bytes);
    }

    private static long fnv(long hash, byte[] bytes) {
        long mixed = hash;
        for (byte octet : bytes) {
            mixed = (mixed ^ (octet & 0xff)) * 0x100000001b3L;
        }
        return mixed;
    }

    private static String cluster(Entry entry) {
        return Stored.read(entry.value().toBytes(), ClusterId.class)
                        instanceof Bound.Good<ClusterId>(ClusterId named)
                ? named.id()
                : "";
    }

    private MVMap<String, byte[]> openMap(String name) {
        return file.openMap(
                name,
                new MVMap.Builder<String, byte[]>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    private long number(String key, long otherwise) {
        byte[] bytes = meta.get(key);
        return bytes == null ? otherwise : EntryCodec.decodeNumber(bytes);
    }
}
