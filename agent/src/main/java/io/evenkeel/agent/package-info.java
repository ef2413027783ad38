/**
 * What runs on every host: holds the host's key while the host lives, and says what the host
 * consists of and what of it is in use.
 */
@NullMarked
package io.evenkeel.agent;

import org.jspecify.annotations.NullMarked;
