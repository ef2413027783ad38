package io.evenkeel.model.bind;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** How a Java type is written in a text. */
sealed interface ValueType
        permits ScalarType,
                ValueType.Structure,
                ValueType.Choice,
                ValueType.Items,
                ValueType.Labels,
                ValueType.Maybe {
    /** What is expected, as a noun phrase. */
    String expected();

    /** An object with the record's components as keys. */
    record Structure(Class<?> type) implements ValueType {
        @Override
        public String expected() {
            return "an object";
        }
    }

    /** An object that says by its key "type" which of several records it is. */
    record Choice(Map<String, Class<?>> types) implements ValueType {
        @Override
        public String expected() {
            return "an object with type: one of " + String.join(", ", types.keySet());
        }
    }

    /** A list. */
    record Items(ValueType element) implements ValueType {
        @Override
        public String expected() {
            return "a list";
        }
    }

    /** An object with free keys. */
    record Labels(ValueType value) implements ValueType {
        @Override
        public String expected() {
            return "an object";
        }
    }

    /** The same, or nothing. */
    record Maybe(ValueType value) implements ValueType {
        @Override
        public String expected() {
            return value.expected();
        }
    }

    /** The type of a whole text; worked out once. */
    static ValueType of(Class<?> type) {
        return Known.TYPES.get(type);
    }

    /** The type of a record component. */
    static ValueType of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return new Items(of(arguments[0]));
            }
            if (generic.getRawType() == Optional.class) {
                return new Maybe(of(arguments[0]));
            }
            if (generic.getRawType() == SortedMap.class && arguments[0] == String.class) {
                return new Labels(of(arguments[1]));
            }
        }
        if (type instanceof Class<?> plain) {
            ScalarType scalar = ScalarType.of(plain);
            if (scalar != null) {
                return scalar;
            }
            if (plain.isRecord()) {
                return new Structure(plain);
            }
            if (plain.isSealed()) {
                Map<String, Class<?>> types = new LinkedHashMap<>();
                for (Class<?> permitted : plain.getPermittedSubclasses()) {
                    types.put(Naming.kebab(permitted.getSimpleName()), permitted);
                }
                return new Choice(types);
            }
        }
        throw new IllegalStateException(type + " cannot be written in a text");
    }

    /** What was worked out. */
    final class Known {
        private static final ClassValue<ValueType> TYPES =
                new ClassValue<>() {
                    @Override
                    protected ValueType computeValue(Class<?> type) {
                        return ValueType.of((Type) type);
                    }
                };

        private Known() {}
    }
}
