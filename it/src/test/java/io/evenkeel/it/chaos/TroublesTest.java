package io.evenkeel.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TroublesTest {
    private static final Cast CAST = Cast.of(1, 1, 2, 2);

    private final Troubles troubles = new Troubles(CAST);

    private void trouble(Troubles.What what, String process, long from, long to) {
        troubles.begin(what, process, from).over(to);
    }

    private void cut(String from, String to, long begin, long end) {
        troubles.begin(Troubles.What.CUT, from, to, begin).over(end);
    }

    @Test
    void aPathLastsWhereNothingWasDoneToAnyPartOfIt() {
        assertThat(troubles.path(0, 1_000)).isEqualTo("g1 and b1");
        trouble(Troubles.What.DOWN, "g1", 100, 200);
        assertThat(troubles.path(0, 1_000)).isEqualTo("g2 and b1");
        assertThat(troubles.path(201, 1_000)).isEqualTo("g1 and b1");
        cut("b1", "g2", 300, 400);
        assertThat(troubles.path(0, 1_000)).isEqualTo("g2 and b2");
        cut("g2", "b2", 900, 1_100);
        assertThat(troubles.path(0, 1_000)).isEmpty();
        assertThat(troubles.path(0, 899)).isEqualTo("g2 and b2");
        cut(Cast.CLIENTS, "g2", 800, 1_100);
        assertThat(troubles.path(0, 899)).isEmpty();
    }

    @Test
    void aTroubleThatIsNotOverLasts() {
        troubles.begin(Troubles.What.PAUSED, "g1", 100);
        troubles.begin(Troubles.What.PAUSED, "g2", 200);
        assertThat(troubles.path(150, 199)).isEqualTo("g2 and b1");
        assertThat(troubles.path(1_000_000, 1_000_001)).isEmpty();
    }

    @Test
    void silenceGoesBackOverAllThatFollowsWithoutABreak() {
        assertThat(troubles.silentSince("g1", "b1", 500)).isEqualTo(500);
        cut("b1", "g1", 100, 300);
        trouble(Troubles.What.PAUSED, "b1", 250, 600);
        assertThat(troubles.silentSince("g1", "b1", 500)).isEqualTo(100);
        assertThat(troubles.silentSince("g2", "b1", 500)).isEqualTo(250);
        assertThat(troubles.silentSince("g1", "b1", 601)).isEqualTo(601);
    }

    @Test
    void whoHearsNothingOrLosesSomeOrStartsIsNotSilent() {
        cut("g1", "b1", 100, 300);
        troubles.begin(Troubles.What.LOSSY, "b1", "g1", 100);
        trouble(Troubles.What.STARTING, "b1", 100, 300);
        assertThat(troubles.silentSince("g1", "b1", 200)).isEqualTo(200);
        assertThat(troubles.reaches("g1", "b1", 150, 200)).isFalse();
    }

    @Test
    void whoIsAboutToBeHeardAgainIsNotSilentAndNotReachableForSureEither() {
        Troubles.Trouble paused = troubles.begin(Troubles.What.PAUSED, "b1", 100);
        paused.ending(500);
        paused.over(510);
        assertThat(troubles.silentSince("g1", "b1", 500)).isEqualTo(100);
        assertThat(troubles.silentSince("g1", "b1", 505)).isEqualTo(505);
        assertThat(troubles.reaches("g1", "b1", 505, 505)).isFalse();
    }

    @Test
    void timeInWhichAProcessWasStoppedIsAddedUp() {
        trouble(Troubles.What.PAUSED, "g1", 100, 200);
        trouble(Troubles.What.PAUSED, "g1", 400, 900);
        assertThat(troubles.pausedMillis("g1", 150, 500)).isEqualTo(150);
    }
}
