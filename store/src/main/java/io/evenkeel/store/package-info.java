@NullMarked
package io.evenkeel.store;

import org.jspecify.annotations.NullMarked;
