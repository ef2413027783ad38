package io.evenkeel.model.bind;

import io.evenkeel.model.bind.ValueType.Maybe;
import io.evenkeel.model.tree.Tree;
import io.evenkeel.model.tree.YamlReader;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a record type: worked out once, used for every record. */
final class Shape {
    private static final ClassValue<Shape> SHAPES =
            new ClassValue<>() {
                @Override
                protected Shape computeValue(Class<?> type) {
                    try {
                        return new Shape(type);
                    } catch (ReflectiveOperationException bad) {
                        throw new IllegalStateException(type + " cannot be bound", bad);
                    }
                }
            };

    private final MethodHandle constructor;

    /** For each component: the shape that is inline there, or null for one part. */
    private final List<Optional<Shape>> inline = new ArrayList<>();

    /** Whether some component is inline. */
    private final boolean nested;

    private final List<Part> parts;
    private final Map<Naming, List<String>> keys = new EnumMap<>(Naming.class);
    private final Map<Naming, Map<String, Integer>> indexes = new EnumMap<>(Naming.class);

    /** A record component. */
    static final class Part {
        private final Class<?> owner;
        private final RecordComponent component;
        private final ValueType type;
        private final MethodHandle accessor;
        private final @Nullable String defaultText;
        private final @Nullable Range range;
        private volatile @Nullable Object defaultValue;
        private volatile @Nullable Bounds bounds;

        Part(Class<?> owner, RecordComponent component, MethodHandles.Lookup lookup)
                throws IllegalAccessException {
            this.owner = owner;
            this.component = component;
            this.type = ValueType.of(component.getGenericType());
            this.accessor =
                    lookup.unreflect(component.getAccessor())
                            .asType(MethodType.methodType(Object.class, Object.class));
            Default given = component.getAnnotation(Default.class);
            this.defaultText = given == null ? null : given.value();
            this.range = component.getAnnotation(Range.class);
        }

        /** A part of a record that is inline in another one. */
        Part(Part inner, MethodHandle outer) {
            this.owner = inner.owner;
            this.component = inner.component;
            this.type = inner.type;
            this.accessor = MethodHandles.filterArguments(inner.accessor, 0, outer);
            this.defaultText = inner.defaultText;
            this.range = inner.range;
        }

        String name() {
            return component.getName();
        }

        ValueType type() {
            return type;
        }

        /** The default as it was written, or null. */
        @Nullable String defaultText() {
            return defaultText;
        }

        String about() {
            About about = component.getAnnotation(About.class);
            return about == null ? "" : about.value();
        }

        boolean secret() {
            return component.getType() == Secret.class;
        }

        boolean required() {
            return defaultText == null && !(type instanceof Maybe);
        }

        Object of(Object record) {
            try {
                return accessor.invokeExact(record);
            } catch (RuntimeException | Error bad) {
                throw bad;
            } catch (Throwable bad) {
                throw new IllegalStateException(bad);
            }
        }

        /** The value of a key that was not given, or null if it must be. */
        @Nullable Object whenMissing() {
            String text = defaultText;
            if (text == null) {
                return type instanceof Maybe ? Optional.empty() : null;
            }
            Object known = defaultValue;
            if (known == null) {
                known = value(text);
                defaultValue = known;
            }
            return known;
        }

        /** The range, or null if there is none. */
        @Nullable Bounds bounds() {
            Range given = range;
            if (given == null) {
                return null;
            }
            Bounds known = bounds;
            if (known == null) {
                known =
                        new Bounds(
                                given.min(),
                                given.max(),
                                given.min().isEmpty() ? null : (Comparable<?>) value(given.min()),
                                given.max().isEmpty() ? null : (Comparable<?>) value(given.max()));
                bounds = known;
            }
            return known;
        }

        private Object value(String text) {
            ValueType meant = type instanceof Maybe maybe ? maybe.value() : type;
            List<Tree> trees = YamlReader.read(text.isEmpty() ? "''" : text).orElseThrow();
            Binding binding = new Binding(Naming.CAMEL_CASE);
            Object value = trees.isEmpty() ? null : binding.value(trees.getFirst(), meant, null);
            if (value == null || !binding.problems().isEmpty()) {
                throw new IllegalStateException(
                        owner + "." + name() + ": " + text + ": " + binding.problems());
            }
            return value;
        }
    }

    private Shape(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        this.constructor =
                lookup.findConstructor(type, MethodType.methodType(void.class, types))
                        .asSpreader(Object[].class, types.length)
                        .asType(MethodType.methodType(Object.class, Object[].class));
        List<Part> found = new ArrayList<>();
        for (RecordComponent component : components) {
            Part part = new Part(type, component, lookup);
            if (component.isAnnotationPresent(Inline.class)) {
                Shape inner = Shape.of(component.getType());
                inline.add(Optional.of(inner));
                inner.parts.forEach(one -> found.add(new Part(one, part.accessor)));
            } else {
                inline.add(Optional.empty());
                found.add(part);
            }
        }
        this.nested = inline.stream().anyMatch(Optional::isPresent);
        this.parts = List.copyOf(found);
        for (Naming naming : Naming.values()) {
            List<String> named = found.stream().map(part -> naming.key(part.name())).toList();
            Map<String, Integer> index = new HashMap<>();
            for (int i = 0; i < named.size(); i++) {
                index.put(named.get(i), i);
            }
            keys.put(naming, named);
            indexes.put(naming, index);
        }
    }

    static Shape of(Class<?> type) {
        return SHAPES.get(type);
    }

    List<Part> parts() {
        return parts;
    }

    /** The keys in the order of the components. */
    List<String> keys(Naming naming) {
        return Objects.requireNonNull(keys.get(naming));
    }

    /** The component's number, or -1 if no component has this key. */
    int indexOf(String key, Naming naming) {
        return Objects.requireNonNull(indexes.get(naming)).getOrDefault(key, -1);
    }

    /** The record; what its constructor throws comes out as it is. */
    Object make(@Nullable Object[] values) {
        return construct(nested ? outlined(values) : values);
    }

    private @Nullable Object[] outlined(@Nullable Object[] values) {
        @Nullable Object[] components = new @Nullable Object[inline.size()];
        int next = 0;
        for (int i = 0; i < components.length; i++) {
            Shape inner = inline.get(i).orElse(null);
            if (inner == null) {
                components[i] = values[next++];
            } else {
                int end = next + inner.parts.size();
                components[i] = inner.make(Arrays.copyOfRange(values, next, end));
                next = end;
            }
        }
        return components;
    }

    private Object construct(@Nullable Object[] components) {
        try {
            return constructor.invokeExact(components);
        } catch (RuntimeException | Error bad) {
            throw bad;
        } catch (Throwable bad) {
            throw new IllegalStateException(bad);
        }
    }
}
