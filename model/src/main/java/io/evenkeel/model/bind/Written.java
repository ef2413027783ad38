package io.evenkeel.model.bind;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A type that is one scalar in a file. It has {@code public static T parse(String)} that throws
 * {@link IllegalArgumentException}, and a {@code toString} that {@code parse} takes back.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Written {
    /** What is expected, as a noun phrase with an example: it ends up in messages and documents. */
    String value();
}
