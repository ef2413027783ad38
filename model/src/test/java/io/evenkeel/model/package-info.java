@NullMarked
package io.evenkeel.model;

import org.jspecify.annotations.NullMarked;
