package io.evenkeel.kernel.availability;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The reservations of one service, one per endpoint, in order of endpoint; the value of {@code
 * assign/disruptions/TENANT/SERVICE}. Immutable.
 */
public record DisruptionLedger(List<Reservation> reservations) {
    /** Nothing is reserved. */
    public static final DisruptionLedger EMPTY = new DisruptionLedger(List.of());

    public DisruptionLedger {
        List<Reservation> sorted = new ArrayList<>(reservations);
        sorted.sort(Comparator.comparing(Reservation::endpoint));
        reservations = List.copyOf(sorted);
    }

    public boolean isEmpty() {
        return reservations.isEmpty();
    }

    public Optional<Reservation> of(String endpoint) {
        for (Reservation reservation : reservations) {
            if (reservation.endpoint().equals(endpoint)) {
                return Optional.of(reservation);
            }
        }
        return Optional.empty();
    }

    /** With this reservation in place of the endpoint's earlier one. */
    public DisruptionLedger with(Reservation reservation) {
        List<Reservation> changed = new ArrayList<>(without(reservation.endpoint()).reservations);
        changed.add(reservation);
        return new DisruptionLedger(changed);
    }

    public DisruptionLedger without(String endpoint) {
        List<Reservation> changed = new ArrayList<>(reservations);
        changed.removeIf(reservation -> reservation.endpoint().equals(endpoint));
        return new DisruptionLedger(changed);
    }
}
