/** From host, path and headers to a service (requirement A4). Start at {@link RouteTable}. */
@NullMarked
package io.evenkeel.kernel.routing;

import org.jspecify.annotations.NullMarked;
