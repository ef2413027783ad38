package io.evenkeel.bench;

import io.evenkeel.kernel.image.PresenceRecord;
import io.evenkeel.kernel.image.StatusRecord;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Condition;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointKind;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Locality;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Endpoints as a cluster stores them: each has registered itself, with labels and a zone, is
 * present at one gateway, and has a status. A hundred services.
 */
final class ScaleRecords {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int SERVICES = 100;
    private static final int PER_TXN = 60;
    private static final Instant SINCE = Instant.parse("2026-11-22T12:00:00Z");

    private ScaleRecords() {}

    /** Puts so many endpoints into an empty store. */
    static void fill(Store store, int endpoints) {
        for (int from = 0; from < endpoints; from += PER_TXN) {
            int to = Math.min(endpoints, from + PER_TXN);
            List<Op> specs = new ArrayList<>();
            for (int i = from; i < to; i++) {
                specs.add(spec(i, 1));
            }
            long epoch = commit(store, specs);
            List<Op> soft = new ArrayList<>();
            for (int i = from; i < to; i++) {
                soft.add(
                        Op.put(
                                Keys.presence("gateway-1", key(i)),
                                Value.of(Stored.write(new PresenceRecord(epoch, 0)))));
                soft.add(status(i));
            }
            commit(store, soft);
        }
    }

    /** Writes; returns the revision. */
    static long commit(Store store, List<Op> ops) {
        if (store.txn(Txn.of(ops.toArray(Op[]::new)), DEADLINE)
                instanceof TxnOutcome.Committed committed) {
            return committed.revision();
        }
        throw new IllegalStateException("not committed");
    }

    /** The endpoint with this weight. */
    static Op spec(int number, int weight) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("pool", "pool-" + number % 7);
        labels.put("version", "2026.11." + number % 30);
        Metadata metadata =
                new Metadata(
                        Metadata.DEFAULT_TENANT,
                        name(number),
                        "2f1e9a52-0000-4000-8000-%012d".formatted(number),
                        weight,
                        0,
                        labels,
                        Source.LINK);
        EndpointSpec spec =
                new EndpointSpec(
                        "service-" + number % SERVICES,
                        "vm-" + number,
                        EndpointKind.VM,
                        new HostPort(
                                "10.%d.%d.%d"
                                        .formatted(
                                                number / 62_500, number / 250 % 250, number % 250),
                                8080),
                        new Locality("zone-" + number % 3, "host-" + number / 50),
                        weight,
                        0,
                        new TreeMap<>(),
                        "1.2." + number % 30,
                        Optional.empty(),
                        "%032x".formatted(number * 2_654_435_761L));
        return Op.put(
                Keys.spec(Kind.ENDPOINT, Metadata.DEFAULT_TENANT, name(number)),
                Value.of(Stored.spec(Resource.of(metadata, spec))));
    }

    private static Op status(int number) {
        StatusRecord status =
                new StatusRecord(
                        1,
                        List.of(
                                new Condition(
                                        "Present",
                                        Condition.Truth.TRUE,
                                        "Linked",
                                        "1 gateway reaches it",
                                        SINCE)));
        return Op.put(
                Keys.status(Kind.ENDPOINT, Metadata.DEFAULT_TENANT, name(number)),
                Value.of(Stored.write(status)));
    }

    private static EndpointKey key(int number) {
        return new EndpointKey(Metadata.DEFAULT_TENANT, name(number));
    }

    private static String name(int number) {
        return "vm-" + number + ".8080";
    }
}
