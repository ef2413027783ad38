package io.evenkeel.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.evenkeel.control.RunningControl;
import io.evenkeel.control.RunningControl.Answer;
import io.evenkeel.control.audit.AuditTrail;
import io.evenkeel.kernel.decision.AuditRetention;
import io.evenkeel.kernel.decision.DecisionRecord;
import io.evenkeel.kernel.decision.DecisionRing;
import io.evenkeel.kernel.observe.RequestRecord;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.Availability;
import io.evenkeel.model.Balancing;
import io.evenkeel.model.Condition;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.DatastoreStatus;
import io.evenkeel.model.DirectBoot;
import io.evenkeel.model.EndpointAtGateway;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.EndpointStatus;
import io.evenkeel.model.HeaderMatch;
import io.evenkeel.model.HealthCheck;
import io.evenkeel.model.HostSpec;
import io.evenkeel.model.HostStatus;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Locality;
import io.evenkeel.model.MachineDisk;
import io.evenkeel.model.MachineNic;
import io.evenkeel.model.MachinePlacement;
import io.evenkeel.model.Match;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.OperatorWord;
import io.evenkeel.model.OutlierDetection;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.PolicyStatus;
import io.evenkeel.model.Retries;
import io.evenkeel.model.RouteSpec;
import io.evenkeel.model.RouteStatus;
import io.evenkeel.model.ServiceSpec;
import io.evenkeel.model.ServiceStatus;
import io.evenkeel.model.Stored;
import io.evenkeel.model.SuspectedHost;
import io.evenkeel.model.Timeouts;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.VirtualMachineStatus;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The document is written by hand; these tests are what makes it true. */
class OpenApiTest {
    private static final JsonNode DOCUMENT = RunningControl.JSON.readTree(OpenApi.json());
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

    private static final Map<String, Class<? extends Record>> RECORDS =
            Map.ofEntries(
                    Map.entry("Metadata", Metadata.class),
                    Map.entry("OperatorWord", OperatorWord.class),
                    Map.entry("Condition", Condition.class),
                    Map.entry("ServiceSpec", ServiceSpec.class),
                    Map.entry("ServiceStatus", ServiceStatus.class),
                    Map.entry("Availability", Availability.class),
                    Map.entry("RouteSpec", RouteSpec.class),
                    Map.entry("RouteStatus", RouteStatus.class),
                    Map.entry("Match", Match.class),
                    Map.entry("HeaderMatch", HeaderMatch.class),
                    Map.entry("EndpointSpec", EndpointSpec.class),
                    Map.entry("EndpointStatus", EndpointStatus.class),
                    Map.entry("SuspectedHost", SuspectedHost.class),
                    Map.entry("EndpointAtGateway", EndpointAtGateway.class),
                    Map.entry("Locality", Locality.class),
                    Map.entry("PolicySpec", PolicySpec.class),
                    Map.entry("PolicyStatus", PolicyStatus.class),
                    Map.entry("HostSpec", HostSpec.class),
                    Map.entry("HostStatus", HostStatus.class),
                    Map.entry("VirtualMachineSpec", VirtualMachineSpec.class),
                    Map.entry("VirtualMachineStatus", VirtualMachineStatus.class),
                    Map.entry("MachineDisk", MachineDisk.class),
                    Map.entry("MachineNic", MachineNic.class),
                    Map.entry("DirectBoot", DirectBoot.class),
                    Map.entry("MachinePlacement", MachinePlacement.class),
                    Map.entry("DatastoreSpec", DatastoreSpec.class),
                    Map.entry("DatastoreStatus", DatastoreStatus.class),
                    Map.entry("Balancing", Balancing.class),
                    Map.entry("HealthCheck", HealthCheck.class),
                    Map.entry("OutlierDetection", OutlierDetection.class),
                    Map.entry("Retries", Retries.class),
                    Map.entry("Timeouts", Timeouts.class),
                    Map.entry("RequestRecord", RequestRecord.class));

    @TempDir Path directory;
    private RunningControl control;

    @BeforeEach
    void start() {
        control =
                RunningControl.in(
                        directory,
                        Optional.of(new SeenGateway("gw-1", new ShownGateway())),
                        UnaryOperator.identity());
    }

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void documentAndRouterHaveTheSameRoutesAndParameters() {
        Map<String, String> documented = new TreeMap<>();
        DOCUMENT.at("/paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(operation -> {
                                    if (METHODS.contains(operation.getKey())) {
                                        documented.put(
                                                operation
                                                                .getKey()
                                                                .toUpperCase(java.util.Locale.ROOT)
                                                        + " "
                                                        + path.getKey(),
                                                documented(operation.getValue()));
                                    }
                                }));
        Map<String, String> routed = new TreeMap<>();
        for (ApiRoute route : routes()) {
            routed.put(
                    route.method() + " " + route.template(),
                    route.operationId() + new TreeSet<>(route.parameters()));
        }
        assertThat(documented).isEqualTo(routed);
    }

    @Test
    void schemasHaveTheFieldsOfTheirRecords() {
        RECORDS.forEach((name, type) ->
                assertThat(
                                DOCUMENT.at("/components/schemas/" + name + "/properties")
                                        .propertyNames())
                        .as(name)
                        .containsExactlyElementsOf(
                                Arrays.stream(type.getRecordComponents())
                                        .map(RecordComponent::getName)
                                        .toList()));
    }

    @Test
    void everyReferenceOfTheDocumentResolves() {
        List<String> references = DOCUMENT.findValuesAsString("$ref");
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference ->
                        assertThat(DOCUMENT.at(reference.substring(1)).isMissingNode())
                                .as(reference)
                                .isFalse());
    }

    @Test
    void realAnswersAreAsTheDocumentSays() {
        control.register("web", "vm-1.8080", "10.0.0.1:8080");
        control.commit(
                Op.put(
                        Keys.decision("endpoints", "default", "vm-1.8080"),
                        Value.of(
                                Stored.write(
                                        DecisionRing.EMPTY.with(
                                                new DecisionRecord(
                                                        1,
                                                        "registry",
                                                        2,
                                                        List.of(new DecisionRecord.Input("a", "b")),
                                                        "first-incarnation",
                                                        "admitted",
                                                        List.of(
                                                                new DecisionRecord.Refused(
                                                                        "c", "d"))))))));
        holds("PUT /v1/services/{name}", put("services", "web", "Service", "{policy: fast}"), 201);
        holds("PUT /v1/services/{name}", put("services", "web", "Service", "{}"), 200);
        holds(
                "POST /v1/routes",
                post("routes", "r1", "Route", "{service: web, match: {hosts: [a.example]}}"),
                201);
        holds(
                "POST /v1/endpoints",
                post(
                        "endpoints",
                        "e1",
                        "Endpoint",
                        "{service: web, address: 'a:80', healthCheck: {}}"),
                201);
        holds("POST /v1/policies", post("policies", "fast", "Policy", "{}"), 201);
        holds("GET /v1/services", control.get("/v1/services?limit=1"), 200);
        holds("GET /v1/routes", control.get("/v1/routes"), 200);
        holds("GET /v1/endpoints", control.get("/v1/endpoints"), 200);
        holds("GET /v1/policies", control.get("/v1/policies"), 200);
        holds("GET /v1/services/{name}", control.get("/v1/services/web"), 200);
        holds("GET /v1/routes/{name}", control.get("/v1/routes/r1"), 200);
        holds("GET /v1/endpoints/{name}", control.get("/v1/endpoints/vm-1.8080"), 200);
        holds("GET /v1/policies/{name}", control.get("/v1/policies/fast"), 200);
        holds("POST /v1/endpoints/{name}:drain", control.post("/v1/endpoints/e1:drain", ""), 200);
        holds("POST /v1/services/{name}:maint", control.post("/v1/services/web:maint", ""), 200);
        Answer queue = control.get("/v1/services/web/queue");
        holds("GET /v1/services/{name}/queue", queue, 200);
        assertThat(queue.at("/entries/0/sessions")).isEqualTo("12");
        assertThat(queue.at("/entries/0/cpuPercent")).isEqualTo("7.5");
        control.refused(
                new Refusal(
                        "default",
                        "web",
                        "vm-9.8080",
                        "vm-9",
                        "10.0.0.9:8080",
                        "n1",
                        AdmissionReply.Code.WRONG_SERVICE,
                        "serves another",
                        5,
                        1_000,
                        2_000,
                        3));
        holds("GET /v1/explain/services/{name}", control.get("/v1/explain/services/web"), 200);
        holds("GET /v1/explain/registrations", control.get("/v1/explain/registrations"), 200);
        Answer notThere = control.get("/v1/explain/endpoints/vm-9.8080");
        holds("GET /v1/explain/endpoints/{name}", notThere, 200);
        assertThat(notThere.at("/refused/0/code")).isEqualTo("wrong-service");
        holds("GET /v1/explain/endpoints/{name}", control.get("/v1/explain/endpoints/x"), 404);
        holds("GET /v1/audit", control.get("/v1/audit?limit=1"), 200);
        holds(
                "GET /v1/explain/endpoints/{name}",
                control.get("/v1/explain/endpoints/vm-1.8080"),
                200);
        holds(
                "GET /v1/explain/requests/{id}",
                control.get("/v1/explain/requests/" + ShownGateway.ID),
                200);
        holds("GET /v1/explain/requests/{id}", control.get("/v1/explain/requests/running"), 200);
        holds("GET /v1/audit", control.get("/v1/audit"), 200);
        holds("GET /v1/version", control.get("/v1/version"), 200);
        holds("GET /v1/members", control.get("/v1/members"), 200);
        holds("GET /healthz", control.get("/healthz"), 200);
        holds("GET /readyz", control.get("/readyz"), 200);
        holds("GET /openapi.json", control.get("/openapi.json"), 200);
        holds("DELETE /v1/endpoints/{name}", control.delete("/v1/endpoints/e1"), 200);
        holds(
                "POST /v1/apply",
                control.post(
                        "/v1/apply",
                        body("p2", "Policy", "{}") + "---\n" + body("s2", "Service", "{}")),
                200);
    }

    @Test
    void realProblemsAreAsTheDocumentSays() {
        control.register("web", "vm-1.8080", "10.0.0.1:8080");
        holds("GET /v1/explain/requests/{id}", control.get("/v1/explain/requests/old"), 404);
        holds("GET /v1/explain/requests/{id}", control.get("/v1/explain/requests/none"), 404);
        holds("GET /v1/services/{name}/queue", control.get("/v1/services/none/queue"), 404);
        holds("GET /v1/routes/{name}", control.get("/v1/routes/none"), 404);
        holds("PUT /v1/routes/{name}", put("routes", "r", "Route", "{services: web}"), 422);
        holds("DELETE /v1/endpoints/{name}", control.delete("/v1/endpoints/vm-1.8080"), 409);
        holds(
                "PUT /v1/services/{name}",
                control.put("/v1/services/w", body("w", "Service", "{}"), "If-Match", "\"7\""),
                412);
    }

    private Answer put(String kind, String name, String title, String spec) {
        return control.put("/v1/" + kind + "/" + name, body(name, title, spec));
    }

    private Answer post(String kind, String name, String title, String spec) {
        return control.post("/v1/" + kind, body(name, title, spec));
    }

    private static String body(String name, String title, String spec) {
        return "apiVersion: evenkeel.io/v1\nkind: %s\nmetadata: {name: %s}\nspec: %s\n"
                .formatted(title, name, spec);
    }

    /** The answer has the status, and a body of the schema that the operation has for it. */
    static void holds(String operation, Answer answer, int status) {
        assertThat(answer.status())
                .as(operation + ": " + answer.response().body())
                .isEqualTo(status);
        int space = operation.indexOf(' ');
        JsonNode responses =
                DOCUMENT.at("/paths")
                        .get(operation.substring(space + 1))
                        .get(operation.substring(0, space).toLowerCase(java.util.Locale.ROOT))
                        .get("responses");
        JsonNode response =
                responses.has("" + status) ? responses.get("" + status) : responses.get("default");
        if (response.has("$ref")) {
            response = DOCUMENT.at(response.get("$ref").asString().substring(1));
        }
        String type =
                answer.response()
                        .headers()
                        .firstValue("Content-Type")
                        .orElse("")
                        .replaceFirst(";.*", "");
        JsonNode content = response.at("/content").get(type);
        assertThat(content).as(operation + " " + status + " " + type).isNotNull();
        ObjectNode schema = RunningControl.JSON.createObjectNode();
        schema.set("allOf", RunningControl.JSON.createArrayNode().add(content.get("schema")));
        schema.set("components", DOCUMENT.get("components"));
        Schema compiled =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(schema);
        assertThat(compiled.validate(answer.json()))
                .as(operation + ": " + answer.response().body())
                .isEmpty();
    }

    private static String documented(JsonNode operation) {
        TreeSet<String> parameters = new TreeSet<>();
        operation
                .path("parameters")
                .forEach(parameter -> {
                    JsonNode whole =
                            parameter.has("$ref")
                                    ? DOCUMENT.at(parameter.get("$ref").asString().substring(1))
                                    : parameter;
                    if (whole.get("in").asString().equals("query")) {
                        parameters.add(whole.get("name").asString());
                    }
                });
        return operation.get("operationId").asString() + parameters;
    }

    /** Closed at once: nobody asks it. */
    private AuditTrail trail() {
        AuditTrail trail = AuditTrail.start(control.store(), AuditRetention.DEFAULT);
        trail.close();
        return trail;
    }

    private List<ApiRoute> routes() {
        ApiContext context =
                new ApiContext(
                        control.store(),
                        new ResourceOperations(control.store()),
                        new ImageFollower(),
                        new ObjectHistory(new StoreAccess(control.store()), trail(), List::of),
                        new PagedImages(),
                        null,
                        java.time.InstantSource.system(),
                        () -> "uid",
                        io.evenkeel.kernel.permission.PermissionPort.everythingToLocal(),
                        new ApiCounters(),
                        new OpenWatches(),
                        null,
                        PlacementSettings.DEFAULT);
        return ApiRoutes.of(
                context,
                new SystemHandlers(
                        context,
                        "test",
                        () -> true,
                        new io.evenkeel.control.metrics.Metrics(List.of())));
    }
}
