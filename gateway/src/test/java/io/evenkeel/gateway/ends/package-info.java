/** Where requests end, in the eyes of readers that share nothing with the gateway's. */
@NullMarked
package io.evenkeel.gateway.ends;

import org.jspecify.annotations.NullMarked;
