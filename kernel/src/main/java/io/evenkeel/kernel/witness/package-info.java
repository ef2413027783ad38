/** What links say of the hosts that backends are on: heard though in question, or all lost. */
@NullMarked
package io.evenkeel.kernel.witness;

import org.jspecify.annotations.NullMarked;
