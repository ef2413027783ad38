package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.app.demo.Launched;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** C1: a host's key lives as long as its agent does, over a real etcd. */
@Tag("X")
class HostsIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static Answer host(Cluster.Member at) {
        try {
            return at.read("/v1/hosts/h1");
        } catch (Exception unanswered) {
            throw new AssertionError(unanswered);
        }
    }

    private static boolean alive(Cluster.Member at) {
        return host(at).at("status").at("alive").text().equals("true");
    }

    @Test
    void killedAgentsHostIsSilentWhenItsLeaseIsOverAndARestartedOneIsKnownAtOnce()
            throws Exception {
        try (Cluster cluster = Cluster.onEtcd(1)) {
            Cluster.Member control = cluster.control("c1");
            assertThat(
                            control.status(
                                    "PUT",
                                    "/v1/hosts/h1",
                                    "{\"apiVersion\":\"evenkeel.io/v1\",\"kind\":\"Host\","
                                            + "\"metadata\":{\"name\":\"h1\"},"
                                            + "\"spec\":{\"zone\":\"rack-1\"}}"))
                    .isEqualTo(201);
            assertThat(alive(control)).isFalse();
            Launched agent = cluster.agent("h1", "--alive-ttl=5s", "--measure-every=1s");
            Site.await("the host lives", SOON, () -> alive(control));
            Site.await(
                    "what is in use is known",
                    SOON,
                    () -> !host(control).at("status").at("use").at("memoryUsed").text().isEmpty());
            Answer seen = host(control);
            assertThat(seen.at("spec").at("zone").text()).isEqualTo("rack-1");
            assertThat(seen.at("status").at("inventory").at("cores").text())
                    .isEqualTo(Integer.toString(Runtime.getRuntime().availableProcessors()));

            // Killed and started again within its lease: never silent, and known by the new run.
            String since = seen.at("status").at("since").text();
            agent.kill();
            Launched next = cluster.agent("h1", "--alive-ttl=5s");
            assertThat(alive(control)).isTrue();
            Site.await(
                    "the new run is shown",
                    SOON,
                    () -> !host(control).at("status").at("since").text().equals(since));

            // A second agent on the same folder would hold the key in its place.
            Launched second =
                    Launched.start(
                            "second",
                            cluster.folder,
                            List.of(
                                    "agent",
                                    "--id=h1",
                                    "--etcd=" + cluster.endpoints(),
                                    "--data-dir=" + cluster.folder.resolve("agent-h1")));
            Site.await("it ends", SOON, () -> !second.isAlive());
            assertThat(second.log()).content().contains("is in use by process");

            // Stopped for longer than its lease, the host is silent; then it is known again.
            next.signal("STOP");
            Site.await("the host is silent", SOON, () -> !alive(control));
            next.signal("CONT");
            Site.await("the host is back", SOON, () -> alive(control));

            // A control that comes later reads what is there.
            Cluster.Member later = cluster.control("c2");
            assertThat(alive(later)).isTrue();

            // Told to end it gives its key back at once; killed, with its lease.
            next.terminate();
            Site.await("the host is silent", Duration.ofSeconds(4), () -> !alive(control));
            Launched last = cluster.agent("h1", "--alive-ttl=5s");
            Site.await("the host lives", SOON, () -> alive(control));
            last.kill();
            Site.await("the host is silent", SOON, () -> !alive(control));
            Site.await(
                    "the leader has written so",
                    SOON,
                    () ->
                            host(control).at("status").at("conditions").items().stream()
                                    .anyMatch(one -> one.at("reason").text().equals("NoKey")));
        }
    }
}
