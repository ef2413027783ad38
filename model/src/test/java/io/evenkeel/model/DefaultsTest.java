package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.KeyReference;
import io.evenkeel.model.bind.Naming;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A default is a promise: changing one means changing this table. */
final class DefaultsTest {
    @Test
    void defaultsOfAPolicyAreThese() {
        assertThat(defaults(PolicySpec.class))
                .isEqualTo(
                        """
                        balancing: {}
                        balancing.algorithm: least-load
                        balancing.slowStart: 10s
                        balancing.slowStartFloor: 10%
                        balancing.maxOutstandingPerEndpoint: 1024
                        balancing.panicThreshold: 50%
                        healthCheck: {type: none}
                        healthCheck.type: http
                        healthCheck.path: /
                        healthCheck.port: -
                        healthCheck.interval: 5s
                        healthCheck.timeout: 1s
                        healthCheck.healthyThreshold: 2
                        healthCheck.unhealthyThreshold: 3
                        healthCheck.expectedStatuses: 200-399
                        outlierDetection: {}
                        outlierDetection.consecutive5xx: 5
                        outlierDetection.consecutiveGatewayFailure: 5
                        outlierDetection.consecutiveLocalOriginFailure: 5
                        outlierDetection.splitExternalLocalOriginErrors: false
                        outlierDetection.interval: 10s
                        outlierDetection.baseEjectionTime: 30s
                        outlierDetection.maxEjectionTime: 300s
                        outlierDetection.maxEjectionPercent: 10
                        outlierDetection.alwaysEjectOneHost: true
                        outlierDetection.enforcingConsecutive5xx: 100
                        outlierDetection.enforcingConsecutiveGatewayFailure: 100
                        outlierDetection.enforcingConsecutiveLocalOriginFailure: 100
                        outlierDetection.enforcingSuccessRate: 100
                        outlierDetection.enforcingLocalOriginSuccessRate: 100
                        outlierDetection.enforcingFailurePercentage: 0
                        outlierDetection.enforcingFailurePercentageLocalOrigin: 0
                        outlierDetection.successRateMinimumHosts: 5
                        outlierDetection.successRateRequestVolume: 100
                        outlierDetection.successRateStdevFactor: 1900
                        outlierDetection.failurePercentageThreshold: 85
                        outlierDetection.failurePercentageMinimumHosts: 5
                        outlierDetection.failurePercentageRequestVolume: 50
                        retries: {}
                        retries.attempts: 2
                        retries.budgetPercent: 20
                        retries.minRetriesPerSecond: 10
                        retries.perTryTimeout: 0s
                        timeouts: {}
                        timeouts.connect: 5s
                        timeouts.request: 60s
                        timeouts.idle: 60s
                        timeouts.keepAlive: 60s
                        timeouts.drain: 30s
                        affinity: {}
                        affinity.type: none
                        affinity.name: evenkeel-session
                        affinity.ttl: 1h
                        affinity.path: /
                        affinity.httpOnly: true
                        affinity.secure: false
                        affinity.sameSite: lax
                        requestLimits: {}
                        requestLimits.maxBody: 0B
                        circuitBreakers: {}
                        circuitBreakers.maxConnections: 0
                        circuitBreakers.maxPendingRequests: 0
                        circuitBreakers.maxRequests: 0
                        localRateLimit: {}
                        localRateLimit.requests: 0
                        localRateLimit.interval: 1s
                        localRateLimit.burst: 0
                        localRateLimit.scope: service
                        headers: {}
                        headers.request: {}
                        headers.request.set: []
                        headers.request.set[].name: required
                        headers.request.set[].value: required
                        headers.request.add: []
                        headers.request.add[].name: required
                        headers.request.add[].value: required
                        headers.request.remove: []
                        headers.response: {}
                        headers.response.set: []
                        headers.response.set[].name: required
                        headers.response.set[].value: required
                        headers.response.add: []
                        headers.response.add[].name: required
                        headers.response.add[].value: required
                        headers.response.remove: []
                        """);
    }

    @Test
    void defaultsOfTheOtherKindsAreThese() {
        assertThat(
                        defaults(ServiceSpec.class)
                                + defaults(RouteSpec.class)
                                + defaults(EndpointSpec.class)
                                        .lines()
                                        .filter(line -> !line.startsWith("healthCheck."))
                                        .collect(Collectors.joining("\n", "", "\n")))
                .isEqualTo(
                        """
                        adminState: ready
                        policy: default
                        availability: {}
                        availability.minReady: -
                        availability.maxUnavailable: -
                        priority: 0
                        match: {}
                        match.hosts: []
                        match.pathPrefix: /
                        match.headers: []
                        match.headers[].name: required
                        match.headers[].value: required
                        service: required
                        redirect: -
                        redirect.status: 302
                        redirect.scheme: same
                        redirect.host: ''
                        redirect.port: 0
                        redirect.pathPrefix: ''
                        rewrite: -
                        rewrite.pathPrefix: required
                        headers: {}
                        headers.request: {}
                        headers.request.set: []
                        headers.request.set[].name: required
                        headers.request.set[].value: required
                        headers.request.add: []
                        headers.request.add[].name: required
                        headers.request.add[].value: required
                        headers.request.remove: []
                        headers.response: {}
                        headers.response.set: []
                        headers.response.set[].name: required
                        headers.response.set[].value: required
                        headers.response.add: []
                        headers.response.add[].name: required
                        headers.response.add[].value: required
                        headers.response.remove: []
                        mirror: -
                        mirror.service: required
                        mirror.percent: 100%
                        service: required
                        workload: ''
                        kind: process
                        address: required
                        locality: {}
                        locality.zone: ''
                        locality.host: ''
                        weight: 1
                        capacity: 0
                        labels: {}
                        version: ''
                        healthCheck: -
                        incarnation: ''
                        """);
    }

    @Test
    void defaultsOfHostsMachinesAndDatastoresAreThese() {
        assertThat(
                        defaults(HostSpec.class)
                                + defaults(VirtualMachineSpec.class)
                                + defaults(DatastoreSpec.class))
                .isEqualTo(
                        """
                        address: ''
                        zone: ''
                        libvirt: ''
                        emulated: false
                        storageAddresses: []
                        hyperconverged: false
                        power: -
                        power.url: required
                        power.system: ''
                        power.username: ''
                        power.passwordFile: ''
                        power.certificateFile: ''
                        maintenance: false
                        reservedCpus: 0
                        reservedMemory: 0B
                        cpus: 1
                        memory: required
                        disks: []
                        disks[].datastore: required
                        disks[].image: required
                        disks[].size: -
                        disks[].from: ''
                        nics: []
                        nics[].bridge: required
                        nics[].mac: ''
                        boot: -
                        boot.kernel: required
                        boot.initrd: ''
                        boot.commandLine: ''
                        priority: 0
                        placement: {}
                        placement.labels: {}
                        placement.together: ''
                        placement.apart: ''
                        migration: live
                        power: on
                        monitors: []
                        pool: ''
                        user: admin
                        keyFile: ''
                        secretUuid: ''
                        guestUser: ''
                        local: -
                        local.host: required
                        local.folder: required
                        """);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                ServiceSpec.class,
                PolicySpec.class,
                ServiceStatus.class,
                RouteStatus.class,
                EndpointStatus.class,
                PolicyStatus.class,
                HostSpec.class,
                HostStatus.class,
                VirtualMachineStatus.class,
                DatastoreStatus.class,
                MachinePlacement.class,
                Balancing.class,
                HealthCheck.class,
                OutlierDetection.class,
                Retries.class,
                Timeouts.class,
                Availability.class,
                Match.class,
                Locality.class
            })
    void defaultsFitTheirOwnRangesAndEachOther(Class<?> type) {
        assertThat(Binder.problems(Binder.defaults(type))).isEmpty();
    }

    @Test
    void aPolicyThatWasNeverWrittenChecksNothingActively() {
        assertThat(PolicySpec.defaults().healthCheck().type()).isEqualTo(HealthCheck.Type.NONE);
        assertThat(HealthCheck.defaults().type()).isEqualTo(HealthCheck.Type.HTTP);
    }

    private static String defaults(Class<?> type) {
        List<KeyReference> keys = KeyReference.of(type, Naming.CAMEL_CASE);
        return keys.stream()
                .map(key ->
                        key.path()
                                + ": "
                                + (key.required()
                                        ? "required"
                                        : key.standard().isEmpty() ? "-" : key.standard()))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
