package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process whose descriptors are used up goes on serving those it has, and recovers. */
@Tag("X")
class FewDescriptorsIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void gatewayWithoutDescriptorsKeepsItsClientsSaysSoAndRecovers() throws Exception {
        try (Site site = Site.startLimited(300)) {
            Launched backend = site.backend("web-1", "shop");
            backend.awaitReady(Site.START_LIMIT);
            site.backend("till-1", "till").awaitReady(Site.START_LIMIT);
            try (Socket before = connect(site)) {
                assertThat(ask(before, "shop")).startsWith("HTTP/1.1 200 ");
                List<Socket> crowd = new ArrayList<>();
                try {
                    // The kernel takes them all; the process has room for some.
                    for (int i = 0; i < 400; i++) {
                        crowd.add(connect(site));
                    }
                    Site.await("accepting fails", SOON, () -> failures(site.standalone()) > 0);
                    for (int i = 0; i < 20; i++) {
                        assertThat(ask(before, "shop"))
                                .as("a client that was there before")
                                .startsWith("HTTP/1.1 200 ");
                    }
                    assertThat(ask(before, "till"))
                            .as("one that needs a new connection to an endpoint")
                            .startsWith("HTTP/1.1 503 ")
                            .contains("Evenkeel-Termination: gateway.connect.exhausted");
                    assertThat(failures(site.standalone()))
                            .as("it pauses, it does not spin")
                            .isLessThan(200);
                } finally {
                    for (Socket one : crowd) {
                        one.close();
                    }
                }
                Site.await("served again", SOON, () -> newcomerIsServed(site));
                assertThat(ask(before, "till")).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    private static Socket connect(Site site) throws IOException {
        Socket socket = new Socket(site.http().getAddress(), site.http().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String ask(Socket socket, String service) throws IOException {
        socket.getOutputStream()
                .write(
                        ("GET / HTTP/1.1\r\nHost: " + service + ".example\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        byte[] first = new byte[4096];
        int n = socket.getInputStream().read(first);
        return n < 0 ? "" : new String(first, 0, n, StandardCharsets.US_ASCII);
    }

    private static boolean newcomerIsServed(Site site) {
        try (Socket socket = connect(site)) {
            return ask(socket, "shop").startsWith("HTTP/1.1 200 ");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int failures(Launched standalone) {
        try {
            return Files.readString(standalone.log()).split("accepting on", -1).length - 1;
        } catch (IOException unreadable) {
            return 0;
        }
    }
}
