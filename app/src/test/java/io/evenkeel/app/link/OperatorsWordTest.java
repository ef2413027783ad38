package io.evenkeel.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.gateway.net.EventLoop;
import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImageMap;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.link.Link;
import io.evenkeel.link.LinkConfig;
import io.evenkeel.link.LinkListener;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceSpec;
import io.evenkeel.model.Source;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A7: what an operator wants of an endpoint is told to its backend, whenever it can be told. */
class OperatorsWordTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final LinkSettings QUICK = LinkSettings.defaults("gw").withHeartbeat(50, 5_000);
    private static final EndpointKey KEY = LinkRig.key("web-1");

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private Link register(LinkRig rig) throws InterruptedException {
        Link link =
                Link.register(
                        LinkConfig.of("shop", "127.0.0.1:8080")
                                .workload("web-1")
                                .endpoint("web-1")
                                .gateways(List.of(rig.gateway()))
                                .listener(new Heard())
                                .build());
        assertThat(link.awaitRegistered(LONG)).isTrue();
        return link;
    }

    private final class Heard implements LinkListener {
        @Override
        public void drainBegan(String gateway, long deadlineMillis, String reason) {
            heard.add("drain " + deadlineMillis + " " + reason);
        }

        @Override
        public void drainComplete(String gateway, long outstanding) {
            heard.add("complete " + outstanding);
        }

        @Override
        public void drainEnded(String gateway) {
            heard.add("ended");
        }
    }

    /** The cluster with the endpoint and its service in these states. */
    private static ImageDelta cluster(AdminState endpointState, AdminState serviceState) {
        EndpointSpec spec = EndpointSpec.of("shop", HostPort.parse("127.0.0.1:8080"));
        EndpointImage endpoint =
                new EndpointImage(
                        KEY,
                        new Metadata("default", "web-1", "", 1, 1, new TreeMap<>(), Source.LINK),
                        spec,
                        1,
                        new Assignment(endpointState, "new kernel", "somebody", 0),
                        List.of());
        ServiceKey key = new ServiceKey("default", "shop");
        ServiceImage service =
                new ServiceImage(
                        key,
                        null,
                        ServiceSpec.defaults(),
                        new Assignment(serviceState, "", "somebody", 0),
                        PolicySpec.defaults(),
                        ImageMap.<EndpointKey, EndpointImage>empty().with(KEY, endpoint));
        return ImageDelta.whole(
                new ClusterImage(
                        1,
                        ImageMap.<ServiceKey, ServiceImage>empty().with(key, service),
                        service.endpoints(),
                        ImageMap.empty(),
                        ImageMap.empty(),
                        ImageMap.empty(),
                        ImageMap.empty(),
                        ImageMap.empty(),
                        ImageMap.empty(),
                        ImageMap.empty()));
    }

    private String next() throws InterruptedException {
        return String.valueOf(heard.poll(LONG.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void drainIsToldWithTimeAndReasonAndFollowedByItsEnd() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Link link = register(rig)) {
            rig.outstanding("web-1", 1);
            rig.server.publish(cluster(AdminState.DRAIN, AdminState.READY));
            assertThat(next()).isEqualTo("drain 30000 new kernel");
            assertThat(heard).isEmpty();
            rig.outstanding("web-1", 0);
            assertThat(next()).isEqualTo("complete 0");
            rig.server.publish(cluster(AdminState.READY, AdminState.READY));
            assertThat(next()).isEqualTo("ended");
            assertThat(link.links()).isOne();
        }
    }

    @Test
    void stateOfTheWholeServiceIsToldToo() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Link link = register(rig)) {
            rig.server.publish(cluster(AdminState.DRAIN, AdminState.MAINT));
            assertThat(next()).isEqualTo("drain 30000 its service is in maint");
            assertThat(next()).isEqualTo("complete 0");
            assertThat(link.links()).isOne();
        }
    }

    @Test
    void backendThatLinksDuringItsDrainIsTold() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK)) {
            rig.server.publish(cluster(AdminState.MAINT, AdminState.READY));
            try (Link link = register(rig)) {
                assertThat(next()).isEqualTo("drain 30000 new kernel");
                assertThat(link.links()).isOne();
            }
        }
    }

    @Test
    void floodedLoopTellsItLaterAndForgetsNothing() throws Exception {
        try (LinkRig rig = new LinkRig(QUICK);
                Link link = register(rig)) {
            CountDownLatch go = new CountDownLatch(1);
            rig.hold(go);
            int filled = 0;
            while (filled <= EventLoop.TASK_LIMIT && rig.loops.getFirst().execute(() -> {})) {
                filled++;
            }
            rig.server.publish(cluster(AdminState.DRAIN, AdminState.READY));
            go.countDown();
            assertThat(next()).isEqualTo("drain 30000 new kernel");
            assertThat(link.links()).isOne();
        }
    }
}
