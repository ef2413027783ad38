/**
 * What a gateway shows of itself to operators: the port that {@code control} asks, and the records
 * it answers with. Records only; no clock, no thread.
 */
@NullMarked
package io.evenkeel.kernel.observe;

import org.jspecify.annotations.NullMarked;
