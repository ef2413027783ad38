/**
 * The link library, the sidecar and the gateway's link side against each other, over real sockets.
 */
@NullMarked
package io.evenkeel.app.link;

import org.jspecify.annotations.NullMarked;
