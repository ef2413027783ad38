package io.evenkeel.kernel.permission;

import java.util.Objects;

/**
 * Who makes a call. Every operation carries one, and it is what the audit trail names.
 *
 * @param kind how the caller proved who they are
 * @param name unique within the kind; 1-253 printable characters without blanks or a colon
 */
public record Principal(Kind kind, String name) {
    /** Everybody who reaches the API over loopback while there are no credentials. */
    public static final Principal LOCAL = new Principal(Kind.LOCAL, "local");

    /** How a caller is known. */
    public enum Kind {
        /** By being on this machine; no credential was shown. */
        LOCAL,
        /** A part of Evenkeel itself, such as the reader of resource files. */
        COMPONENT
    }

    public Principal {
        Objects.requireNonNull(kind);
        if (name.isEmpty() || name.length() > 253 || !name.chars().allMatch(Principal::fits)) {
            throw new IllegalArgumentException(
                    "principal name: '"
                            + name
                            + "' (expected: 1-253 printable characters without blanks or a colon)");
        }
    }

    /** A part of Evenkeel itself, under the name the audit trail shows. */
    public static Principal component(String name) {
        return new Principal(Kind.COMPONENT, name);
    }

    /** The one-word form that audit entries hold: {@code local} or {@code component:files}. */
    @Override
    public String toString() {
        return kind == Kind.LOCAL ? name : "component:" + name;
    }

    private static boolean fits(int character) {
        return character > ' ' && character < 0x7f && character != ':';
    }
}
