@NullMarked
package io.evenkeel.gateway;

import org.jspecify.annotations.NullMarked;
