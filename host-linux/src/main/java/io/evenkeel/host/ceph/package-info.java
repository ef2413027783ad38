/** Disks of machines by librados.so.2 and librbd.so.1; runs in a driver process. */
@NullMarked
package io.evenkeel.host.ceph;

import org.jspecify.annotations.NullMarked;
