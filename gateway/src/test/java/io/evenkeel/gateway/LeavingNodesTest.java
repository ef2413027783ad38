package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.net.EventLoop;
import io.evenkeel.gateway.net.ListenOptions;
import io.evenkeel.gateway.net.ListenResult;
import io.evenkeel.gateway.net.Timer;
import io.evenkeel.gateway.net.nio.NioLoop;
import io.evenkeel.gateway.observe.AccessLog;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.observe.RequestIds;
import io.evenkeel.model.AdminState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leaves takes its connections with it, whatever the loop is busy with meanwhile. */
final class LeavingNodesTest {
    private final NioLoop net = new NioLoop("leaving");
    private final GatewayCore core =
            new GatewayCore(
                    GatewaySettings.of("test", any()).withLoops(1),
                    List.of(net),
                    List.of(new LoopObserver(0, new RequestIds(1), 0, AccessLog.none())),
                    System::nanoTime,
                    UnaryOperator.identity(),
                    new SplittableRandom(1));
    private final Site site = new Site(core);
    private final AtomicInteger ended = new AtomicInteger();
    private final CountDownLatch reply = new CountDownLatch(1);
    private Backend backend;
    private Talk client;

    private static InetSocketAddress any() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @BeforeEach
    void serve() {
        ListenResult result = net.listen(any(), ListenOptions.DEFAULT, core.proxies().getFirst());
        core.begin();
        net.start();
        backend =
                new Backend(talk -> {
                    if (talk.request().line().startsWith("GET /slow ")) {
                        awaitQuietly(reply);
                    }
                    talk.send(ProxySuite.ok("fine"));
                    if (talk.gone()) {
                        ended.incrementAndGet();
                    }
                });
        site.endpoint(ProxySuite.SERVICE, "web-1", backend.address());
        client = Talk.to(((ListenResult.Listening) result).listener().local());
    }

    @AfterEach
    void end() {
        client.close();
        backend.close();
        net.close();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps the loop busy and its queue of tasks full while this is done. */
    private void whileFlooded(Runnable work) {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        net.execute(() -> {
            busy.countDown();
            awaitQuietly(release);
        });
        awaitQuietly(busy);
        int filled = 0;
        while (filled <= EventLoop.TASK_LIMIT && net.execute(() -> {})) {
            filled++;
        }
        work.run();
        assertThat(net.execute(() -> {})).as("still full").isFalse();
        release.countDown();
    }

    @Test
    void floodedLoopClosesTheIdleConnectionsOfWhatLeftOnItsNextTick() {
        assertThat(client.send(ProxySuite.get("/")).reply().body()).isEqualTo("fine");
        whileFlooded(() -> site.remove("web-1"));
        ProxySuite.await("closed", () -> ended.get() == 1);
    }

    @Test
    void connectionThatBecomesIdleAtADrainingEndpointIsClosed() {
        client.send(ProxySuite.get("/slow"));
        ProxySuite.await("under way", () -> backend.connections() == 1);
        site.assign("web-1", AdminState.DRAIN);
        reply.countDown();
        assertThat(client.reply().body()).isEqualTo("fine");
        ProxySuite.await("closed", () -> ended.get() == 1);
    }

    @Test
    void endpointThatIsBackKeepsItsConnections() {
        assertThat(client.send(ProxySuite.get("/")).reply().body()).isEqualTo("fine");
        whileFlooded(() -> {
            site.assign("web-1", AdminState.DRAIN);
            site.assign("web-1", AdminState.READY);
        });
        CountDownLatch twoTicks = new CountDownLatch(1);
        Timer timer = new Timer(now -> twoTicks.countDown());
        ProxySuite.await(
                "room for a task",
                () -> net.execute(() -> net.schedule(timer, net.nanos() + 120_000_000L)));
        awaitQuietly(twoTicks);
        assertThat(ended).hasValue(0);
    }
}
