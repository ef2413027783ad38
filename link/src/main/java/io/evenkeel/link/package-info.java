/**
 * What a backend embeds, or runs beside it, to register at a gateway: {@link io.evenkeel.link.Link}
 * keeps an endpoint registered, {@link io.evenkeel.link.Sidecar} does so for a program in any
 * language. No dependencies, Java 17.
 */
@NullMarked
package io.evenkeel.link;

import org.jspecify.annotations.NullMarked;
