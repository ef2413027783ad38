package io.evenkeel.model.bind;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Both ends included, written as in a file ({@code 1}, {@code 100ms}); empty means open. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {
    /** The least allowed value. */
    String min() default "";

    /** The greatest allowed value. */
    String max() default "";
}
