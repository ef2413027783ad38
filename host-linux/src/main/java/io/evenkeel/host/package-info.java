/** Hypervisors and storage of Linux hosts: what implements the ports of the kernel. */
@NullMarked
package io.evenkeel.host;

import org.jspecify.annotations.NullMarked;
