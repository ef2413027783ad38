package io.evenkeel.kernel.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ImageMap;
import io.evenkeel.kernel.image.PresenceMark;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Amount;
import io.evenkeel.model.Availability;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceSpec;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisruptionsTest {
    private static final long EPOCH = 7;

    private static EndpointImage endpoint(String name, boolean present, AdminState state) {
        return new EndpointImage(
                new EndpointKey("default", name),
                Metadata.of("default", name, Source.LINK),
                EndpointSpec.of("web", HostPort.parse("10.0.0.1:80")),
                EPOCH,
                new Assignment(state, "", "", 0),
                List.of(new PresenceMark("g", present ? EPOCH : EPOCH - 1, 0)));
    }

    private static ServiceImage service(Availability availability, EndpointImage... endpoints) {
        ImageMap<EndpointKey, EndpointImage> map = ImageMap.empty();
        for (EndpointImage endpoint : endpoints) {
            map = map.with(endpoint.key(), endpoint);
        }
        return new ServiceImage(
                new ServiceKey("default", "web"),
                null,
                new ServiceSpec(AdminState.READY, "default", availability),
                Assignment.NONE,
                PolicySpec.defaults(),
                map);
    }

    private static Availability minReady(String amount) {
        return new Availability(Optional.of(Amount.parse(amount)), Optional.empty());
    }

    private static Availability maxUnavailable(String amount) {
        return new Availability(Optional.empty(), Optional.of(Amount.parse(amount)));
    }

    private static Reservation reservation(String endpoint, long at, long until) {
        return new Reservation(endpoint, "me", "test", at, until);
    }

    private static DisruptionLedger granted(Disruptions.Verdict verdict) {
        assertThat(verdict).isInstanceOf(Disruptions.Verdict.Granted.class);
        return ((Disruptions.Verdict.Granted) verdict).ledger();
    }

    private static EndpointImage ready(String name) {
        return endpoint(name, true, AdminState.READY);
    }

    @Test
    void endpointOnASuspectedHostIsUnavailableAndCostsNothingToTakeAway() {
        EndpointImage suspect = ready("a").withSuspectedHost("h1");
        ServiceImage web = service(maxUnavailable("1"), suspect, ready("b"), ready("c"));
        assertThat(Disruptions.serves(suspect)).isFalse();
        assertThat(Disruptions.reserve(web, DisruptionLedger.EMPTY, reservation("b", 1, 0)))
                .isInstanceOf(Disruptions.Verdict.Denied.class);
        granted(Disruptions.reserve(web, DisruptionLedger.EMPTY, reservation("a", 1, 0)));
    }

    @Test
    void withoutALimitEverythingMayGo() {
        ServiceImage web = service(Availability.UNLIMITED, ready("a"));
        assertThat(
                        granted(
                                        Disruptions.reserve(
                                                web,
                                                DisruptionLedger.EMPTY,
                                                reservation("a", 1, 0)))
                                .of("a"))
                .isPresent();
    }

    @Test
    void theLastOneThatMayGoIsGrantedOnceAndTheRefusalSaysWhy() {
        ServiceImage web = service(minReady("2"), ready("a"), ready("b"), ready("c"));
        DisruptionLedger ledger =
                granted(Disruptions.reserve(web, DisruptionLedger.EMPTY, reservation("a", 1, 0)));
        Disruptions.Verdict verdict = Disruptions.reserve(web, ledger, reservation("b", 1, 0));
        assertThat(verdict).isInstanceOf(Disruptions.Verdict.Denied.class);
        Disruptions.Verdict.Denied denied = (Disruptions.Verdict.Denied) verdict;
        assertThat(denied.reason())
                .contains("allows 1 of 3 endpoints", "1 is (a)", "taking b away would make it 2");
        assertThat(denied.remedy()).isNotEmpty();
        assertThat(granted(Disruptions.reserve(web, ledger, reservation("a", 2, 0))))
                .as("a second time for the same endpoint costs nothing")
                .isNotEqualTo(ledger);
    }

    @Test
    void whoIsAbsentOrInMaintenanceCountsAsAway() {
        ServiceImage web =
                service(
                        maxUnavailable("1"),
                        ready("a"),
                        endpoint("b", false, AdminState.READY),
                        ready("c"));
        assertThat(Disruptions.reserve(web, DisruptionLedger.EMPTY, reservation("a", 1, 0)))
                .isInstanceOf(Disruptions.Verdict.Denied.class);
        granted(Disruptions.reserve(web, DisruptionLedger.EMPTY, reservation("b", 1, 0)));
    }

    @Test
    void percentagesFavourAvailability() {
        ServiceImage three = service(maxUnavailable("50%"), ready("a"), ready("b"), ready("c"));
        DisruptionLedger one =
                granted(Disruptions.reserve(three, DisruptionLedger.EMPTY, reservation("a", 1, 0)));
        assertThat(Disruptions.reserve(three, one, reservation("b", 1, 0)))
                .isInstanceOf(Disruptions.Verdict.Denied.class);
    }

    @Test
    void aReservationEndsWithItsTimeItsEndpointOrItsReturn() {
        ServiceImage web =
                service(
                        minReady("1"),
                        ready("back"),
                        endpoint("drained", true, AdminState.DRAIN),
                        endpoint("late", true, AdminState.DRAIN));
        DisruptionLedger ledger =
                DisruptionLedger.EMPTY
                        .with(reservation("back", 1, 0))
                        .with(reservation("drained", 1, 0))
                        .with(reservation("late", 1, 100))
                        .with(reservation("gone", 1, 0));
        assertThat(Disruptions.settle(web, ledger, 100).reservations())
                .extracting(Reservation::endpoint)
                .containsExactly("drained");
        assertThat(Disruptions.settle(web, ledger, 99).reservations())
                .extracting(Reservation::endpoint)
                .containsExactly("drained", "late");
        assertThat(Stored.read(Stored.write(ledger), DisruptionLedger.class).orElseThrow())
                .isEqualTo(ledger);
    }

    @Test
    void wholeServiceGoesOnlyIfAllOfItMayGo() {
        Reservation whole = reservation("", 1, 0);
        assertThat(
                        Disruptions.reserveWhole(
                                service(minReady("1"), ready("a"), ready("b")),
                                DisruptionLedger.EMPTY,
                                whole))
                .isInstanceOf(Disruptions.Verdict.Denied.class);
        assertThat(
                        granted(
                                        Disruptions.reserveWhole(
                                                service(maxUnavailable("100%"), ready("a")),
                                                DisruptionLedger.EMPTY,
                                                whole))
                                .whole())
                .contains(whole);
    }

    @Test
    void wholeServiceOfWhichNothingServesCostsNothing() {
        ServiceImage absent =
                service(minReady("1"), endpoint("a", false, AdminState.READY), ready("b"));
        DisruptionLedger b = DisruptionLedger.EMPTY.with(reservation("b", 1, 0));
        assertThat(Disruptions.reserveWhole(absent, DisruptionLedger.EMPTY, reservation("", 1, 0)))
                .isInstanceOf(Disruptions.Verdict.Denied.class);
        granted(Disruptions.reserveWhole(absent, b, reservation("", 1, 0)));
    }

    @Test
    void endpointOfServiceThatIsOutCostsNothing() {
        ServiceImage web = service(minReady("2"), ready("a"), ready("b"));
        DisruptionLedger out = DisruptionLedger.EMPTY.withWhole(reservation("", 1, 0));
        assertThat(Disruptions.reserve(web, DisruptionLedger.EMPTY, reservation("a", 1, 0)))
                .isInstanceOf(Disruptions.Verdict.Denied.class);
        assertThat(granted(Disruptions.reserve(web, out, reservation("a", 1, 0))).whole())
                .isPresent();
    }

    @Test
    void wholeReservationEndsWhenTheOperatorTakesItsWordBack() {
        ServiceImage back = service(minReady("1"), ready("a"));
        ServiceImage drained =
                new ServiceImage(
                        back.key(),
                        null,
                        back.spec(),
                        new Assignment(AdminState.DRAIN, "", "me", 1),
                        back.policy(),
                        back.endpoints());
        DisruptionLedger ledger = DisruptionLedger.EMPTY.withWhole(reservation("", 1, 0));
        assertThat(Disruptions.settle(drained, ledger, 2)).isEqualTo(ledger);
        assertThat(Disruptions.settle(back, ledger, 2).isEmpty()).isTrue();
        assertThat(Stored.read(Stored.write(ledger), DisruptionLedger.class).orElseThrow())
                .isEqualTo(ledger);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noSequenceOfGrantsTakesMoreThanTheServiceAllows(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int total = 1 + random.nextInt(6);
            EndpointImage[] endpoints = new EndpointImage[total];
            for (int i = 0; i < total; i++) {
                endpoints[i] = endpoint("e" + i, random.nextInt(4) > 0, AdminState.READY);
            }
            Availability availability =
                    random.nextBoolean()
                            ? minReady(random.nextInt(101) + "%")
                            : maxUnavailable(Integer.toString(random.nextInt(4)));
            ServiceImage web = service(availability, endpoints);
            DisruptionLedger ledger = DisruptionLedger.EMPTY;
            long servingAtFirst =
                    web.endpoints().values().stream().filter(Disruptions::serves).count();
            for (int i = 0; i < 10; i++) {
                Reservation wanted = reservation("e" + random.nextInt(total), i, 0);
                if (Disruptions.reserve(web, ledger, wanted)
                        instanceof Disruptions.Verdict.Granted(DisruptionLedger next)) {
                    ledger = next;
                }
            }
            DisruptionLedger taken = ledger;
            long serving =
                    web.endpoints().values().stream()
                            .filter(Disruptions::serves)
                            .filter(e -> taken.of(e.key().name()).isEmpty())
                            .count();
            int mustServe = total - availability.mayBeUnavailable(total);
            assertThat(serving)
                    .as("seed %d round %d", seed, round)
                    .isGreaterThanOrEqualTo(Math.min(mustServe, servingAtFirst));
        }
    }
}
