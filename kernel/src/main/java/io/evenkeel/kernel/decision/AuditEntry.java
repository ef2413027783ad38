package io.evenkeel.kernel.decision;

/**
 * Who changed what, and when. Written in the same transaction as the change, under {@code
 * audit/KIND/TENANT/NAME/SEQUENCE}; the entry's own modification revision in the store is the
 * revision of the change.
 *
 * @param atMillis wall clock of the change, milliseconds since 1970 UTC
 * @param principal who, in the form of {@link io.evenkeel.kernel.permission.Principal#toString()}
 * @param source where the write came from: api, file, kubernetes or link
 * @param action what was done, in kebab-case: create, update, delete, drain, ready, maint, admit,
 *     leave, forget
 * @param kind plural lower-case kind of the object
 * @param tenant tenant of the object
 * @param name name of the object
 * @param detail one sentence for a person, empty when the action says it all
 */
public record AuditEntry(
        long atMillis,
        String principal,
        String source,
        String action,
        String kind,
        String tenant,
        String name,
        String detail) {

    /**
     * The last part of an entry's key: the revision its change was decided on, in 20 digits so that
     * keys sort by age. The same transaction must also require that no such key exists: two changes
     * decided on one revision then cannot both commit under it.
     *
     * @param decidedOnRevision revision of the read the change was computed from; not negative
     */
    public static String sequence(long decidedOnRevision) {
        if (decidedOnRevision < 0) {
            throw new IllegalArgumentException(
                    "revision: " + decidedOnRevision + " (expected: >= 0)");
        }
        String digits = Long.toString(decidedOnRevision);
        return "0".repeat(20 - digits.length()) + digits;
    }
}
