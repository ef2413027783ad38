package io.evenkeel.kernel.availability;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The reservations of one service; the value of {@code assign/disruptions/TENANT/SERVICE}.
 * Immutable.
 *
 * @param reservations one per endpoint, in order of endpoint
 * @param whole of all its endpoints at once, those to come as well
 */
public record DisruptionLedger(List<Reservation> reservations, Optional<Reservation> whole) {
    /** Nothing is reserved. */
    public static final DisruptionLedger EMPTY = new DisruptionLedger(List.of(), Optional.empty());

    public DisruptionLedger {
        List<Reservation> sorted = new ArrayList<>(reservations);
        sorted.sort(Comparator.comparing(Reservation::endpoint));
        reservations = List.copyOf(sorted);
    }

    public boolean isEmpty() {
        return reservations.isEmpty() && whole.isEmpty();
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
        return new DisruptionLedger(changed, whole);
    }

    public DisruptionLedger without(String endpoint) {
        List<Reservation> changed = new ArrayList<>(reservations);
        changed.removeIf(reservation -> reservation.endpoint().equals(endpoint));
        return new DisruptionLedger(changed, whole);
    }

    /** With the whole service reserved. */
    public DisruptionLedger withWhole(Reservation reservation) {
        return new DisruptionLedger(reservations, Optional.of(reservation));
    }

    /** With only what is reserved of its endpoints one by one. */
    public DisruptionLedger withoutWhole() {
        return new DisruptionLedger(reservations, Optional.empty());
    }
}
