/**
 * One world: backends dial a gateway's link server, are admitted by the registry over the store,
 * checked, balanced and proxied, all by the product's own code; faults are drawn from a seed and
 * promises are held against the world's own facts.
 */
@NullMarked
package io.evenkeel.simulation.cluster;

import org.jspecify.annotations.NullMarked;
