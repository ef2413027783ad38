package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.it.lab.Wait;
import io.evenkeel.store.etcd.EtcdProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** etcd is lost to everybody, for longer than all times of failover: no guest is touched. */
class StoreLossIT {
    private static final Guest ONE = new Guest("s1", 21);
    private static final Guest TWO = new Guest("s2", 22);

    @TempDir private Path folder = Path.of("");

    @Tag("C")
    @Timeout(240)
    @Test
    void etcdDeadForSixTimesAllLimitsTouchesNoGuest() throws Exception {
        etcdDeadFor(Duration.ofSeconds(30));
    }

    @Tag("long")
    @Timeout(900)
    @Test
    void etcdDeadForTenMinutesTouchesNoGuest() throws Exception {
        etcdDeadFor(Duration.ofMinutes(10));
    }

    private void etcdDeadFor(Duration time) throws Exception {
        try (Site site = Site.start(folder, false, 3, "swift", "h1", "h2")) {
            site.run(ONE, TWO);
            List<HostMachine> before = List.of(site.hostOf(ONE), site.hostOf(TWO));
            try (Gaps one = Gaps.of(ONE, site.center);
                    Gaps two = Gaps.of(TWO, site.center)) {
                site.cluster.etcd.forEach(EtcdProcess::kill);
                TimeUnit.NANOSECONDS.sleep(time.toNanos());
                site.cluster.etcd.forEach(EtcdProcess::launch);
                site.cluster.etcd.forEach(EtcdProcess::awaitReady);
                for (HostMachine host : site.hosts()) {
                    Wait.until(
                            host.machine().name() + " is known to live",
                            Site.SOON,
                            () -> isKnown(site, host));
                }
                // Longer than swift needs to take a host for dead.
                TimeUnit.SECONDS.sleep(10);
                assertThat(one.longestMillis()).isLessThan(5_000);
                assertThat(two.longestMillis()).isLessThan(5_000);
            }
            for (HostMachine host : site.hosts()) {
                assertThat(site.refused(host)).isFalse();
                assertThat(isKnown(site, host)).isTrue();
            }
            for (Guest guest : List.of(ONE, TWO)) {
                assertThat(guest.get(site.center, "/boots", 5_000)).isEqualTo("1");
            }
            assertThat(List.of(site.hostOf(ONE), site.hostOf(TWO))).isEqualTo(before);
        }
    }

    private static boolean isKnown(Site site, HostMachine host) {
        String path = "/v1/hosts/" + host.machine().name();
        // Not while the store is on its way back.
        return site.control.status("GET", path, "") == 200
                && site.read(path).at("status").at("alive").text().equals("true");
    }
}
