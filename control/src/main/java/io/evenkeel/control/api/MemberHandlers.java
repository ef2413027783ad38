package io.evenkeel.control.api;

import io.evenkeel.kernel.election.ControlRecord;
import io.evenkeel.kernel.election.LeaderRecord;
import io.evenkeel.kernel.image.GatewayRecord;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.time.Instant;
import java.util.Optional;

/** Which processes make up the cluster, by the keys that they hold while they live. */
final class MemberHandlers {
    private final StoreAccess store;

    MemberHandlers(ApiContext context) {
        this.store = new StoreAccess(context.store());
    }

    /** Who leads, and since which term. */
    private record Leader(String instance, long term) {}

    ApiReply members(ApiRequest request) {
        RangeResult.Range held = store.range(RangeQuery.prefix(Keys.prefix(Keys.Area.LOCK)));
        Optional<Leader> leader =
                held.entries().stream()
                        .filter(entry -> entry.key().equals(Keys.leader("control")))
                        .flatMap(entry ->
                                read(entry, LeaderRecord.class)
                                        .map(record ->
                                                new Leader(
                                                        record.instance(), entry.createRevision()))
                                        .stream())
                        .findFirst();
        Json.Writer json = Json.writer().start().put("revision", held.revision());
        json.startList("members");
        for (Entry entry : held.entries()) {
            Keys.Key key = Keys.parse(entry.key()).orElse(null);
            if (key == null) {
                continue;
            }
            switch (key.kind()) {
                case Keys.CONTROLS ->
                        read(entry, ControlRecord.class)
                                .ifPresent(record -> control(json, key.name(), record, leader));
                case Keys.GATEWAYS ->
                        read(entry, GatewayRecord.class)
                                .ifPresent(record -> gateway(json, key.name(), record));
                default -> {}
            }
        }
        return ApiReply.json(200, json.endList().end().text());
    }

    private static void control(
            Json.Writer json, String id, ControlRecord record, Optional<Leader> leader) {
        json.start().put("role", "control").put("id", id);
        Optional<Leader> leads = leader.filter(one -> one.instance().equals(record.instance()));
        json.put("leads", leads.isPresent());
        leads.ifPresent(one -> json.put("term", one.term()));
        rest(json, record.admin(), record.version(), record.sinceMillis());
    }

    private static void gateway(Json.Writer json, String id, GatewayRecord record) {
        json.start().put("role", "gateway").put("id", id).put("leads", false);
        json.put("http", record.http().toString());
        record.link().ifPresent(link -> json.put("link", link.toString()));
        rest(json, record.admin(), record.version(), record.sinceMillis());
    }

    private static void rest(Json.Writer json, HostPort admin, String version, long sinceMillis) {
        json.put("admin", admin.toString())
                .put("version", version)
                .put("since", Instant.ofEpochMilli(sinceMillis).toString())
                .end();
    }

    private static <T> Optional<T> read(Entry entry, Class<T> type) {
        return Stored.read(entry.value().toBytes(), type) instanceof Bound.Good<T>(T record)
                ? Optional.of(record)
                : Optional.empty();
    }
}
