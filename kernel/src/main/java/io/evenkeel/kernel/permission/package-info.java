/**
 * Who asks, and whether they may: the one port every call that reads or changes the cluster passes
 * (requirement X4). Pure: a decision depends on its arguments only.
 */
@NullMarked
package io.evenkeel.kernel.permission;

import org.jspecify.annotations.NullMarked;
