/** Virtual machines: their power as the leader decides it, and the workers that carry it out. */
@NullMarked
package io.evenkeel.control.machines;

import org.jspecify.annotations.NullMarked;
