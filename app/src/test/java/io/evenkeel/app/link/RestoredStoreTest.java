package io.evenkeel.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageChange;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.link.Link;
import io.evenkeel.link.LinkConfig;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointKind;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Locality;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Source;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The store forgets what it has acknowledged, as after a restore: backends register again. */
@Timeout(60)
class RestoredStoreTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final LinkSettings QUICK = LinkSettings.defaults("gw").withHeartbeat(50, 5_000);
    private static final EndpointKey KEY = LinkRig.key("web-1");

    private static EndpointImage endpoint(long epoch, String incarnation) {
        EndpointSpec spec =
                new EndpointSpec(
                        "shop",
                        "web-1",
                        EndpointKind.PROCESS,
                        HostPort.parse("127.0.0.1:8080"),
                        Locality.UNKNOWN,
                        1,
                        0,
                        new TreeMap<>(),
                        "",
                        Optional.empty(),
                        incarnation);
        return new EndpointImage(
                KEY,
                new Metadata("default", "web-1", "", 1, epoch, new TreeMap<>(), Source.LINK),
                spec,
                epoch,
                Assignment.NONE,
                List.of());
    }

    private static ImageDelta change(ImageChange<EndpointKey, EndpointImage> change) {
        return new ImageDelta(
                ClusterImage.EMPTY,
                ClusterImage.EMPTY,
                List.of(),
                List.of(change),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** Registers, lets this become of the endpoint, and waits for the backend to be back. */
    private static void comesBackAfter(ImageChange<EndpointKey, EndpointImage> change)
            throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Link link =
                        Link.register(
                                LinkConfig.of("shop", "127.0.0.1:8080")
                                        .workload("web-1")
                                        .endpoint("web-1")
                                        .gateways(List.of(rig.gateway()))
                                        .build())) {
            assertThat(link.awaitRegistered(LONG)).isTrue();
            assertThat(rig.present).containsEntry(KEY, 1L);
            rig.server.publish(change(change));
            rig.await("registered again", () -> rig.admissions.size() == 2);
            rig.await("linked again", () -> rig.server.linked(KEY).isPresent());
            assertThat(rig.admissions.get(1).incarnation())
                    .isEqualTo(rig.admissions.get(0).incarnation());
        }
    }

    @Test
    void aBackendWhoseRecordIsGoneRegistersAgain() throws Exception {
        comesBackAfter(new ImageChange<>(KEY, endpoint(1, "a"), null));
    }

    @Test
    void aBackendOfWhichAnEarlierStateIsKnownRegistersAgain() throws Exception {
        comesBackAfter(new ImageChange<>(KEY, endpoint(1, "a"), endpoint(0, "z")));
    }

    @Test
    void aBackendWhoseEpochWasGivenToAnotherRegistersAgain() throws Exception {
        comesBackAfter(new ImageChange<>(KEY, endpoint(1, "a"), endpoint(1, "z")));
    }
}
