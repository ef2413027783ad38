/**
 * What the API decides, without doing it: pure functions from the present and a request to a
 * transaction or a refusal. No clock, thread, socket, file or randomness.
 */
@NullMarked
package io.evenkeel.control.core;

import org.jspecify.annotations.NullMarked;
