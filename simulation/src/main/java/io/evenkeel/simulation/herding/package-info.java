/** Many gateways in front of the same endpoints: what each doesn't know of the others. */
@NullMarked
package io.evenkeel.simulation.herding;

import org.jspecify.annotations.NullMarked;
