package io.evenkeel.store.transfer;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Keys;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.store.transfer.TransferException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings a store to what an export says. The file is read twice: once to find it whole, before
 * anything is written, and once to write it.
 *
 * <p>It goes through the keys in their order, compares a stretch of the store with the same stretch
 * of the file, and writes what differs. So an import that was killed is finished by running it
 * again; until then {@link ImportMarker} says that the store is not whole.
 *
 * <p>Before the first key is written the store's revision is raised above the export's: revisions
 * are epochs, and none that was given in the old store may be given again in the new one.
 */
public final class StoreImport {
    private static final String ROOT = io.evenkeel.model.Keys.ROOT;
    private static final StoreLimits LIMITS = StoreLimits.DEFAULT;
    private static final int PAGE = 500;

    /** Which stores are written to. */
    public enum Into {
        /** Only one without any key of ours, or with what an import of the same file left. */
        EMPTY,
        /** Any; what is not in the file is deleted, unless it is {@link Soft}. */
        REPLACE
    }

    /** The file; opened twice. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /**
     * What was done.
     *
     * @param header of the file
     * @param keys in the file
     * @param written keys that were written; others were there already
     * @param deleted keys that were deleted
     * @param revision the store's now
     */
    public record Imported(
            ExportHeader header, long keys, long written, long deleted, long revision) {}

    private final GuardedWrites writes;
    private final Progress progress;
    private final ExportReader.Verified file;

    private final Store store;
    private String from = ROOT;
    private long read;
    private long written;
    private long deleted;

    private StoreImport(
            Store store, GuardedWrites writes, ExportReader.Verified file, Progress progress) {
        this.store = store;
        this.writes = writes;
        this.file = file;
        this.progress = progress;
    }

    /**
     * Imports.
     *
     * @param run a nonce for this run
     * @param nowMillis wall clock
     * @throws TransferException if the file is damaged, the store is not empty or doesn't answer
     * @throws IOException if the file can't be read
     */
    public static Imported run(
            Store store, Source source, Into into, String run, long nowMillis, Progress progress)
            throws IOException {
        ExportReader.Verified file;
        try (InputStream in = source.open()) {
            file = ExportReader.verify(in);
        }
        refuseOthers(store, into, file);
        ImportMarker marker = new ImportMarker(file.sha256(), run, nowMillis);
        GuardedWrites writes = GuardedWrites.begin(store, marker);
        Revisions.raise(writes, store, file.header().revision(), progress);
        StoreImport running = new StoreImport(store, writes, file, progress);
        try (ExportReader reader = new ExportReader(source.open())) {
            return running.copy(reader);
        }
    }

    private static void refuseOthers(Store store, Into into, ExportReader.Verified file) {
        RangeResult.Range marked = StoreExport.read(store, RangeQuery.key(ImportMarker.KEY));
        Optional<ImportMarker> marker = ImportMarker.of(marked.entries());
        if (into == Into.REPLACE
                || (marker.isPresent() && marker.get().sha256().equals(file.sha256()))) {
            return;
        }
        if (marker.isPresent()) {
            throw new TransferException(
                    Code.UNFINISHED,
                    "an import of another file into this store has not come to its end; import that"
                            + " file again, or this one with --replace");
        }
        RangeResult.Range any = StoreExport.read(store, RangeQuery.prefix(ROOT).limit(1));
        if (any.count() > 0) {
            throw new TransferException(
                    Code.NOT_EMPTY,
                    "the store holds "
                            + any.count()
                            + " keys (expected: none); with --replace they give way to the"
                            + " file's");
        }
    }

    private Imported copy(ExportReader reader) throws IOException {
        TreeMap<String, Value> stretch = new TreeMap<>();
        long bytes = 0;
        ExportLine.Item item = reader.next();
        while (item != null) {
            boolean full =
                    stretch.size() == LIMITS.opsPerTxn()
                            || bytes + item.value().size() > LIMITS.txnBytes();
            if (full) {
                bring(stretch, Keys.successor(stretch.lastKey()));
                stretch.clear();
                bytes = 0;
            }
            stretch.put(item.key(), item.value());
            bytes += item.value().size();
            item = reader.next();
        }
        if (!reader.verified().sha256().equals(file.sha256())) {
            throw new TransferException(
                    Code.DAMAGED,
                    "the file was changed while it was read; the store holds half of it: import a"
                            + " whole file again");
        }
        bring(stretch, Keys.endOfPrefix(ROOT));
        long revision = writes.end();
        // Whoever followed the store from before is told to read it again.
        store.compact(revision, StoreExport.DEADLINE);
        return new Imported(file.header(), file.keys(), written, deleted, revision);
    }

    /** Brings everything from {@link #from} up to {@code end} to what the file says. */
    private void bring(SortedMap<String, Value> wanted, String end) {
        Map<String, Value> missing = new TreeMap<>(wanted);
        RangeQuery query = new RangeQuery(from, end, PAGE, 0, false);
        for (boolean more = true; more; ) {
            RangeResult.Range page = StoreExport.read(store, query);
            List<Op> deletions = new ArrayList<>();
            for (Entry entry : page.entries()) {
                @Nullable Value is = wanted.get(entry.key());
                if (is == null && !Soft.isSoft(entry)) {
                    deletions.add(Op.delete(entry.key()));
                } else if (is != null && is.equals(entry.value()) && entry.leaseId() == 0) {
                    missing.remove(entry.key());
                }
            }
            delete(deletions);
            more = page.more();
            query = more ? query.after(page.entries().getLast().key()) : query;
        }
        if (!missing.isEmpty()) {
            List<Op> puts = new ArrayList<>();
            missing.forEach((key, value) -> puts.add(Op.put(key, value)));
            writes.commit(puts);
            written += puts.size();
        }
        read += wanted.size();
        from = end;
        progress.at("importing", read, file.keys());
    }

    private void delete(List<Op> deletions) {
        for (int at = 0; at < deletions.size(); at += LIMITS.opsPerTxn()) {
            writes.commit(
                    deletions.subList(at, Math.min(deletions.size(), at + LIMITS.opsPerTxn())));
        }
        deleted += deletions.size();
    }
}
