@NullMarked
package io.evenkeel.model.bind;

import org.jspecify.annotations.NullMarked;
