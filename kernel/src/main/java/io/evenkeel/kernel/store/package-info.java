/**
 * The store as the rest of Evenkeel sees it: etcd's semantics and limits behind one port ({@link
 * io.evenkeel.kernel.store.Store}), and the same semantics as one pure class ({@link
 * io.evenkeel.kernel.store.StoreState}) that the embedded store persists and the simulator runs.
 */
@NullMarked
package io.evenkeel.kernel.store;

import org.jspecify.annotations.NullMarked;
