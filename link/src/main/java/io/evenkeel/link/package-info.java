@NullMarked
package io.evenkeel.link;

import org.jspecify.annotations.NullMarked;
