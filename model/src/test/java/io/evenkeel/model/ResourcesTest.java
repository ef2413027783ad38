package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ResourcesTest {
    @Test
    void everyKindIsReadFromOneFileOfSeveralDocuments() {
        List<Resource<?, ?>> read =
                Resources.fromYaml(
                                """
                                apiVersion: evenkeel.io/v1
                                kind: Service
                                metadata: {name: shop}
                                spec:
                                  adminState: drain
                                  availability: {minReady: 25%}
                                ---
                                # a comment, and an empty document below
                                ---
                                apiVersion: evenkeel.io/v1
                                kind: Route
                                metadata: {name: shop, tenant: acme}
                                spec:
                                  priority: 7
                                  match:
                                    hosts: [shop.example, "*.shop.example"]
                                    pathPrefix: /api
                                    headers:
                                      - name: X-Beta
                                        value: "yes"
                                  service: shop
                                ---
                                apiVersion: evenkeel.io/v1
                                kind: Endpoint
                                metadata:
                                  name: db-host-1.8080
                                spec:
                                  service: shop
                                  kind: physical
                                  address: 10.0.0.7:8080
                                  version: 1.10
                                  healthCheck: {path: /health, interval: 2s, timeout: 500ms}
                                ---
                                apiVersion: evenkeel.io/v1
                                kind: Policy
                                metadata: {name: default}
                                spec:
                                  balancing: {algorithm: power-of-two, slowStart: 0s}
                                """)
                        .orElseThrow();

        assertThat(read)
                .extracting(Resource::kind)
                .containsExactly(Kind.SERVICE, Kind.ROUTE, Kind.ENDPOINT, Kind.POLICY);
        assertThat(read.get(0).spec())
                .isEqualTo(
                        new ServiceSpec(
                                AdminState.DRAIN,
                                "default",
                                new Availability(
                                        Optional.of(new Amount(25, true)), Optional.empty())));
        assertThat(read.get(1).metadata().tenant()).isEqualTo("acme");
        EndpointSpec endpoint = (EndpointSpec) read.get(2).spec();
        assertThat(endpoint.version()).isEqualTo("1.10");
        assertThat(endpoint.healthCheck().orElseThrow().timeout())
                .isEqualTo(Duration.ofMillis(500));
        PolicySpec policy = (PolicySpec) read.get(3).spec();
        assertThat(policy.balancing().algorithm()).isEqualTo(Balancing.Algorithm.POWER_OF_TWO);
        assertThat(policy.retries()).isEqualTo(Retries.defaults());
    }

    @Test
    void everyProblemOfEveryDocumentIsReportedWithItsPlace() {
        List<Problem> problems =
                Resources.fromYaml(
                                """
                                apiVersion: evenkeel.io/v1
                                kind: Endpoint
                                metadata: {name: Web_1}
                                spec:
                                  service: shop
                                  adress: 10.0.0.7:8080
                                  weight: -1
                                  kind: phisical
                                  healthCheck: {interval: 1s, timeout: 5s}
                                ---
                                apiVersion: evenkeel.io/v1
                                kind: service
                                metadata: {name: shop}
                                """)
                        .problems();

        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly(
                        "3:18: metadata.name: Web_1 (expected: lower-case letters, digits, '-' and '.',"
                                + " each part beginning and ending with a letter or digit, at most 253 characters)",
                        "5:3: spec.address: missing (expected: host:port, such as 10.0.0.7:8080,"
                                + " app.example:80 or [::1]:8080); Where it listens.",
                        "6:3: spec.adress: unknown key (expected: one of service, workload, kind, address,"
                                + " locality, weight, capacity, labels, version, healthCheck, incarnation);"
                                + " did you mean address?",
                        "7:11: spec.weight: -1 (expected: >= 1 and <= 256)",
                        "8:9: spec.kind: phisical (expected: one of vm, container, process, physical);"
                                + " did you mean physical?",
                        "9:40: spec.healthCheck.timeout: 5s (expected: less than interval, which is 1s);"
                                + " shorten timeout or lengthen interval",
                        "12:7: kind: service (expected: one of Service, Route, Endpoint, Policy, Host, VirtualMachine, Datastore);"
                                + " did you mean Service?");
    }

    @Test
    void aStoredResourceComesBackWithTheKeyAndTheRevisionOfTheStore() {
        Resource<EndpointSpec, EndpointStatus> endpoint =
                Resource.of(
                        new Metadata(
                                "acme",
                                "web.8080",
                                "u-1",
                                3,
                                0,
                                new TreeMap<>(Map.of("team", "shop")),
                                Source.LINK),
                        EndpointSpec.of("shop", new HostPort("10.0.0.7", 8080)));
        byte[] value = Stored.spec(endpoint);
        String key = Keys.spec(Kind.ENDPOINT, "acme", "web.8080");

        assertThat(new String(value, StandardCharsets.UTF_8))
                .startsWith("{\"v\":1,\"metadata\":{\"uid\":\"u-1\",\"generation\":3");
        Bound<Resource<?, ?>> read = Stored.resource(Keys.parse(key).orElseThrow(), value, 42);
        assertThat(read.orElseThrow()).isEqualTo(endpoint.with(endpoint.metadata().atRevision(42)));
    }
}
