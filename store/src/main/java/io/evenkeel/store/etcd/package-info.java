/**
 * The store on etcd 3.4 or later ({@link io.evenkeel.store.etcd.EtcdStore}), by plain gRPC on
 * etcd's own messages: kernel's {@link io.evenkeel.kernel.store.Store} with nothing hidden, neither
 * a repeated write nor a gap in a watch.
 */
@NullMarked
package io.evenkeel.store.etcd;

import org.jspecify.annotations.NullMarked;
