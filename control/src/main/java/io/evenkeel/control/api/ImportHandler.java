package io.evenkeel.control.api;

import io.evenkeel.control.core.Intent;
import io.evenkeel.control.failover.HostRecords;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Kind;
import java.util.Arrays;
import java.util.List;

/** {@code POST /v1/hosts/NAME:import}: machines that a host runs and nobody declared. */
final class ImportHandler {
    private final ApiContext context;

    ImportHandler(ApiContext context) {
        this.context = context;
    }

    ApiReply handle(ApiRequest request) throws InterruptedException {
        HostKey host = new HostKey(ApiContext.tenant(request), request.pathValue("name"));
        List<String> names = names(request);
        boolean dryRun = request.flag("dryRun");
        Intent intent =
                WriteHandlers.intent(context, request).because(WriteHandlers.reason(request));
        Hypervisor hypervisor = context.hypervisor();
        if (hypervisor == null) {
            throw new ProblemException(
                    ApiProblem.of(
                            ProblemType.MISDIRECTED,
                            "process: one that does not ask hosts (expected: a control, as"
                                    + " `evenkeel control` starts one)"));
        }
        HostRecords records =
                HostRecords.read(context.store(), StoreAccess.DEADLINE)
                        .orElseThrow(() -> StoreAccess.unavailable("it does not answer"));
        ClusterImage image = context.images().imageWith(records.revision());
        ReadHandlers.found(context.views(image), Kind.HOST, request);
        ImportOperations operations =
                new ImportOperations(
                        hypervisor, new StoreAccess(context.store()), records, image, host);
        return reply(host, dryRun, operations.carryOut(names, dryRun, intent));
    }

    private static List<String> names(ApiRequest request) {
        String text = request.parameter("machines").orElse("");
        List<String> names =
                text.isEmpty()
                        ? List.of()
                        : Arrays.stream(text.split(",", -1)).distinct().sorted().toList();
        if (names.size() > ImportOperations.MOST || names.contains("")) {
            throw ProblemException.parameter(
                    "machines",
                    text.length() > 80 ? names.size() + " names" : text,
                    "at most " + ImportOperations.MOST + " names, between them a comma each");
        }
        return names;
    }

    private static ApiReply reply(HostKey host, boolean dryRun, ImportOperations.Done done) {
        Json.Writer json =
                Json.writer()
                        .start()
                        .put("kind", "HostImport")
                        .put("tenant", host.tenant())
                        .put("host", host.name())
                        .put("dryRun", dryRun)
                        .put("left", done.left())
                        .startList("machines");
        for (ImportedMachine one : done.machines()) {
            json.start()
                    .put("name", one.name())
                    .put("uuid", one.uuid())
                    .put("power", one.power())
                    .put("outcome", one.outcome().word())
                    .put("revision", one.revision())
                    .startList("problems");
            one.problems().forEach(json::item);
            json.endList().startList("leftOut");
            one.leftOut().forEach(json::item);
            json.endList().end();
        }
        return ApiReply.json(200, json.endList().end().text());
    }
}
