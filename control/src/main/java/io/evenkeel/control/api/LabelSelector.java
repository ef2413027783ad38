package io.evenkeel.control.api;

import io.evenkeel.model.Metadata;
import io.evenkeel.model.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Selects by labels: {@code zone=a,tier!=test,canary}. All requirements must hold.
 *
 * @param requirements none selects everything
 */
record LabelSelector(List<Requirement> requirements) {
    /** One requirement on one label. */
    record Requirement(String key, Relation relation, String value) {
        boolean holds(Map<String, String> labels) {
            String label = labels.get(key);
            return switch (relation) {
                case PRESENT -> label != null;
                case EQUAL -> value.equals(label);
                case UNEQUAL -> !value.equals(label);
            };
        }
    }

    /** How a label must stand to the value. */
    enum Relation {
        PRESENT,
        EQUAL,
        UNEQUAL
    }

    /**
     * Reads a selector.
     *
     * @throws ProblemException when a key is missing, or is none that a label can have
     */
    static LabelSelector parse(String text) {
        List<Requirement> requirements = new ArrayList<>();
        if (text.isBlank()) {
            return new LabelSelector(requirements);
        }
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            boolean unequal = equals > 0 && part.charAt(equals - 1) == '!';
            String key = equals < 0 ? part : part.substring(0, unequal ? equals - 1 : equals);
            // Or a key that no label can have would select nothing in silence.
            if (!Names.isLabelKey(key.strip())) {
                throw ProblemException.parameter(
                        "labels", text, "such as zone=a,tier!=test,canary");
            }
            Relation relation =
                    equals < 0 ? Relation.PRESENT : unequal ? Relation.UNEQUAL : Relation.EQUAL;
            requirements.add(
                    new Requirement(
                            key.strip(),
                            relation,
                            equals < 0 ? "" : part.substring(equals + 1).strip()));
        }
        return new LabelSelector(List.copyOf(requirements));
    }

    boolean selects(Metadata metadata) {
        for (Requirement requirement : requirements) {
            if (!requirement.holds(metadata.labels())) {
                return false;
            }
        }
        return true;
    }
}
