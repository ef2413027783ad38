package io.evenkeel.kernel.image;

import io.evenkeel.kernel.failover.Procedure;
import io.evenkeel.kernel.failover.RunRecord;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.model.DatastoreStatus;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineStatus;
import io.evenkeel.model.tree.Bound;
import java.util.Optional;

/**
 * A record that images are made of, read. Reading is most of the work of loading an image, needs
 * nothing but the entry, and may be done by several threads.
 *
 * @param key where it is
 * @param revision of its last write
 * @param says the record, or what is wrong with it
 */
public record ReadRecord(Keys.Key key, long revision, Bound<?> says) {
    /** Reads it; empty if it is no part of images. */
    public static Optional<ReadRecord> of(Entry entry) {
        return Keys.parse(entry.key())
                .filter(ImageRecords::relevant)
                .map(key ->
                        new ReadRecord(
                                key,
                                entry.modRevision(),
                                read(key, entry.value().toBytes(), entry.modRevision())));
    }

    private static Bound<?> read(Keys.Key key, byte[] value, long revision) {
        return switch (key.area()) {
            case SPEC -> Stored.resource(key, value, revision);
            case PRESENCE -> Stored.read(value, PresenceRecord.class);
            case STATUS ->
                    MachineRecords.relevant(key)
                            ? MachineRecords.ofMachine(key)
                                    ? Stored.read(value, VirtualMachineStatus.class)
                                    : Stored.read(value, DatastoreStatus.class)
                            : Stored.read(value, StatusRecord.class);
            case ASSIGN ->
                    SuspicionRecords.ofRun(key)
                            ? Stored.read(value, RunRecord.class)
                            : Stored.read(value, Assignment.class);
            case LOCK ->
                    HostRecords.isAlive(key)
                            ? Stored.read(value, HostRecord.class)
                            : HostRecords.isUse(key)
                                    ? Stored.read(value, HostUse.class)
                                    : Stored.read(value, GatewayRecord.class);
            case TASK -> Stored.read(value, Procedure.class);
            case AUDIT, DECISION -> throw new IllegalStateException(key + " is no part of images");
        };
    }
}
