/** Whether an endpoint may be picked: a pure function of inputs, each of which has one writer. */
@NullMarked
package io.evenkeel.kernel.eligibility;

import org.jspecify.annotations.NullMarked;
