@NullMarked
package io.evenkeel.model.tree;

import org.jspecify.annotations.NullMarked;
