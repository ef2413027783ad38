package io.evenkeel.control.api;

import io.evenkeel.control.core.Intent;
import io.evenkeel.control.core.MoveWrites;
import io.evenkeel.control.failover.HostRecords;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.machine.Rebalancing;
import io.evenkeel.kernel.placement.Rebalance;
import io.evenkeel.kernel.store.Txn;
import java.util.Optional;

/** {@code POST /v1/rebalance}: machines that should move for hosts to be used alike. */
final class RebalanceHandler {
    private final ApiContext context;
    private final StoreAccess store;

    RebalanceHandler(ApiContext context) {
        this.context = context;
        this.store = new StoreAccess(context.store());
    }

    ApiReply handle(ApiRequest request) throws InterruptedException {
        String tenant = ApiContext.tenant(request);
        boolean dryRun = request.flag("dryRun");
        Intent intent =
                WriteHandlers.intent(context, request).because(WriteHandlers.reason(request));
        HostRecords records =
                HostRecords.read(context.store(), StoreAccess.DEADLINE)
                        .orElseThrow(() -> StoreAccess.unavailable("it does not answer"));
        ClusterImage image = context.images().imageWith(records.revision());
        Rebalancing rebalancing =
                new Rebalancing(
                        context.placement(),
                        image,
                        records.hosts(),
                        records.runs(),
                        records.tasks());
        long now = context.clock().millis();
        Json.Writer json =
                Json.writer()
                        .start()
                        .put("kind", "Rebalance")
                        .put("tenant", tenant)
                        .put("revision", records.revision())
                        .put("dryRun", dryRun)
                        .put("leastGain", Rebalance.LEAST_GAIN)
                        .startList("moves");
        for (Rebalance.Move move : rebalancing.moves(tenant, now)) {
            json.start()
                    .put("machine", move.guest().name())
                    .put("from", move.from().name())
                    .put("to", move.to().name())
                    .put("fromBefore", move.fromBefore())
                    .put("fromAfter", move.fromAfter())
                    .put("toBefore", move.toBefore())
                    .put("toAfter", move.toAfter())
                    .put(
                            "outcome",
                            dryRun
                                    ? "suggested"
                                    : begun(rebalancing, move, now, records.revision(), intent))
                    .end();
        }
        return ApiReply.json(200, json.endList().end().text());
    }

    private String begun(
            Rebalancing rebalancing,
            Rebalance.Move move,
            long nowMillis,
            long revision,
            Intent intent) {
        Optional<Txn> begin = rebalancing.begin(move, nowMillis);
        boolean written =
                begin.isPresent()
                        && store.write(MoveWrites.audited(begin.get(), move, revision, intent))
                                .isPresent();
        return written ? "begun" : "refused";
    }
}
