package io.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.image.HostRecord;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostInventory;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostUse;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineStatus;
import io.evenkeel.model.bind.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs against the API itself, over a store on disk; only the gateway is missing. */
@SuppressWarnings("NullAway.Init")
final class RealApiTest {
    private static final String SHOP =
            """
            apiVersion: evenkeel.io/v1
            kind: Service
            metadata: {name: shop, labels: {team: a}}
            spec: {adminState: ready, availability: {minReady: 1}}
            ---
            apiVersion: evenkeel.io/v1
            kind: Route
            metadata: {name: shop}
            spec: {match: {hosts: [shop.example]}, service: shop}
            ---
            apiVersion: evenkeel.io/v1
            kind: Endpoint
            metadata: {name: db-1.8080}
            spec: {service: shop, kind: physical, address: "10.0.0.7:8080", healthCheck: {path: /h}}
            ---
            apiVersion: evenkeel.io/v1
            kind: Policy
            metadata: {name: default}
            spec: {balancing: {algorithm: round-robin}}
            """;

    @TempDir private Path directory;
    private RealControl control;
    private String url;
    private Path file;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        control = RealControl.in(directory, Optional.empty());
        url = control.url();
        file = Files.writeString(directory.resolve("shop.yaml"), SHOP);
    }

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void resourcesAreAppliedShownEditedAndDeleted() throws IOException {
        assertThat(run("apply", "-f", file.toString()).out())
                .isEqualTo(
                        """
                        service/shop created
                        route/shop created
                        endpoint/db-1.8080 created
                        policy/default created
                        """);
        assertThat(run("apply", "-f", file.toString()).out())
                .isEqualTo(
                        """
                        service/shop unchanged
                        route/shop unchanged
                        endpoint/db-1.8080 unchanged
                        policy/default unchanged
                        """);
        assertThat(run("get", "endpoints", "--service", "shop").out())
                .contains("db-1.8080  shop     physical  10.0.0.7:8080");
        assertThat(run("get", "services", "-l", "team=b").err()).startsWith("no services");
        assertThat(run("get", "policies").out()).contains("default  round-robin");

        Path edited = directory.resolve("edited.yaml");
        Files.writeString(
                edited,
                run("get", "route", "shop", "-o", "yaml")
                        .out()
                        .replace("shop.example", "www.example"));
        assertThat(run("apply", "--dry-run", "-f", edited.toString()).out())
                .isEqualTo("route/shop configured (dry run)\n");
        assertThat(run("apply", "-f", edited.toString()).out())
                .isEqualTo("route/shop configured\n");
        assertThat(run("apply", "-f", edited.toString()))
                .satisfies(again -> assertThat(again.exit()).isEqualTo(1))
                .satisfies(again -> assertThat(again.err()).contains("(412)"));
        assertThat(run("get", "routes").out()).contains("www.example");
        assertThat(run("describe", "route", "shop").out())
                .contains("pathPrefix:  /")
                .containsPattern("audit:\n  REVISION  AT +BY +ACTION +DETAIL\n");

        assertThat(run("delete", "-f", file.toString()).exit()).isZero();
        assertThat(run("get", "route", "shop").exit()).isEqualTo(1);
    }

    @Test
    void hostsAreListedDeclaredOrKnownByTheirAgents() throws InterruptedException {
        HostKey host = new HostKey("default", "h1");
        HostRecord record =
                new HostRecord(
                        "i",
                        "boot",
                        "0.1",
                        0,
                        new HostInventory("10.0.0.21", "amd64", "6.1", 4, Size.parse("8GiB")));
        HostUse use = new HostUse(Instant.EPOCH, 1_250, Size.parse("512MiB"));
        assertThat(run("get", "hosts").err()).startsWith("no hosts");
        TxnOutcome outcome =
                control.store.txn(
                        Txn.of(
                                Op.put(Keys.hostAlive(host), Value.of(Stored.write(record))),
                                Op.put(Keys.hostUse(host), Value.of(Stored.write(use)))),
                        Duration.ofSeconds(20));
        long written = ((TxnOutcome.Committed) outcome).revision();
        assertThat(control.registry.feed().awaitRevision(written, Duration.ofSeconds(20))).isTrue();
        assertThat(run("get", "hosts").out())
                .containsPattern(
                        "NAME +ALIVE +STAGE +ADDRESS +ZONE +CORES +BUSY +MEMORY +USED +VERSION")
                .containsPattern("h1 +yes +- +10.0.0.21 +- +4 +1.3 +8.0GiB +0.5GiB +0.1 ");
        assertThat(run("delete", "host", "h1").err()).contains("expected: a declared resource");
    }

    @Test
    void machinesAndDatastoresAreDeclaredListedAndDescribed()
            throws IOException, InterruptedException {
        Path machines =
                Files.writeString(
                        directory.resolve("machines.yaml"),
                        """
                        apiVersion: evenkeel.io/v1
                        kind: Datastore
                        metadata: {name: fast}
                        spec: {monitors: ['10.0.0.5:6789'], pool: rbd}
                        ---
                        apiVersion: evenkeel.io/v1
                        kind: VirtualMachine
                        metadata: {name: web-1}
                        spec:
                          cpus: 2
                          memory: 512MiB
                          disks: [{datastore: fast, image: web-1}]
                          nics: [{bridge: br0}]
                        """);
        assertThat(run("apply", "-f", machines.toString()).out())
                .isEqualTo("datastore/fast created\nvirtualmachine/web-1 created\n");
        // The address that was stored for it is no difference.
        assertThat(run("apply", "-f", machines.toString()).out())
                .isEqualTo("datastore/fast unchanged\nvirtualmachine/web-1 unchanged\n");
        assertThat(run("get", "vm").out())
                .containsPattern("NAME +WANTED +POWER +HOST +CPUS +MEMORY +SINCE")
                .containsPattern("web-1 +on +unknown +- +2 +512MiB");
        assertThat(run("get", "ds").out())
                .containsPattern("NAME +REACHABLE +POOL +MONITORS +HOST +FOLDER")
                .containsPattern("fast +- +rbd +10.0.0.5:6789 +- +-");
        VirtualMachineStatus status =
                new VirtualMachineStatus(
                        1, List.of(), "h1", "running", 7, Optional.of(Instant.EPOCH));
        ResourceKey key = new ResourceKey(Kind.VIRTUAL_MACHINE, "default", "web-1");
        TxnOutcome outcome =
                control.store.txn(
                        Txn.of(Op.put(key.statusKey(), Value.of(Stored.write(status)))),
                        Duration.ofSeconds(20));
        long written = ((TxnOutcome.Committed) outcome).revision();
        assertThat(control.registry.feed().awaitRevision(written, Duration.ofSeconds(20))).isTrue();
        assertThat(run("get", "virtualmachines").out())
                .containsPattern("web-1 +on +running +h1 +2 +512MiB +1970-01-01T00:00:00Z");
        assertThat(run("describe", "vm", "web-1").out())
                .containsPattern("token: +7")
                .containsPattern("52:54:00:07:83:39");
        // A machine of the same name begins anew.
        assertThat(run("delete", "vm", "web-1").exit()).isZero();
        assertThat(run("apply", "-f", machines.toString()).out())
                .contains("virtualmachine/web-1 created");
        assertThat(run("get", "vm").out()).containsPattern("web-1 +on +unknown +- ");
    }

    @Test
    void adminStatesArePutAndExplained() {
        run("apply", "-f", file.toString());

        assertThat(run("drain", "service", "shop"))
                .as("availability promises that one stays")
                .satisfies(refused -> assertThat(refused.exit()).isEqualTo(1))
                .satisfies(refused -> assertThat(refused.err()).contains("force"));
        assertThat(run("drain", "service", "shop", "--reason", "new rack", "--force").exit())
                .isZero();
        assertThat(run("get", "service", "shop").out()).contains("shop  drain");
        assertThat(run("explain", "service", "shop").out()).contains("new rack");
        assertThat(run("describe", "service", "shop").out())
                .as("the file's word and the operator's, each by itself")
                .containsPattern("spec:\\n +adminState: +ready")
                .containsPattern("operator:\\n +adminState: +drain\\n +reason: +new rack");
        assertThat(run("ready", "service", "shop").exit()).isZero();
        assertThat(run("drain", "endpoint", "db-1.8080", "--force").exit()).isZero();
        assertThat(run("get", "endpoint", "db-1.8080").out()).contains("drain");
        assertThat(run("explain", "endpoint", "db-1.8080").exit()).isZero();
    }

    @Test
    void whyABackendDoesNotAppearOrIsGoneIsExplained() throws Exception {
        AdmissionReply first = admit("n1");
        admit("n2");
        assertThat(admit("n1")).isInstanceOf(AdmissionReply.Refused.class);
        assertThat(run("explain", "registrations").out()).contains("superseded", "vm-7.8080");
        assertThat(run("explain", "service", "web").out())
                .contains("newer-incarnation-wins", "superseded");
        assertThat(run("explain", "endpoint", "vm-7.8080").out())
                .contains("first-registration", "keep incarnation n1", "was replaced by a newer");

        AdmissionReply.Admitted last = (AdmissionReply.Admitted) admit("n2");
        assertThat(last.epoch()).isGreaterThan(((AdmissionReply.Admitted) first).epoch());
        control.registry.admission().leave(last.endpoint(), last.epoch(), "SIGTERM");
        assertThat(control.registry.feed().awaitRevision(last.epoch() + 1, Duration.ofSeconds(20)))
                .isTrue();
        assertThat(run("explain", "endpoint", "vm-7.8080").out())
                .as("also when it is gone")
                .contains("polite-leave");
        assertThat(run("explain", "endpoint", "vm-8.8080").exit()).isEqualTo(1);
        assertThat(run("explain", "registrations", "x").exit()).isEqualTo(2);
        assertThat(run("explain", "service").exit()).isEqualTo(2);
    }

    private AdmissionReply admit(String incarnation) throws Exception {
        CompletableFuture<AdmissionReply> reply = new CompletableFuture<>();
        control.registry
                .admission()
                .admit(
                        Registration.of("web", "vm-7", "127.0.0.1:8080", incarnation),
                        reply::complete);
        return reply.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aRegisteredEndpointIsShownAndRefusesOtherOwners() throws Exception {
        CompletableFuture<AdmissionReply> reply = new CompletableFuture<>();
        control.registry
                .admission()
                .admit(Registration.of("web", "vm-7", "127.0.0.1:8080", "n1"), reply::complete);
        assertThat(reply.get(20, TimeUnit.SECONDS)).isInstanceOf(AdmissionReply.Admitted.class);

        assertThat(run("get", "services").out()).contains("web ");
        assertThat(run("get", "endpoints").out()).contains("vm-7.8080  web");
        Path own = directory.resolve("own.yaml");
        Files.writeString(own, run("get", "endpoint", "vm-7.8080", "-o", "yaml").out());
        Files.writeString(own, Files.readString(own).replace("weight: 1", "weight: 2"));
        assertThat(run("apply", "-f", own.toString()).err()).contains("link").contains("(409)");
        // What exists by registration alone can be declared.
        Path declared = directory.resolve("web.yaml");
        Files.writeString(
                declared, "apiVersion: evenkeel.io/v1\nkind: Service\nmetadata: {name: web}\n");
        assertThat(run("apply", "-f", declared.toString()).out()).startsWith("service/web ");
    }

    @Test
    void watchShowsThePresentAndWhatComes() {
        run("apply", "-f", file.toString());

        Ran ran = run("watch", "services", "--for", "2s");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).contains("put  service/shop  admin=ready");
        assertThat(run("watch", "services", "-o", "json", "--for", "1s").out())
                .contains("\"type\":\"put\"");
    }

    @Test
    void whatIsNotThereIsSaidByTheApi() {
        assertThat(run("explain", "request", "0a-1").exit()).isEqualTo(1);
        assertThat(run("top", "none", "--once").err()).contains("none").contains("404");
        assertThat(run("get", "service", "Bad_Name").exit()).isEqualTo(1);
    }

    private Ran run(String... arguments) {
        return Ran.against(url, arguments);
    }
}
