/** How often something may happen. Start at {@link RateLimit}. */
@NullMarked
package io.evenkeel.kernel.limiting;

import org.jspecify.annotations.NullMarked;
