/** Tests against real processes: ours, and those that a site would run beside it. */
@NullMarked
package io.evenkeel.it;

import org.jspecify.annotations.NullMarked;
