package io.evenkeel.control.power;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.HostPower;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a controller that was written from the standard, over sockets. */
@Timeout(60)
class RedfishSwitchTest {
    private static final Duration TIME = Duration.ofSeconds(10);

    @TempDir private Path folder = Path.of("");
    private final AtomicInteger lost = new AtomicInteger();
    private final RedfishSwitch power = new RedfishSwitch();
    private RedfishSimulator controller = start(null);
    private Path password = Path.of("");

    private RedfishSimulator start(@Nullable SSLContext tls) {
        try {
            return RedfishSimulator.start(tls, lost::incrementAndGet);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void write() throws IOException {
        password = Files.writeString(folder.resolve("bmc"), RedfishSimulator.PASSWORD + "\n");
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    private HostPower at(String url, String system, String certificate) {
        return new HostPower(url, system, RedfishSimulator.USER, password.toString(), certificate);
    }

    private Reply<String> off() throws InterruptedException {
        return off(TIME);
    }

    private Reply<String> off(Duration timeout) throws InterruptedException {
        return power.off(at(controller.url(), "", ""), timeout, () -> true);
    }

    private String refused() throws InterruptedException {
        Reply<String> reply = off();
        assertThat(reply).isInstanceOf(Reply.Refused.class);
        return ((Reply.Refused<String>) reply).why();
    }

    @Test
    void hostIsSwitchedOffAndSeenOffBeforeItIsSaid() throws Exception {
        assertThat(off()).isEqualTo(new Reply.Done<>("/redfish/v1/Systems/437XR1138R2 is off"));
        assertThat(controller.state()).isEqualTo("Off");
        assertThat(lost).hasValue(1);
        assertThat(controller.openSessions()).isZero();
        assertThat(controller.requests())
                .startsWith(
                        "GET /redfish/v1/",
                        "POST /redfish/v1/SessionService/Sessions",
                        "GET /redfish/v1/Systems",
                        "GET /redfish/v1/Systems/437XR1138R2",
                        "POST /redfish/v1/Systems/437XR1138R2/Actions/ComputerSystem.Reset",
                        "GET /redfish/v1/Systems/437XR1138R2")
                .endsWith("DELETE /redfish/v1/SessionService/Sessions/1");
    }

    @Test
    void hostThatIsInServiceAgainKeepsItsPower() throws Exception {
        HostPower host = at(controller.url(), "", "");
        assertThat(power.off(host, TIME, () -> false).toString())
                .contains("it is not to be off any more");
        // Whoever asks is stopped after the answer: what it said holds no longer.
        BooleanSupplier stopped =
                () -> {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2_500));
                    return true;
                };
        assertThat(power.off(host, TIME, stopped).toString()).contains("too late for it");
        assertThat(controller.state()).isEqualTo("On");
        assertThat(controller.requests()).noneMatch(request -> request.endsWith(".Reset"));
        assertThat(controller.openSessions()).isZero();
    }

    @Test
    void hostThatIsOffIsLeftSo() throws Exception {
        controller.state("Off");
        assertThat(off()).isInstanceOf(Reply.Done.class);
        assertThat(lost).hasValue(0);
    }

    @Test
    void hostThatGoesOffByItselfMeanwhileIsOff() throws Exception {
        controller.busy.set(1);
        Thread.ofVirtual()
                .start(() -> {
                    while (controller.requests().stream().noneMatch(r -> r.endsWith(".Reset"))) {
                        Thread.onSpinWait();
                    }
                    controller.state("Off");
                });
        assertThat(off()).isInstanceOf(Reply.Done.class);
        assertThat(lost).hasValue(0);
    }

    @Test
    void busyControllerIsAskedAgain() throws Exception {
        controller.busy.set(2);
        assertThat(off()).isInstanceOf(Reply.Done.class);
        assertThat(lost).hasValue(1);
    }

    @Test
    void whatIsSaidToBeDoneIsNotBelieved() throws Exception {
        controller.ignores = true;
        assertThat(off(Duration.ofSeconds(3)))
                .isEqualTo(
                        new Reply.Silent<>(
                                controller.url()
                                        + "/redfish/v1/Systems/437XR1138R2: not off in time, is On"));
        assertThat(controller.requests().stream().filter(r -> r.endsWith(".Reset"))).hasSize(1);
    }

    @Test
    void powerThatIsGoingIsNotGone() throws Exception {
        controller.goes = Duration.ofSeconds(30);
        assertThat(off(Duration.ofSeconds(2)).toString()).contains("is PoweringOff");
    }

    @Test
    void valuesMayBeToldElsewhere() throws Exception {
        controller.tellsElsewhere = true;
        assertThat(off()).isInstanceOf(Reply.Done.class);
        controller.state("On");
        controller.offered = "\"On\",\"GracefulShutdown\"";
        assertThat(refused()).contains("offers On GracefulShutdown (expected: ForceOff)");
    }

    @Test
    void wrongPasswordIsSaidInTheControllersWords() throws Exception {
        Files.writeString(password, "other");
        assertThat(refused())
                .isEqualTo(
                        controller.url()
                                + ": POST /redfish/v1/SessionService/Sessions: HTTP 401: Wrong name"
                                + " or password.");
        Files.delete(password);
        assertThat(refused()).contains("passwordFile " + password, "expected: a file");
    }

    @Test
    void oneOfSeveralSystemsHasToBeNamed() throws Exception {
        controller.members =
                "{\"@odata.id\":\"/redfish/v1/Systems/a\"},"
                        + "{\"@odata.id\":\"/redfish/v1/Systems/437XR1138R2\"}";
        assertThat(refused())
                .contains("/redfish/v1/Systems/a /redfish/v1/Systems/437XR1138R2 (expected: one;");
        assertThat(power.off(at(controller.url(), "437XR1138R2", ""), TIME, () -> true))
                .isInstanceOf(Reply.Done.class);
        assertThat(power.off(at(controller.url(), "1138R2", ""), TIME, () -> true).toString())
                .contains("(expected: 1138R2)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "[]",
                "{\"PowerState\":7}",
                "{\"PowerState\":\"On\",\"Actions\":{\"#ComputerSystem.Reset\":{}}}",
                "{\"PowerState\":\"On\",\"Actions\":{\"#ComputerSystem.Reset\":{\"target\":\"http://127.0.0.1:1/x\"}}}",
                "{\"PowerState\":\"On\",\"Actions\":{\"#ComputerSystem.Reset\":{\"target\":\"//127.0.0.1:1/x\"}}}",
                "{\"PowerState\":\"On\",\"Actions\":{\"#ComputerSystem.Reset\":{\"target\":\"/a b\"}}}",
            })
    void hostileAnswersAreOneClearFailure(String answer) throws Exception {
        controller.instead = answer;
        assertThat(refused()).startsWith(controller.url() + ": ").hasSizeLessThan(400);
        assertThat(controller.openSessions()).isZero();
        assertThat(lost).hasValue(0);
    }

    @Test
    void answerWithoutEndIsNotRead() throws Exception {
        controller.instead = "{\"x\":\"" + "y".repeat(2 << 20) + "\"}";
        assertThat(off()).isInstanceOf(Reply.Silent.class);
        assertThat(off().toString()).contains("GET /redfish/v1/Systems/437XR1138R2");
    }

    @Test
    void controllerThatHangsCostsTheTimeOutAndNoMore() throws Exception {
        controller.hangs = true;
        long begun = System.nanoTime();
        assertThat(off(Duration.ofSeconds(2))).isInstanceOf(Reply.Silent.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void nobodyThereIsSilence() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(power.off(at("http://127.0.0.1:" + port, "", ""), TIME, () -> true))
                .isInstanceOf(Reply.Silent.class);
    }

    /** A key of its own, and the certificate of it in a file. */
    private SSLContext tls(Path certificate) throws Exception {
        Path keys = folder.resolve(certificate.getFileName() + ".p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        run(
                keytool,
                "-genkeypair",
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit",
                "-alias",
                "bmc",
                "-keyalg",
                "EC",
                "-dname",
                "CN=some other name");
        run(
                keytool,
                "-exportcert",
                "-rfc",
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit",
                "-alias",
                "bmc",
                "-file",
                certificate.toString());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void onlyTheCertificateThatWasGivenIsTrusted() throws Exception {
        Path certificate = folder.resolve("bmc.pem");
        Path other = folder.resolve("other.pem");
        controller.close();
        controller = start(tls(certificate));
        var _ = tls(other);
        assertThat(power.off(at(controller.url(), "", ""), TIME, () -> true).toString())
                .startsWith("Silent")
                .contains("GET /redfish/v1/");
        assertThat(
                        power.off(at(controller.url(), "", other.toString()), TIME, () -> true)
                                .toString())
                .contains("another certificate than " + other, "CN=some other name");
        assertThat(controller.state()).isEqualTo("On");
        assertThat(
                        power.off(
                                at(controller.url(), "", folder.resolve("none").toString()),
                                TIME,
                                () -> true))
                .isInstanceOf(Reply.Refused.class);
        assertThat(power.off(at(controller.url(), "", certificate.toString()), TIME, () -> true))
                .isInstanceOf(Reply.Done.class);
    }
}
