package io.evenkeel.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.GatewayImage;
import io.evenkeel.kernel.image.ImageChange;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImageMap;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.simulation.control.ControlJoints;
import io.evenkeel.simulation.invariant.BrokenPromise;
import io.evenkeel.simulation.registry.SimImages;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Faults of ours planted where the parts of a cluster meet: each has to break a promise. */
class PlantedWorldFaultsTest {
    private static final int SEEDS = 30;
    private static final int SECONDS = 300;

    private static void assertCaught(String promise, Supplier<Joints> planted) {
        assertThat(caught(planted).orElse("nothing caught with seeds 1 to " + SEEDS))
                .contains(promise);
    }

    private static Optional<String> caught(Supplier<Joints> joints) {
        for (long s = 1; s <= SEEDS; s++) {
            Seed seed = new Seed(s);
            try {
                ClusterRun.run(seed, ClusterOptions.wide(seed, SECONDS), joints.get(), line -> {});
            } catch (BrokenPromise broken) {
                return Optional.of(String.valueOf(broken.getMessage()));
            }
        }
        return Optional.empty();
    }

    @Test
    void writeWithoutTermIsCaught() {
        assertCaught(
                "only while the lock is its own",
                () ->
                        new Joints() {
                            @Override
                            public ControlJoints controls() {
                                return new ControlJoints(false, false);
                            }
                        });
    }

    @Test
    void acknowledgementBeforeTheCommitIsCaught() {
        assertCaught(
                Cluster.ACKNOWLEDGED,
                () ->
                        new Joints() {
                            @Override
                            public Admission admission(Admission registry) {
                                return new Hasty(registry);
                            }
                        });
    }

    /** Takes the next revision for the epoch and does not wait for the store. */
    private record Hasty(Admission registry) implements Admission {
        @Override
        public void admit(Registration registration, Consumer<AdmissionReply> reply) {
            EndpointKey key = new EndpointKey("default", registration.endpoint());
            reply.accept(new AdmissionReply.Admitted(key, 1_000_000));
            registry.admit(registration, ignored -> {});
        }

        @Override
        public void leave(EndpointKey endpoint, long epoch, String reason) {
            registry.leave(endpoint, epoch, reason);
        }
    }

    @Test
    void presenceThatTakesADeadGatewaysMarksForItsWordIsCaught() {
        assertCaught(
                StandingFacts.STAYS,
                () ->
                        new Joints() {
                            @Override
                            public ImagePublisher images(ImagePublisher services) {
                                return new Undying(services);
                            }
                        });
    }

    /** To it every gateway that ever lived lives on. */
    private static final class Undying implements ImagePublisher {
        private final ImagePublisher services;
        private ClusterImage before = ClusterImage.EMPTY;

        Undying(ImagePublisher services) {
            this.services = services;
        }

        @Override
        public void publish(ImageDelta delta) {
            ClusterImage is = delta.after();
            ImageMap<String, GatewayImage> all = before.gateways();
            for (GatewayImage gateway : is.gateways().values()) {
                all = all.with(gateway.id(), gateway);
            }
            ClusterImage after =
                    new ClusterImage(
                            is.revision(),
                            is.services(),
                            is.endpoints(),
                            is.routes(),
                            is.policies(),
                            is.statuses(),
                            all,
                            is.hosts(),
                            is.machines(),
                            is.datastores());
            services.publish(
                    new ImageDelta(
                            before,
                            after,
                            delta.services(),
                            delta.endpoints(),
                            delta.routes(),
                            delta.policies(),
                            delta.statuses(),
                            delta.gateways(),
                            delta.hosts(),
                            delta.machines(),
                            delta.datastores(),
                            delta.unreadable()));
            before = after;
        }
    }

    @Test
    void queueThatTrustsASuspectedHostIsCaught() {
        assertCaught(
                PickPromises.ELIGIBLE,
                () ->
                        new Joints() {
                            @Override
                            public ImagePublisher images(ImagePublisher services) {
                                return delta -> services.publish(trusting(delta));
                            }
                        });
    }

    private static ImageDelta trusting(ImageDelta delta) {
        return new ImageDelta(
                delta.before(),
                delta.after(),
                delta.services(),
                delta.endpoints().stream()
                        .map(one ->
                                new ImageChange<>(
                                        one.key(), trusted(one.before()), trusted(one.after())))
                        .toList(),
                delta.routes(),
                delta.policies(),
                delta.statuses(),
                delta.gateways(),
                delta.hosts(),
                delta.machines(),
                delta.datastores(),
                delta.unreadable());
    }

    private static @Nullable EndpointImage trusted(@Nullable EndpointImage endpoint) {
        return endpoint == null ? null : endpoint.withSuspectedHost("");
    }

    @Test
    void watchThatSkipsARevisionIsCaught() {
        RandomGenerator random = new Seed(3).generator("planted");
        assertCaught(
                ImageFacts.WHOLE,
                () ->
                        passing(
                                new SimImages.Passage() {
                                    @Override
                                    public boolean passes(WatchBatch batch) {
                                        return random.nextInt(50) > 0;
                                    }
                                }));
    }

    @Test
    void readingThatKeepsWhatWasDeletedIsCaught() {
        assertCaught(
                ImageFacts.WHOLE,
                () ->
                        new Joints() {
                            @Override
                            public SimImages.Passage passage() {
                                return new Hoarding();
                            }
                        });
    }

    /** What it has read once it goes on showing. */
    private static final class Hoarding implements SimImages.Passage {
        private final TreeMap<String, Entry> known = new TreeMap<>();

        @Override
        public List<Entry> read(List<Entry> entries, boolean again) {
            entries.forEach(entry -> known.put(entry.key(), entry));
            return again ? new ArrayList<>(known.values()) : entries;
        }
    }

    private static Joints passing(SimImages.Passage passage) {
        return new Joints() {
            @Override
            public SimImages.Passage passage() {
                return passage;
            }
        };
    }
}
