package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;

/** What an operator says of a host. Without it a host is what its agent says. */
@About(
        "A machine that runs virtual machines and containers. Needs no resource: its agent makes it known for as long as the agent lives.")
public record HostSpec(
        @About("Name or address on the management network; empty: as its agent says.")
                @Default("''")
                String address,
        @About("The zone (site, rack, availability zone).") @Default("''") String zone)
        implements Spec, Checked {

    /** A host about which nothing was said. */
    public static HostSpec defaults() {
        return Binder.defaults(HostSpec.class);
    }

    @Override
    public void check(Checks checks) {
        Names.checkText(checks, "address", address);
        Names.checkText(checks, "zone", zone);
    }
}
