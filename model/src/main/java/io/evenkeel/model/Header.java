package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;

/** A header line as it is written into a message. */
public record Header(
        @About("The header's name; upper and lower case are the same.") String name,
        @About("Its value as it is sent: printable ASCII, 1 to 1024 characters.") String value)
        implements Checked {
    private static final int MAX_VALUE = 1_024;

    /** The bytes of the line with colon, space, CR and LF. */
    int lineBytes() {
        return name.length() + value.length() + 4;
    }

    @Override
    public void check(Checks checks) {
        EditableHeaders.check(checks, "name", name);
        boolean printable = value.chars().allMatch(c -> (c >= ' ' && c <= '~') || c == '\t');
        if (!printable
                || value.isEmpty()
                || value.length() > MAX_VALUE
                || !value.strip().equals(value)) {
            checks.problem(
                    "value",
                    value,
                    "1 to "
                            + MAX_VALUE
                            + " characters of printable ASCII, without blanks at the ends",
                    "");
        }
    }
}
