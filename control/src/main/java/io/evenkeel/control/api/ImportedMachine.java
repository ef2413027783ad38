package io.evenkeel.control.api;

import io.evenkeel.kernel.machine.Domain;
import java.util.List;
import java.util.Locale;

/**
 * What came of one machine that was to be taken over.
 *
 * @param name of the machine, and of the domain
 * @param uuid empty: it is not there
 * @param power as its host says; empty: it is not there
 * @param revision of the store that has it run there; 0: none
 * @param problems why it is refused, or what is missing
 * @param leftOut what it has now and will not have after its next start
 */
record ImportedMachine(
        String name,
        String uuid,
        String power,
        Outcome outcome,
        long revision,
        List<String> problems,
        List<String> leftOut) {

    /** How far it came. */
    enum Outcome {
        /** It is declared, goes on as it is, and is marked. */
        IMPORTED,
        /** It could be taken over; nothing was written. */
        IMPORTABLE,
        /** It was taken over before. */
        UNCHANGED,
        /** It is declared and goes on; its host was not heard to mark it: ask again. */
        UNMARKED,
        /** It cannot be taken over; nothing was written. */
        REFUSED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ImportedMachine absent(String name) {
        return new ImportedMachine(
                name,
                "",
                "",
                Outcome.REFUSED,
                0,
                List.of("the host's libvirt knows none of this name"),
                List.of());
    }

    static ImportedMachine of(Domain domain, Outcome outcome, long revision, List<String> leftOut) {
        return new ImportedMachine(
                domain.name(),
                domain.uuid(),
                domain.power().name().toLowerCase(Locale.ROOT),
                outcome,
                revision,
                List.of(),
                leftOut);
    }

    static ImportedMachine refused(Domain domain, List<String> why) {
        return of(domain, Outcome.REFUSED, 0, List.of()).with(Outcome.REFUSED, why);
    }

    ImportedMachine with(Outcome now, List<String> because) {
        return new ImportedMachine(name, uuid, power, now, revision, because, leftOut);
    }
}
