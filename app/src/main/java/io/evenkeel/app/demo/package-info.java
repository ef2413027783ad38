@NullMarked
package io.evenkeel.app.demo;

import org.jspecify.annotations.NullMarked;
