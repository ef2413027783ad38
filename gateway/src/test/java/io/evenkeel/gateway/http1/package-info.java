@NullMarked
package io.evenkeel.gateway.http1;

import org.jspecify.annotations.NullMarked;
