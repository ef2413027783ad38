package io.evenkeel.control.api;

import io.evenkeel.control.failover.HostRecords;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.machine.HostSite;
import io.evenkeel.kernel.placement.Fit;
import io.evenkeel.kernel.placement.Guest;
import io.evenkeel.kernel.placement.HostFigures;
import io.evenkeel.kernel.placement.Placement;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.placement.Ranked;
import java.util.List;

/** Hosts in the order in which placement would take them, with the figures of its formula. */
final class HostRanking {
    /** Machines named of those that a lost host would leave without a place. */
    private static final int MOST_NAMED = 20;

    private final ApiContext context;

    HostRanking(ApiContext context) {
        this.context = context;
    }

    ApiReply ranking(ApiRequest request) throws InterruptedException {
        String tenant = ApiContext.tenant(request);
        HostRecords records =
                HostRecords.read(context.store(), StoreAccess.DEADLINE)
                        .orElseThrow(() -> StoreAccess.unavailable("it does not answer"));
        ClusterImage image = context.images().imageWith(records.revision());
        HostSite site = new HostSite(image, records.runs());
        PlacementSettings settings = context.placement();
        Placement placement =
                new Placement(
                        settings,
                        site.figures(
                                tenant,
                                records.hosts(),
                                records.tasks(),
                                context.clock().millis()));
        Json.Writer json = Json.writer().start().put("revision", records.revision());
        losses(json, placement);
        json.startList("hosts");
        int rank = 0;
        for (Ranked ranked : placement.ranking()) {
            json.start();
            if (ranked.state() == Fit.FITS) {
                json.put("rank", ++rank);
            }
            json.put("name", ranked.host().name());
            String why = site.whyNot(ranked.host(), records.hosts());
            if (ranked.state() != Fit.FITS) {
                json.put("leftOut", why.isEmpty() ? ranked.state().words() : why);
            }
            figures(json, ranked);
            json.end();
        }
        return ApiReply.json(200, json.endList().end().text());
    }

    private static void losses(Json.Writer json, Placement placement) {
        List<Placement.Loss> losses = placement.losses();
        boolean any = placement.ranking().stream().anyMatch(one -> one.state() == Fit.FITS);
        json.put("canLoseOne", any && losses.isEmpty());
        json.startList("losses");
        for (Placement.Loss loss : losses) {
            json.start().put("host", loss.host().name());
            json.put("machines", loss.without().size());
            json.startList("withoutPlace");
            loss.without().stream().limit(MOST_NAMED).map(Guest::name).forEach(json::item);
            json.endList().end();
        }
        json.endList();
    }

    /** Nothing of a host that was not measured. */
    private static void figures(Json.Writer json, Ranked ranked) {
        HostFigures figures = ranked.figures();
        json.put("machines", figures.guests().size());
        json.put("promised", figures.promised());
        if (figures.milliCores() <= 0 || figures.memoryMebibytes() <= 0) {
            return;
        }
        json.put("score", ranked.score());
        json.put("processorPermille", ranked.processor());
        json.put("memoryPermille", ranked.memory());
        json.put("ageMillis", figures.ageMillis());
        json.start("processor")
                .put("milliCores", figures.milliCores())
                .put("used", figures.usedMilliCores())
                .put("given", ranked.givenMilliCores())
                .end();
        json.start("memory")
                .put("mebibytes", figures.memoryMebibytes())
                .put("used", figures.usedMemoryMebibytes())
                .put("given", ranked.givenMemoryMebibytes())
                .end();
    }
}
