package io.evenkeel.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.gateway.link.LinkObserver;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.observe.ServiceMeter;
import io.evenkeel.gateway.pool.ConnectionCount;
import io.evenkeel.gateway.pool.Dialer;
import io.evenkeel.gateway.proxy.RetryBudget;
import io.evenkeel.gateway.proxy.ServicePolicy;
import io.evenkeel.gateway.proxy.UpstreamService;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.Pick;
import io.evenkeel.kernel.balancing.PickContext;
import io.evenkeel.kernel.health.Outcome;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.simulation.invariant.BrokenPromise;
import io.evenkeel.simulation.time.Seed;
import io.evenkeel.wire.link.LinkMessage;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Faults planted at the joints of the cluster, one at a time: each has to break a promise within a
 * few seeds, and without one none is broken.
 */
class PlantedClusterFaultsTest {
    private static final int SEEDS = 8;
    private static final int SECONDS = 6;

    @Test
    void withoutAFaultNothingIsBroken() {
        assertThat(caught(Joints::new)).isEmpty();
    }

    @Test
    void servicesThatDontHearOfALostLinkAreCaught() {
        assertCaught(
                PickPromises.ELIGIBLE + "|whoever lives is in the queue",
                () ->
                        new Joints() {
                            @Override
                            public LinkObserver links(LinkObserver services) {
                                return new Passing(services) {
                                    @Override
                                    public void absent(EndpointKey e, long epoch, LinkLoss loss) {}
                                };
                            }
                        });
    }

    @Test
    void servicesThatDontHearOfAGoodbyeAreCaught() {
        assertCaught(
                PickPromises.ELIGIBLE,
                () ->
                        new Joints() {
                            @Override
                            public LinkObserver links(LinkObserver services) {
                                return new Passing(services) {
                                    @Override
                                    public void draining(EndpointKey e, long epoch, boolean on) {}
                                };
                            }
                        });
    }

    @Test
    void drainThatDoesNotWaitForRunningRequestsIsCaught() {
        assertCaught(
                "told that it is drained",
                () ->
                        new Joints() {
                            @Override
                            public LinkObserver links(LinkObserver services) {
                                return new Passing(services) {
                                    @Override
                                    public int outstanding(EndpointKey e, long epoch) {
                                        return 0;
                                    }
                                };
                            }
                        });
    }

    @Test
    void registryThatAcknowledgesBeforeItCommitsIsCaught() {
        assertCaught(
                "what is acknowledged is in the store",
                () ->
                        new Joints() {
                            @Override
                            public Admission admission(Admission registry) {
                                return new Admission() {
                                    private long epoch = 1_000_000;

                                    @Override
                                    public void admit(
                                            Registration r, Consumer<AdmissionReply> reply) {
                                        reply.accept(
                                                new AdmissionReply.Admitted(
                                                        new EndpointKey("default", r.endpoint()),
                                                        epoch++));
                                        registry.admit(r, ignored -> {});
                                    }

                                    @Override
                                    public void leave(EndpointKey e, long at, String reason) {
                                        registry.leave(e, at, reason);
                                    }
                                };
                            }
                        });
    }

    @Test
    void servicesThatMissImagesAreCaught() {
        RandomGenerator random = new Seed(3).generator("planted");
        assertCaught(
                PickPromises.ELIGIBLE + "|whoever lives is in the queue",
                () ->
                        new Joints() {
                            @Override
                            public ImagePublisher images(ImagePublisher services) {
                                return (ImageDelta delta) -> {
                                    if (random.nextInt(5) > 0) {
                                        services.publish(delta);
                                    }
                                };
                            }
                        });
    }

    @Test
    void pickThatIsNotTheHeadIsCaught() {
        RandomGenerator random = new Seed(5).generator("planted");
        assertCaught(
                PickPromises.HEAD,
                () ->
                        ofService(service ->
                                new PassingService(service) {
                                    @Override
                                    public Pick acquire(PickContext context) {
                                        Pick head = super.acquire(context);
                                        if (head instanceof Node node && random.nextInt(20) == 0) {
                                            context.avoid(node);
                                            Pick next = super.acquire(context);
                                            context.reset();
                                            if (next instanceof Node) {
                                                super.release(
                                                        node, node.index(), Outcome.NOT_SENT, 0);
                                                return next;
                                            }
                                        }
                                        return head;
                                    }
                                }));
    }

    @Test
    void releaseThatIsForgottenIsCaught() {
        RandomGenerator random = new Seed(7).generator("planted");
        assertCaught(
                "outstanding counts equal the requests in flight",
                () ->
                        ofService(service ->
                                new PassingService(service) {
                                    @Override
                                    public void release(
                                            Node node, int index, Outcome outcome, long nanos) {
                                        if (random.nextInt(20) > 0) {
                                            super.release(node, node.index(), outcome, nanos);
                                        }
                                    }
                                }));
    }

    @Test
    void refusalWhileSomebodyIsFreeIsCaught() {
        RandomGenerator random = new Seed(8).generator("planted");
        assertCaught(
                PickPromises.REFUSED,
                () ->
                        ofService(service ->
                                new PassingService(service) {
                                    @Override
                                    public Pick acquire(PickContext context) {
                                        Pick pick = super.acquire(context);
                                        if (pick instanceof Node node && random.nextInt(20) == 0) {
                                            super.release(node, node.index(), Outcome.NOT_SENT, 0);
                                            return Pick.NoEndpoints.NO_ENDPOINTS;
                                        }
                                        return pick;
                                    }
                                }));
    }

    private static Joints ofService(java.util.function.UnaryOperator<UpstreamService> planted) {
        return new Joints() {
            @Override
            public UpstreamService service(UpstreamService service) {
                return planted.apply(service);
            }
        };
    }

    private static void assertCaught(String promises, Supplier<Joints> planted) {
        assertThat(caught(planted).orElse("nothing caught with seeds 1 to " + SEEDS))
                .containsPattern(promises);
    }

    /** What the first seed said that broke a promise. */
    private static Optional<String> caught(Supplier<Joints> joints) {
        for (long s = 1; s <= SEEDS; s++) {
            Seed seed = new Seed(s);
            try {
                ClusterRun.run(seed, ClusterOptions.drawn(seed, SECONDS), joints.get(), line -> {});
            } catch (BrokenPromise broken) {
                return Optional.of(String.valueOf(broken.getMessage()));
            }
        }
        return Optional.empty();
    }

    /** Passes everything on. */
    private static class Passing implements LinkObserver {
        private final LinkObserver services;

        Passing(LinkObserver services) {
            this.services = services;
        }

        @Override
        public void present(EndpointKey endpoint, long epoch) {
            services.present(endpoint, epoch);
        }

        @Override
        public void absent(EndpointKey endpoint, long epoch, LinkLoss loss) {
            services.absent(endpoint, epoch, loss);
        }

        @Override
        public void draining(EndpointKey endpoint, long epoch, boolean draining) {
            services.draining(endpoint, epoch, draining);
        }

        @Override
        public void reported(EndpointKey endpoint, long epoch, LinkMessage.Report report) {
            services.reported(endpoint, epoch, report);
        }

        @Override
        public int outstanding(EndpointKey endpoint, long epoch) {
            return services.outstanding(endpoint, epoch);
        }
    }

    /** Passes everything on. */
    private static class PassingService implements UpstreamService {
        private final UpstreamService service;

        PassingService(UpstreamService service) {
            this.service = service;
        }

        @Override
        public ServicePolicy policy() {
            return service.policy();
        }

        @Override
        public Pick acquire(PickContext context) {
            return service.acquire(context);
        }

        @Override
        public void release(Node node, int index, Outcome outcome, long latencyNanos) {
            service.release(node, node.index(), outcome, latencyNanos);
        }

        @Override
        public @Nullable InetSocketAddress address(Node node) {
            return service.address(node);
        }

        @Override
        public ConnectionCount connections(Node node) {
            return service.connections(node);
        }

        @Override
        public @Nullable Dialer tunnel(Node node, NetLoop loop) {
            return service.tunnel(node, loop);
        }

        @Override
        public long rateWaitNanos(long client, long nowNanos) {
            return service.rateWaitNanos(client, nowNanos);
        }

        @Override
        public long requests() {
            return service.requests();
        }

        @Override
        public long pending() {
            return service.pending();
        }

        @Override
        public RetryBudget retryBudget(int loop) {
            return service.retryBudget(loop);
        }

        @Override
        public ServiceMeter meter(int loop) {
            return service.meter(loop);
        }
    }
}
