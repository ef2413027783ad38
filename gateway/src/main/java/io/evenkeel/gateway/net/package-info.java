/**
 * The network port: what the data plane needs of a network, and nothing of what carries it.
 *
 * <p>A {@link io.evenkeel.gateway.net.NetLoop} is one thread (or one simulated thread) that owns
 * listeners, connections and timers; nothing it owns is shared. Connections are pulled: the loop
 * says once that there is something (an edge), the handler reads until there is nothing more, or
 * remembers that it stopped. No call throws and no call allocates on the read and write paths.
 * Every transport runs the same contract suite, {@code NetContract}.
 */
@NullMarked
package io.evenkeel.gateway.net;

import org.jspecify.annotations.NullMarked;
