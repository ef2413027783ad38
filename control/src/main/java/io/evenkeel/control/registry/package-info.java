/**
 * The threads around kernel's registry decisions: the store's changes become images, registrations
 * and presence become txns, and what is over is cleared away.
 */
@NullMarked
package io.evenkeel.control.registry;

import org.jspecify.annotations.NullMarked;
