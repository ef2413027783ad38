package io.evenkeel.simulation.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.simulation.store.SimStore;
import io.evenkeel.simulation.time.EventQueue;
import io.evenkeel.simulation.time.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The laws of admission while txns are lost, doubtful, late and out of step with the image. */
class SimRegistryTest {
    private static final long MILLI = 1_000_000L;

    /** Everything one run saw. */
    private static final class Run {
        private final long seed;
        private final EventQueue queue = new EventQueue();
        private final RandomGenerator random;
        private final SimStore store;
        private final SimRegistry registry;

        /** By endpoint and incarnation: the epoch it was first admitted under. */
        private final Map<String, Long> epochs = new HashMap<>();

        private final Map<EndpointKey, Long> newest = new HashMap<>();
        private final List<Integer> answers = new ArrayList<>();
        private int left;

        Run(long seed) {
            this.seed = seed;
            this.random = new Seed(seed).generator("events");
            Admitting admitting = new Admitting(queue, new Seed(seed), random.nextInt(300));
            this.store = admitting.store;
            this.registry = admitting.registry;
        }

        void run() {
            for (int i = 0; i < 300; i++) {
                queue.after(random.nextLong(60_000 * MILLI), this::register);
            }
            queue.runFor(400_000 * MILLI);
            assertThat(answers).as("seed %d: one answer each", seed).hasSize(300).containsOnly(1);
            for (Map.Entry<EndpointKey, Long> endpoint : newest.entrySet()) {
                Entry stored = stored(endpoint.getKey());
                long epoch = endpoint.getValue();
                if (stored != null) {
                    assertThat(stored.modRevision())
                            .as("seed %d: nothing acknowledged is lost: %s", seed, endpoint)
                            .isGreaterThanOrEqualTo(epoch);
                } else {
                    assertThat(left).as("seed %d: %s is gone", seed, endpoint).isPositive();
                }
            }
        }

        private void register() {
            int number = answers.size();
            answers.add(0);
            int slot = random.nextInt(4);
            String incarnation = slot + "-" + random.nextInt(8);
            Registration registration =
                    Registration.of(
                            "web", "workload-" + slot, "10.0.0." + slot + ":80", incarnation);
            registry.admit(
                    registration,
                    reply -> {
                        answers.set(number, answers.get(number) + 1);
                        switch (reply) {
                            case AdmissionReply.Admitted admitted ->
                                    admitted(slot, incarnation, admitted);
                            // What the store did not confirm in time is not acknowledged.
                            case AdmissionReply.Refused refused ->
                                    assertThat(refused.code())
                                            .as("seed %d", seed)
                                            .isIn(
                                                    AdmissionReply.Code.SUPERSEDED,
                                                    AdmissionReply.Code.UNAVAILABLE);
                        }
                    });
        }

        private void admitted(int slot, String incarnation, AdmissionReply.Admitted admitted) {
            Entry stored = stored(admitted.endpoint());
            boolean there = stored != null && stored.modRevision() >= admitted.epoch();
            assertThat(there || left > 0)
                    .as("seed %d: %s is durable when it is said", seed, admitted)
                    .isTrue();
            Long before = newest.get(admitted.endpoint());
            String name = slot + "/" + incarnation;
            Long known = epochs.get(name);
            if (known != null && left == 0) {
                assertThat(admitted.epoch())
                        .as("seed %d: one epoch for one incarnation %s", seed, name)
                        .isEqualTo(known);
            }
            epochs.put(name, admitted.epoch());
            if (before == null || admitted.epoch() > before) {
                newest.put(admitted.endpoint(), admitted.epoch());
            }
            if (random.nextInt(12) == 0) {
                left++;
                registry.leave(admitted.endpoint(), admitted.epoch(), "test");
            }
        }

        private @Nullable Entry stored(EndpointKey key) {
            RangeResult result =
                    store.state()
                            .range(
                                    RangeQuery.key(
                                            Keys.spec(Kind.ENDPOINT, key.tenant(), key.name())));
            return result instanceof RangeResult.Range range && !range.entries().isEmpty()
                    ? range.entries().getFirst()
                    : null;
        }
    }

    @Test
    void everyRegistrationIsAnsweredOnceAndNothingAcknowledgedIsLost() {
        for (long seed = 1; seed <= 20; seed++) {
            new Run(seed).run();
        }
    }

    @Test
    void theIncarnationThatWasReplacedIsRefusedAndTheNewerKeepsItsEpoch() {
        EventQueue queue = new EventQueue();
        SimRegistry registry = new Admitting(queue, new Seed(1), 0).registry;
        List<AdmissionReply> replies = new ArrayList<>();
        for (String incarnation : List.of("old", "new", "old", "new")) {
            registry.admit(Registration.of("web", "vm", "10.0.0.1:80", incarnation), replies::add);
            queue.runFor(1000 * MILLI);
        }

        AdmissionReply.Admitted first = (AdmissionReply.Admitted) replies.get(0);
        AdmissionReply.Admitted second = (AdmissionReply.Admitted) replies.get(1);
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThat(replies.get(2))
                .isInstanceOfSatisfying(
                        AdmissionReply.Refused.class,
                        r -> assertThat(r.code()).isEqualTo(AdmissionReply.Code.SUPERSEDED));
        assertThat(replies.get(3)).isEqualTo(second);
    }
}
