/**
 * Where requests come from when other balancers stand before this gateway (requirement B1): PROXY
 * protocol headers, addresses as text and as numbers, and whom to believe. Pure: bytes in, verdicts
 * out.
 */
@NullMarked
package io.evenkeel.gateway.source;

import org.jspecify.annotations.NullMarked;
