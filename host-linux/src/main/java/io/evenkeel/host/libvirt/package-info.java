/** Virtual machines by libvirt.so.0; runs in a driver process. */
@NullMarked
package io.evenkeel.host.libvirt;

import org.jspecify.annotations.NullMarked;
