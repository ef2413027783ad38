@NullMarked
package io.evenkeel.gateway.badinput;

import org.jspecify.annotations.NullMarked;
