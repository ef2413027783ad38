@NullMarked
package io.evenkeel.gateway.observe;

import org.jspecify.annotations.NullMarked;
