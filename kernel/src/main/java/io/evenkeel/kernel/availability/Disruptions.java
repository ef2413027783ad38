package io.evenkeel.kernel.availability;

import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides whether an endpoint may be taken away by choice (requirement A7, DESIGN "Disruption
 * ledger"). Whoever drains writes the ledger of {@link Verdict.Granted} in the txn that drains,
 * under a compare on the ledger's revision: then two who decide at the same time cannot both be
 * granted the last one that may go.
 *
 * <p>An endpoint counts as unavailable when it or its whole service is reserved, or an admin state
 * of either is not ready, or nobody can reach it, or its host is suspected dead. Taking away what
 * is unavailable already costs nothing and is granted.
 */
public final class Disruptions {
    private static final int MOST_NAMED = 3;

    private Disruptions() {}

    /** The answer to a reservation. */
    public sealed interface Verdict {
        /** Write this ledger with the drain. */
        record Granted(DisruptionLedger ledger) implements Verdict {}

        /**
         * Not now.
         *
         * @param reason what stands against it, with the numbers
         * @param remedy what to do
         */
        record Denied(String reason, String remedy) implements Verdict {}
    }

    /**
     * An endpoint as the image knows it can serve: ready, on no suspected host, and present unless
     * it is declared.
     */
    public static boolean serves(EndpointImage endpoint) {
        return endpoint.adminState() == AdminState.READY
                && !endpoint.suspected()
                && (endpoint.declared() || endpoint.presentAnywhere());
    }

    /**
     * Asks to take one endpoint away.
     *
     * @param service the service as the newest image has it
     * @param ledger its ledger as it stands in the store
     * @param wanted the reservation, if it can be had
     */
    public static Verdict reserve(
            ServiceImage service, DisruptionLedger ledger, Reservation wanted) {
        return reserve(service, ledger, wanted, Disruptions::serves);
    }

    /** The same with the caller's idea of which endpoints serve, such as one that sees health. */
    public static Verdict reserve(
            ServiceImage service,
            DisruptionLedger ledger,
            Reservation wanted,
            Predicate<EndpointImage> serves) {
        DisruptionLedger counting = unexpired(ledger, wanted.atMillis());
        int total = service.endpoints().size();
        List<String> away = new ArrayList<>();
        boolean out = isOut(service, counting);
        boolean costs = false;
        for (EndpointImage endpoint : service.endpoints().values()) {
            String id = endpoint.key().name();
            boolean unavailable = out || counting.of(id).isPresent() || !serves.test(endpoint);
            if (unavailable) {
                away.add(id);
            }
            if (id.equals(wanted.endpoint())) {
                costs = !unavailable;
            }
        }
        int allowed = service.spec().availability().mayBeUnavailable(total);
        if (costs && away.size() + 1 > allowed) {
            return new Verdict.Denied(
                    "service "
                            + service.key().name()
                            + " allows "
                            + allowed
                            + " of "
                            + total
                            + " endpoints to be unavailable, "
                            + away.size()
                            + (away.size() == 1 ? " is" : " are")
                            + named(away)
                            + ", and taking "
                            + wanted.endpoint()
                            + " away would make it "
                            + (away.size() + 1),
                    "bring endpoints back or add some first, or change the service's availability");
        }
        return new Verdict.Granted(counting.with(wanted));
    }

    /**
     * Asks to take the whole service away. Granted when its availability lets all endpoints go, or
     * when none of them serves.
     *
     * @param service the service as the newest image has it
     * @param ledger its ledger as it stands in the store
     * @param wanted the reservation, if it can be had; it names no endpoint
     */
    public static Verdict reserveWhole(
            ServiceImage service, DisruptionLedger ledger, Reservation wanted) {
        DisruptionLedger counting = unexpired(ledger, wanted.atMillis());
        int total = service.endpoints().size();
        int allowed = service.spec().availability().mayBeUnavailable(total);
        boolean costs =
                !isOut(service, counting)
                        && service.endpoints().values().stream()
                                .anyMatch(endpoint ->
                                        serves(endpoint)
                                                && counting.of(endpoint.key().name()).isEmpty());
        return costs && allowed < total
                ? new Verdict.Denied(
                        "service "
                                + service.key().name()
                                + " allows "
                                + allowed
                                + " of "
                                + total
                                + " endpoints to be unavailable, and all of them would be",
                        "change the service's availability")
                : new Verdict.Granted(counting.withWhole(wanted));
    }

    private static boolean isOut(ServiceImage service, DisruptionLedger ledger) {
        return service.adminState() != AdminState.READY || ledger.whole().isPresent();
    }

    /**
     * The ledger without what has ended: reservations past their time, of endpoints that are gone,
     * of what serves again. The image must be at least as new as the ledger.
     */
    public static DisruptionLedger settle(
            ServiceImage service, DisruptionLedger ledger, long nowMillis) {
        DisruptionLedger settled = unexpired(ledger, nowMillis);
        if (service.assignment().adminState() == AdminState.READY) {
            settled = settled.withoutWhole();
        }
        for (Reservation reservation : settled.reservations()) {
            EndpointKey key = new EndpointKey(service.key().tenant(), reservation.endpoint());
            EndpointImage endpoint = service.endpoints().get(key);
            if (endpoint == null || serves(endpoint)) {
                settled = settled.without(reservation.endpoint());
            }
        }
        return settled;
    }

    private static DisruptionLedger unexpired(DisruptionLedger ledger, long nowMillis) {
        List<Reservation> current = new ArrayList<>(ledger.reservations());
        current.removeIf(reservation -> ended(reservation, nowMillis));
        return new DisruptionLedger(
                current, ledger.whole().filter(whole -> !ended(whole, nowMillis)));
    }

    private static boolean ended(Reservation reservation, long nowMillis) {
        return reservation.untilMillis() != 0 && reservation.untilMillis() <= nowMillis;
    }

    private static String named(List<String> away) {
        if (away.isEmpty()) {
            return "";
        }
        String some = String.join(", ", away.subList(0, Math.min(MOST_NAMED, away.size())));
        return " (" + some + (away.size() > MOST_NAMED ? ", ..." : "") + ")";
    }
}
