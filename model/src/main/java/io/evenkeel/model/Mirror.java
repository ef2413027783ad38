package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;

/** Another service that gets copies of requests; nobody waits for its replies. */
public record Mirror(
        @About("The service that gets the copies.") String service,
        @About("How many of a hundred requests are copied, exactly.") @Default("100%")
                Percent percent)
        implements Checked {

    @Override
    public void check(Checks checks) {
        Names.check(checks, "service", service);
    }
}
