/** Active health checks: probes over the loops, judged by the kernel's pure check loop. */
@NullMarked
package io.evenkeel.gateway.check;

import org.jspecify.annotations.NullMarked;
