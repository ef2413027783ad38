/**
 * Hosts, their machines, the storage and several controls: the product's election, failover,
 * placement and tasks under faults of every part.
 */
@NullMarked
package io.evenkeel.simulation.hosts;

import org.jspecify.annotations.NullMarked;
