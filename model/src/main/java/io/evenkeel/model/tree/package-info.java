/**
 * Text as a tree whose every node knows its line and column: YAML and JSON in, YAML and JSON out.
 * Input is hostile: depth, size and the growth that aliases cause are bounded.
 */
@NullMarked
package io.evenkeel.model.tree;

import org.jspecify.annotations.NullMarked;
