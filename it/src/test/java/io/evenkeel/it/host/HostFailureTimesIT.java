package io.evenkeel.it.host;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Five times, each on a site of its own. */
@Tag("long")
class HostFailureTimesIT {
    @Nested
    class First extends HostFailures {}

    @Nested
    class Second extends HostFailures {}

    @Nested
    class Third extends HostFailures {}

    @Nested
    class Fourth extends HostFailures {}

    @Nested
    class Fifth extends HostFailures {}
}
