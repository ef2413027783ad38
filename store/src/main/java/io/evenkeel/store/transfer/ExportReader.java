package io.evenkeel.store.transfer;

import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnRules;
import io.evenkeel.model.Keys;
import io.evenkeel.store.transfer.TransferException.Code;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads an export line by line and believes none of it before it was checked; whoever has read to
 * the end has read what was written. Memory: one line. Not thread-safe.
 */
final class ExportReader implements AutoCloseable {
    /**
     * A file that was read to its end.
     *
     * @param keys in it
     * @param sha256 its checksum, by which it is told from others
     */
    record Verified(ExportHeader header, long keys, String sha256) {}

    private final InputStream in;
    private final MessageDigest digest = Sha256.digest();
    private final TxnRules rules = new TxnRules(StoreLimits.DEFAULT);
    private final ExportHeader header;
    private long line;
    private long keys;
    private String lastKey = "";
    private @Nullable Verified verified;

    /** Takes the stream over and reads the first line. */
    ExportReader(InputStream stream) throws IOException {
        in = new BufferedInputStream(stream, 1 << 16);
        byte[] first = line();
        if (first == null) {
            throw damaged("it is empty");
        }
        if (!(parse(first) instanceof ExportLine.Head(ExportHeader read))) {
            throw damaged("it does not begin with a header");
        }
        header = read;
        digest(first);
    }

    /** Reads all of it. */
    static Verified verify(InputStream stream) throws IOException {
        try (ExportReader reader = new ExportReader(stream)) {
            ExportLine.Item item = reader.next();
            while (item != null) {
                item = reader.next();
            }
            return reader.verified();
        }
    }

    ExportHeader header() {
        return header;
    }

    /** The next key; null behind the last one, when everything was found to be whole. */
    ExportLine.@Nullable Item next() throws IOException {
        byte[] bytes = line();
        if (bytes == null) {
            throw damaged("it ends without its last line: it was cut");
        }
        switch (parse(bytes)) {
            case ExportLine.Head _ -> throw damaged("a second header");
            case ExportLine.Item item -> {
                check(item);
                digest(bytes);
                keys++;
                return item;
            }
            case ExportLine.Tail(long count, String sha256) -> {
                String sum = HexFormat.of().formatHex(digest.digest());
                if (count != keys || !sha256.equals(sum)) {
                    throw damaged("its checksum does not agree with what is in it");
                }
                if (in.read() >= 0) {
                    throw damaged("something follows its last line");
                }
                verified = new Verified(header, keys, sum);
                return null;
            }
        }
    }

    /** What was read; only after {@link #next} answered null. */
    Verified verified() {
        if (verified == null) {
            throw new IllegalStateException("not at the end");
        }
        return verified;
    }

    private void check(ExportLine.Item item) {
        Rejected rejected = rules.check(Txn.of(Op.put(item.key(), item.value())));
        if (rejected != null) {
            throw damaged(rejected.message());
        }
        if (!item.key().startsWith(Keys.ROOT) || Soft.isSoft(item.key())) {
            throw damaged("key " + item.key() + " is none that is exported");
        }
        if (item.key().compareTo(lastKey) <= 0) {
            throw damaged("key " + item.key() + " is out of order");
        }
        lastKey = item.key();
    }

    private ExportLine parse(byte[] bytes) {
        try {
            return ExportLine.parse(bytes);
        } catch (IllegalArgumentException bad) {
            throw damaged("seen: " + bad.getMessage());
        }
    }

    private void digest(byte[] bytes) {
        digest.update(bytes);
        digest.update((byte) '\n');
    }

    /** The next line without its end; null at the end of the file. A line has to have an end. */
    private byte @Nullable [] line() throws IOException {
        line++;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                if (bytes.size() == 0) {
                    return null;
                }
                throw damaged("it ends within a line: it was cut");
            }
            if (bytes.size() == ExportLine.LONGEST) {
                throw damaged("longer than " + ExportLine.LONGEST + " octets");
            }
            bytes.write(octet);
        }
        return bytes.toByteArray();
    }

    private TransferException damaged(String what) {
        return new TransferException(
                Code.DAMAGED,
                "the export is damaged at line "
                        + line
                        + ": "
                        + what
                        + "; take another copy of it");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
