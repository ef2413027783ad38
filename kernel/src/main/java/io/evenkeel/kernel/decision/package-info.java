/**
 * Decision records: what a control loop saw, which rule fired, what came of it and what was turned
 * down. {@code explain} reads these records and never recomputes (requirement X2).
 */
@NullMarked
package io.evenkeel.kernel.decision;

import org.jspecify.annotations.NullMarked;
