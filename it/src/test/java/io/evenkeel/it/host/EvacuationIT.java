package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.it.lab.Wait;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * C9: a host that is to be in maintenance is emptied while its machines answer; one that may not
 * move while it runs is shut down and started on the other host.
 */
@Tag("C")
@Timeout(240)
class EvacuationIT {
    @TempDir private Path folder = Path.of("");

    @Test
    void machinesMoveWhileTheyRunAndAreNotStartedAgain() throws Exception {
        Guest one = new Guest("m1", 1);
        Guest two = new Guest("m2", 2);
        Guest cold = new Guest("m3", 3);
        try (Site site = Site.start(folder, false, 1, "patient", "h1", "h2")) {
            HostMachine first = site.host("h1");
            HostMachine second = site.host("h2");
            site.maintenance(second, true);
            site.run(one, two);
            site.ceph.image(cold.name());
            site.machine(cold, "on", "cold");
            cold.awaitAnswer(site.center, Site.SOON);
            assertThat(List.of(site.hostOf(one), site.hostOf(two), site.hostOf(cold)))
                    .containsOnly(first);
            site.maintenance(second, false);

            try (Gaps gaps = Gaps.of(one, site.center)) {
                long begun = System.nanoTime();
                site.maintenance(first, true);
                for (Guest guest : List.of(one, two, cold)) {
                    Wait.until(
                            guest.name() + " is on the other host",
                            Site.SOON * 2,
                            () -> site.status(guest).at("host").text().equals("h2"));
                }
                System.out.printf(
                        "host evacuated after %d ms; longest time without an answer %d ms of %d answers%n",
                        Scene.since(begun), gaps.longestMillis(), gaps.answers());
                assertThat(gaps.answers()).isPositive();
            }
            for (Guest guest : List.of(one, two)) {
                assertThat(site.hostOf(guest)).isSameAs(second);
                guest.awaitAnswer(site.center, Site.SOON);
                assertThat(guest.get(site.center, "/boots", 5_000)).isEqualTo("1");
            }
            cold.awaitAnswer(site.center, Site.SOON);
            assertThat(site.hostOf(cold)).isSameAs(second);
            assertThat(cold.get(site.center, "/boots", 5_000)).isEqualTo("2");
            List<Answer> moves = site.read("/v1/explain/hosts/h1").at("moves").items();
            assertThat(moves).hasSize(3).allMatch(move -> move.at("state").text().equals("done"));
        }
    }

    @Tag("long")
    @Timeout(1_200)
    @Test
    void sixMachinesLeaveUnderRequestsFiveTimesAndNoneIsStartedAgain() throws Exception {
        List<Guest> guests =
                IntStream.rangeClosed(1, 6).mapToObj(i -> new Guest("m" + i, i)).toList();
        try (Site site = Site.start(folder, false, 1, "patient", "h1", "h2")) {
            site.maintenance(site.host("h2"), true);
            site.run(guests.toArray(Guest[]::new));
            site.maintenance(site.host("h2"), false);
            for (int round = 0; round < 5; round++) {
                HostMachine left = site.host(round % 2 == 0 ? "h1" : "h2");
                String target = round % 2 == 0 ? "h2" : "h1";
                List<Gaps> gaps = guests.stream().map(one -> Gaps.of(one, site.center)).toList();
                site.maintenance(left, true);
                for (Guest guest : guests) {
                    Wait.until(
                            guest.name() + " is on " + target,
                            Site.SOON * 3,
                            () -> site.status(guest).at("host").text().equals(target));
                }
                gaps.forEach(Gaps::close);
                System.out.printf(
                        "round %d: longest times without an answer %s ms%n",
                        round + 1, gaps.stream().map(Gaps::longestMillis).toList());
                site.maintenance(left, false);
                for (Guest guest : guests) {
                    guest.awaitAnswer(site.center, Site.SOON);
                    assertThat(guest.get(site.center, "/boots", 5_000)).isEqualTo("1");
                }
            }
        }
    }
}
