package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** X3: what was acknowledged is there after kill -9, whenever that comes. */
class KilledStandaloneIT {
    @Test
    @Tag("X")
    void nothingAcknowledgedIsLostInTenKills() throws Exception {
        killAgainAndAgain(10);
    }

    @Test
    @Tag("long")
    void nothingAcknowledgedIsLostInAHundredKills() throws Exception {
        killAgainAndAgain(100);
    }

    private static void killAgainAndAgain(int kills) throws Exception {
        try (Site site = Site.start()) {
            Set<String> applied = new ConcurrentSkipListSet<>();
            int registered = 0;
            for (int kill = 0; kill < kills; kill++) {
                AtomicBoolean ended = new AtomicBoolean();
                List<Thread> writers = new ArrayList<>();
                for (int writer = 0; writer < 4; writer++) {
                    String prefix = "r" + kill + "-" + writer + "-";
                    writers.add(
                            Thread.startVirtualThread(() -> apply(site, prefix, applied, ended)));
                }
                // Registrations go on meanwhile: a process that registers twenty endpoints.
                Launched backend = site.backend("w" + kill, "shop", "--count=20");
                backend.awaitReady(Site.START_LIMIT);
                registered += 20;
                TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(400));
                site.standalone().kill();
                ended.set(true);
                for (Thread writer : writers) {
                    writer.join(Duration.ofSeconds(30));
                }
                site.restart();
                assertThat(names(site, "routes"))
                        .as("routes after kill %d", kill)
                        .containsAll(applied);
                assertThat(names(site, "endpoints").size())
                        .as("endpoints after kill %d", kill)
                        .isGreaterThanOrEqualTo(registered);
                // Its records stay, absent; it needn't dial in again at every start.
                backend.kill();
            }
            System.out.printf(
                    "%d kills: %d applied and %d registered, all there%n",
                    kills, applied.size(), registered);
            assertThat(applied).hasSizeGreaterThan(kills);
        }
    }

    /** Applies routes until the gateway is gone; remembers those that were acknowledged. */
    private static void apply(Site site, String prefix, Set<String> applied, AtomicBoolean ended) {
        for (int i = 0; !ended.get(); i++) {
            String name = prefix + i;
            try {
                HttpResponse<String> answer =
                        site.api()
                                .send(
                                        "PUT",
                                        "/v1/routes/" + name,
                                        "{apiVersion: evenkeel.io/v1, kind: Route, metadata: {name: "
                                                + name
                                                + "}, spec: {match: {hosts: ["
                                                + name
                                                + ".example]}, service: shop}}");
                if (answer.statusCode() == 200 || answer.statusCode() == 201) {
                    applied.add(name);
                }
            } catch (IOException killed) {
                // Not acknowledged: it may be there or not.
            } catch (InterruptedException interrupted) {
                return;
            }
        }
    }

    private static List<String> names(Site site, String kind) throws Exception {
        List<String> names = new ArrayList<>();
        for (Answer item : site.api().list(kind)) {
            names.add(item.at("metadata").at("name").text());
        }
        Collections.sort(names);
        return names;
    }
}
