package io.evenkeel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
final class MachineVerbTest {
    private static final String PATH = "/v1/virtualmachines/web";

    private FakeApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        api.answer(PATH + ":power", "{\"metadata\": {\"generation\": 3}}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static String seen(int generation, String power, String reason) {
        return """
        {"status": {"observedGeneration": %d, "power": "%s", "host": "h2", "conditions": [
          {"type": "AsWanted", "status": "False", "reason": "%s", "message": "h1 has no room"}]}}
        """
                .formatted(generation, power, reason);
    }

    @Test
    void machineIsWantedOnOrOff() {
        assertThat(Ran.against(api, "machine", "start", "web", "--reason", "night is over"))
                .isEqualTo(new Ran(0, "virtualmachine/web power on\n", ""));
        assertThat(Ran.against(api, "machine", "stop", "web"))
                .isEqualTo(new Ran(0, "virtualmachine/web power off\n", ""));
        assertThat(api.calls)
                .containsExactly(
                        "POST " + PATH + ":power {reason=night is over, state=on}",
                        "POST " + PATH + ":power {state=off}");
        assertThat(Ran.against(api, "machine", "stop", "web", "-o", "json").out())
                .contains("\"generation\": 3");
        assertThat(Ran.against(api, "machine").exit()).isEqualTo(2);
    }

    @Test
    void waitingSaysWhatIsInTheWayAndWhereItRunsInTheEnd() {
        api.document(PATH, seen(3, "off", "Held"));
        api.then(PATH, seen(3, "off", "UnderWay"));
        api.then(PATH, seen(3, "running", "AsWanted"));
        assertThat(Ran.against(api, "machine", "start", "web", "--wait", "20s").out())
                .isEqualTo(
                        """
                        virtualmachine/web power on
                        h1 has no room
                        virtualmachine/web is running on h2
                        """);
    }

    @Test
    void whatWasSeenBeforeTheWordDoesNotCount() {
        api.document(PATH, seen(2, "off", "AsWanted"));
        api.then(PATH, seen(3, "off", "AsWanted"));
        assertThat(Ran.against(api, "machine", "stop", "web", "--wait", "20s").out())
                .isEqualTo("virtualmachine/web power off\nvirtualmachine/web is off\n");
    }

    @Test
    void waitingEndsWithWhatItWaitsFor() {
        api.document(PATH, seen(3, "off", "Held"));
        Ran ran = Ran.against(api, "machine", "start", "web", "--wait", "1ms");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains(
                        "virtualmachine/web: is off (expected: running); it is tried on: h1 has no room");
    }
}
