package io.evenkeel.store.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.DeleteRangeResponse;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Keys;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.OpResult;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The port's words in etcd's and back, with every key under one namespace. Three fields that etcd
 * has had since 3.3 and 3.4 are missing in the message classes; they go as unknown fields, which is
 * the same on the wire. Immutable.
 */
final class EtcdMapping {
    /** {@code Compare.lease} and its target. */
    private static final int COMPARE_LEASE = 8;

    private static final int COMPARE_TARGET_LEASE = 4;

    /** {@code WatchCreateRequest.fragment}: large answers may come in parts. */
    private static final int CREATE_FRAGMENT = 8;

    private final String namespace;

    EtcdMapping(String namespace) {
        this.namespace = namespace;
    }

    RangeRequest range(RangeQuery query) {
        return RangeRequest.newBuilder()
                .setKey(bytes(query.from()))
                .setRangeEnd(end(query.to()))
                .setLimit(query.limit())
                .setRevision(query.revision())
                .setCountOnly(query.countOnly())
                .build();
    }

    RangeResult.Range range(RangeQuery query, RangeResponse response) {
        List<Entry> entries = new ArrayList<>(response.getKvsCount());
        for (KeyValue kv : response.getKvsList()) {
            entries.add(entry(kv));
        }
        return new RangeResult.Range(
                entries,
                response.getCount(),
                !query.countOnly() && response.getMore(),
                response.getHeader().getRevision());
    }

    TxnRequest txn(Txn txn) {
        TxnRequest.Builder request = TxnRequest.newBuilder();
        for (Compare compare : txn.compares()) {
            request.addCompare(compare(compare));
        }
        for (Op op : txn.ops()) {
            request.addSuccess(op(op));
        }
        for (RangeQuery query : txn.otherwise()) {
            request.addFailure(RequestOp.newBuilder().setRequestRange(range(query)));
        }
        return request.build();
    }

    TxnOutcome txn(Txn txn, TxnResponse response) {
        long revision = response.getHeader().getRevision();
        if (response.getSucceeded()) {
            List<OpResult> results = new ArrayList<>(txn.ops().size());
            for (int i = 0; i < txn.ops().size(); i++) {
                results.add(result(txn.ops().get(i), response.getResponses(i)));
            }
            return new TxnOutcome.Committed(revision, results);
        }
        List<RangeResult.Range> reads = new ArrayList<>(txn.otherwise().size());
        for (int i = 0; i < txn.otherwise().size(); i++) {
            reads.add(range(txn.otherwise().get(i), response.getResponses(i).getResponseRange()));
        }
        return new TxnOutcome.Refused(revision, reads);
    }

    WatchRequest watch(String prefix, long fromRevision) {
        WatchCreateRequest create =
                WatchCreateRequest.newBuilder()
                        .setKey(bytes(prefix))
                        .setRangeEnd(end(Keys.endOfPrefix(prefix)))
                        .setStartRevision(fromRevision)
                        .setPrevKv(true)
                        .setProgressNotify(true)
                        .setUnknownFields(number(CREATE_FRAGMENT, 1))
                        .build();
        return WatchRequest.newBuilder().setCreateRequest(create).build();
    }

    /** The change, null when etcd no longer has what was there before it. */
    @Nullable Change change(Event event) {
        KeyValue kv = event.getKv();
        Entry previous = event.hasPrevKv() ? entry(event.getPrevKv()) : null;
        if (event.getType() == Event.EventType.PUT) {
            boolean created = kv.getCreateRevision() == kv.getModRevision();
            return created || previous != null ? new Change.Put(entry(kv), previous) : null;
        }
        return previous == null
                ? null
                : new Change.Delete(key(kv.getKey()), kv.getModRevision(), previous);
    }

    private OpResult result(Op op, ResponseOp response) {
        return switch (op) {
            case Op.Put put -> {
                PutResponse done = response.getResponsePut();
                yield new OpResult.PutDone(done.hasPrevKv() ? entry(done.getPrevKv()) : null);
            }
            case Op.Delete delete -> {
                DeleteRangeResponse done = response.getResponseDeleteRange();
                yield new OpResult.DeleteDone(
                        done.getPrevKvsList().stream().map(this::entry).toList());
            }
            case Op.Read read ->
                    new OpResult.ReadDone(range(read.query(), response.getResponseRange()));
        };
    }

    private RequestOp op(Op op) {
        return switch (op) {
            case Op.Put put ->
                    RequestOp.newBuilder()
                            .setRequestPut(
                                    PutRequest.newBuilder()
                                            .setKey(bytes(put.key()))
                                            .setValue(ByteString.copyFrom(put.value().toBytes()))
                                            .setLease(put.leaseId())
                                            .setPrevKv(true))
                            .build();
            case Op.Delete delete ->
                    RequestOp.newBuilder()
                            .setRequestDeleteRange(
                                    DeleteRangeRequest.newBuilder()
                                            .setKey(bytes(delete.from()))
                                            .setRangeEnd(end(delete.to()))
                                            .setPrevKv(true))
                            .build();
            case Op.Read read ->
                    RequestOp.newBuilder().setRequestRange(range(read.query())).build();
        };
    }

    private io.etcd.jetcd.api.Compare compare(Compare compare) {
        io.etcd.jetcd.api.Compare.Builder builder =
                io.etcd.jetcd.api.Compare.newBuilder().setKey(bytes(compare.key()));
        return switch (compare) {
            case Compare.OfValue c ->
                    builder.setTarget(io.etcd.jetcd.api.Compare.CompareTarget.VALUE)
                            .setResult(relation(c.relation()))
                            .setValue(ByteString.copyFrom(c.value().toBytes()))
                            .build();
            case Compare.OfNumber c -> {
                builder.setResult(relation(c.relation()));
                yield switch (c.field()) {
                    case CREATE_REVISION ->
                            builder.setTarget(io.etcd.jetcd.api.Compare.CompareTarget.CREATE)
                                    .setCreateRevision(c.number())
                                    .build();
                    case MOD_REVISION ->
                            builder.setTarget(io.etcd.jetcd.api.Compare.CompareTarget.MOD)
                                    .setModRevision(c.number())
                                    .build();
                    case VERSION ->
                            builder.setTarget(io.etcd.jetcd.api.Compare.CompareTarget.VERSION)
                                    .setVersion(c.number())
                                    .build();
                    case LEASE ->
                            builder.setTargetValue(COMPARE_TARGET_LEASE)
                                    .setUnknownFields(number(COMPARE_LEASE, c.number()))
                                    .build();
                };
            }
        };
    }

    private static io.etcd.jetcd.api.Compare.CompareResult relation(Compare.Relation relation) {
        return switch (relation) {
            case EQUAL -> io.etcd.jetcd.api.Compare.CompareResult.EQUAL;
            case NOT_EQUAL -> io.etcd.jetcd.api.Compare.CompareResult.NOT_EQUAL;
            case LESS -> io.etcd.jetcd.api.Compare.CompareResult.LESS;
            case GREATER -> io.etcd.jetcd.api.Compare.CompareResult.GREATER;
        };
    }

    private static UnknownFieldSet number(int field, long value) {
        return UnknownFieldSet.newBuilder()
                .addField(field, UnknownFieldSet.Field.newBuilder().addVarint(value).build())
                .build();
    }

    private Entry entry(KeyValue kv) {
        return new Entry(
                key(kv.getKey()),
                Value.of(kv.getValue().toByteArray()),
                kv.getCreateRevision(),
                kv.getModRevision(),
                kv.getVersion(),
                kv.getLease());
    }

    private ByteString bytes(String key) {
        return ByteString.copyFrom(namespace + key, StandardCharsets.ISO_8859_1);
    }

    /** The end of a range; an empty one stays empty and means a single key. */
    private ByteString end(String to) {
        return to.isEmpty() ? ByteString.EMPTY : bytes(to);
    }

    private String key(ByteString bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1).substring(namespace.length());
    }
}
