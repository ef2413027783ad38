package io.evenkeel.model.bind;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a key that was not given, written as in a file (YAML): {@code 5s}, {@code 10%},
 * {@code {type: none}}. This annotation is the only place of a default.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    /** The value as it would be written in a file. */
    String value();
}
