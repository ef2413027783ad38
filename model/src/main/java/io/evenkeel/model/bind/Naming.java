package io.evenkeel.model.bind;

import java.util.Locale;

/** How the keys of a file are made from the names of record components. */
public enum Naming {
    /** Resources: {@code expectedStatuses}. */
    CAMEL_CASE,
    /** Static configuration: {@code expected-statuses}. */
    KEBAB_CASE;

    /** The key of a component. */
    public String key(String component) {
        return this == CAMEL_CASE ? component : kebab(component);
    }

    /** The key of an enum's constant, in both: {@code LEAST_LOAD} is {@code least-load}. */
    static String constant(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code PhysicalHost} and {@code physicalHost} are {@code physical-host}. */
    static String kebab(String name) {
        StringBuilder kebab = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (i > 0 && Character.isUpperCase(c)) {
                kebab.append('-');
            }
            kebab.append(Character.toLowerCase(c));
        }
        return kebab.toString();
    }
}
