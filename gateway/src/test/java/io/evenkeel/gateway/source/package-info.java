@NullMarked
package io.evenkeel.gateway.source;

import org.jspecify.annotations.NullMarked;
