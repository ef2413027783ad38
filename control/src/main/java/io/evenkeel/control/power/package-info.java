/** Switching hosts off from outside, by their management controllers. */
@NullMarked
package io.evenkeel.control.power;

import org.jspecify.annotations.NullMarked;
