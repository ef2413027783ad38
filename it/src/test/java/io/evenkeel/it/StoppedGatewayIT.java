package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.app.demo.Launched;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A6: a gateway that was itself asleep blames nobody for it. */
@Tag("A")
class StoppedGatewayIT {
    @Test
    void noEndpointIsEvictedForTheGatewaysOwnLateness() throws Exception {
        try (Site site = Site.start()) {
            Launched backends = site.backend("web", "shop", "--count=50");
            backends.awaitReady(Site.START_LIMIT);
            String before = epochs(site);
            site.standalone().signal("STOP");
            TimeUnit.SECONDS.sleep(5);
            site.standalone().signal("CONT");
            // At once, and again when every heartbeat that was due has been judged.
            for (int i = 0; i < 8; i++) {
                assertThat(site.get("shop", "/").statusCode()).isEqualTo(200);
                assertThat(pickable(site)).as("pickable after %d s", i / 2).isEqualTo(50);
                TimeUnit.MILLISECONDS.sleep(500);
            }
            assertThat(epochs(site)).as("nobody had to register again").isEqualTo(before);
        }
    }

    private static long pickable(Site site) throws Exception {
        return Queues.of(site, "shop").stream().filter(Queues.Node::pickable).count();
    }

    private static String epochs(Site site) throws Exception {
        StringBuilder epochs = new StringBuilder();
        for (Answer item : site.api().list("endpoints")) {
            epochs.append(item.at("metadata").at("revision").number()).append(' ');
        }
        return epochs.toString();
    }
}
