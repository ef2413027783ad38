/**
 * A laboratory: machines that are network namespaces of this one, on a network of their own whose
 * wires can be cut.
 */
@NullMarked
package io.evenkeel.it.lab;

import org.jspecify.annotations.NullMarked;
