package io.evenkeel.kernel.decision;

/**
 * Who changed what, and when. Written in the same transaction as the change, under {@code
 * audit/KIND/TENANT/NAME/SEQUENCE}; the entry's own modification revision in the store is the
 * revision of the change. The sequence is the revision of the read that the change was computed
 * from, and the transaction also requires that no such key exists: two changes decided on one
 * revision can then not both commit under it.
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
        String detail) {}
