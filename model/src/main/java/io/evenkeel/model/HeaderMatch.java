package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;

/** A header with exactly this value. */
public record HeaderMatch(
        @About("The header's name; upper and lower case are the same.") String name,
        @About("Its whole value, compared byte by byte.") String value)
        implements Checked {

    @Override
    public void check(Checks checks) {
        if (!Names.isToken(name)) {
            checks.problem("name", name, "a header name (RFC 9110, section 5.6.2: a token)", "");
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                checks.problem("value", value, "printable ASCII", "");
                return;
            }
        }
    }
}
