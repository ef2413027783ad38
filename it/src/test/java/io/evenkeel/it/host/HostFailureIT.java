package io.evenkeel.it.host;

import org.junit.jupiter.api.Tag;

/** Once in each check. */
@Tag("C")
class HostFailureIT extends HostFailures {}
