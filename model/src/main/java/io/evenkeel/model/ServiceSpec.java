package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;

/** What is wanted of a service. A service works without any resource: these are its defaults. */
@About("A named group of endpoints. Needs no resource: the first registration creates it.")
public record ServiceSpec(
        @About("What its owner wants of it; of this and an operator's verb the stricter applies.")
                @Default("ready")
                AdminState adminState,
        @About("The name of its Policy.") @Default("default") String policy,
        @About("How much of it may be taken away by choice.") @Default("{}")
                Availability availability)
        implements Spec, Checked {

    /** The policy of every service that names none. */
    public static final String DEFAULT_POLICY = "default";

    /** A service about which nothing was said. */
    public static ServiceSpec defaults() {
        return Binder.defaults(ServiceSpec.class);
    }

    @Override
    public void check(Checks checks) {
        Names.check(checks, "policy", policy);
    }
}
