package io.evenkeel.store.transfer;

import io.evenkeel.kernel.store.Compacted;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Unknown;
import io.evenkeel.model.ClusterId;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import io.evenkeel.store.transfer.TransferException.Code;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Writes what a store holds at one revision, without what is {@link Soft}. Stateless. */
public final class StoreExport {
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final int PAGE = 500;

    private StoreExport() {}

    /**
     * What was written.
     *
     * @param header as in the file
     * @param keys how many there are
     */
    public record Exported(ExportHeader header, long keys) {}

    /**
     * Writes everything to {@code out}, which is flushed and not closed.
     *
     * @param source the store in words, for the header
     * @throws TransferException if the store does not answer, or holds half an import
     * @throws IOException if it can't be written
     */
    public static Exported write(
            Store store, String source, Instant takenAt, OutputStream out, Progress progress)
            throws IOException {
        Optional<String> half = ImportMarker.unfinished(store);
        if (half.isPresent()) {
            throw new TransferException(Code.UNFINISHED, half.get());
        }
        RangeResult.Range cluster = read(store, RangeQuery.key(ClusterId.KEY));
        long revision = cluster.revision();
        RangeQuery all = RangeQuery.prefix(Keys.ROOT).at(revision);
        long total = read(store, all.counting()).count();
        ExportHeader header = new ExportHeader(revision, takenAt, source, id(cluster.entries()));
        DigestOutputStream digested =
                new DigestOutputStream(new BufferedOutputStream(out, 1 << 16), Sha256.digest());
        line(digested, new ExportLine.Head(header));
        long keys = 0;
        long seen = 0;
        RangeQuery query = all.limit(PAGE);
        for (boolean more = true; more; ) {
            RangeResult.Range page = read(store, query);
            for (Entry entry : page.entries()) {
                if (!Soft.isSoft(entry)) {
                    line(digested, new ExportLine.Item(entry.key(), entry.value()));
                    keys++;
                }
            }
            seen += page.entries().size();
            progress.at("exporting", seen, total);
            more = page.more();
            query = more ? query.after(page.entries().getLast().key()) : query;
        }
        String sum = HexFormat.of().formatHex(digested.getMessageDigest().digest());
        line(digested, new ExportLine.Tail(keys, sum));
        digested.flush();
        return new Exported(header, keys);
    }

    private static void line(OutputStream out, ExportLine line) throws IOException {
        out.write(line.bytes());
        out.write('\n');
    }

    private static String id(List<Entry> entries) {
        return !entries.isEmpty()
                        && Stored.read(entries.getFirst().value().toBytes(), ClusterId.class)
                                instanceof Bound.Good<ClusterId>(ClusterId cluster)
                ? cluster.id()
                : "";
    }

    static RangeResult.Range read(Store store, RangeQuery query) {
        return switch (store.range(query, DEADLINE)) {
            case RangeResult.Range range -> range;
            case Compacted _ ->
                    throw new TransferException(
                            Code.STORE,
                            "the store forgot the revision that was being read (it was compacted);"
                                    + " run it again");
            case Rejected rejected -> throw new TransferException(Code.STORE, rejected.message());
            case Unknown unknown -> throw new TransferException(Code.STORE, unknown.reason());
        };
    }
}
