package io.evenkeel.host.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A native library by the name that its linker knows it by; loaded at its first call. A function's
 * signature follows from the arguments: {@link MemorySegment} a pointer, {@code Integer} 32 bits,
 * {@code Long} 64. Thread-safe, as far as the library is.
 *
 * <p>Only for calls beside which a microsecond does not count, and only in a process that may die.
 */
public final class Library {
    private static final Linker LINKER = Linker.nativeLinker();
    private final String name;
    private final String debianPackage;
    private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();
    private @Nullable SymbolLookup symbols;

    /**
     * Nothing is loaded yet.
     *
     * @param name as {@code libvirt.so.0}
     * @param debianPackage that it is in
     */
    public Library(String name, String debianPackage) {
        this.name = name;
        this.debianPackage = debianPackage;
    }

    /**
     * Loads it, if that has not been done.
     *
     * @throws MissingLibraryException if it is not there, as all calls do
     */
    @SuppressWarnings("restricted") // what this class is for
    public synchronized SymbolLookup load() {
        SymbolLookup loaded = symbols;
        if (loaded == null) {
            try {
                loaded = SymbolLookup.libraryLookup(name, Arena.global());
            } catch (IllegalArgumentException missing) {
                throw new MissingLibraryException(
                        name + " could not be loaded: install " + debianPackage);
            }
            symbols = loaded;
        }
        return loaded;
    }

    /** Calls what returns 32 bits. */
    public int number(String function, Object... arguments) {
        return (int) Objects.requireNonNull(call(function, JAVA_INT, arguments));
    }

    /** Calls what returns a pointer. */
    public MemorySegment address(String function, Object... arguments) {
        return (MemorySegment) Objects.requireNonNull(call(function, ADDRESS, arguments));
    }

    /** Calls what returns nothing. */
    public void run(String function, Object... arguments) {
        var _ = call(function, null, arguments);
    }

    private @Nullable Object call(
            String function, @Nullable MemoryLayout returned, Object[] arguments) {
        MethodHandle handle =
                functions.computeIfAbsent(function, key -> handle(key, returned, arguments));
        try {
            return handle.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("restricted") // what this class is for
    private MethodHandle handle(
            String function, @Nullable MemoryLayout returned, Object[] arguments) {
        MemoryLayout[] layouts = new MemoryLayout[arguments.length];
        for (int i = 0; i < layouts.length; i++) {
            layouts[i] =
                    switch (arguments[i]) {
                        case MemorySegment _ -> ADDRESS;
                        case Integer _ -> JAVA_INT;
                        case Long _ -> JAVA_LONG;
                        default -> throw new IllegalArgumentException(function + ": " + i);
                    };
        }
        MemorySegment at =
                load().find(function)
                        .orElseThrow(() ->
                                new MissingLibraryException(
                                        name
                                                + " has no "
                                                + function
                                                + ": install a newer "
                                                + debianPackage));
        return LINKER.downcallHandle(
                at,
                returned == null
                        ? FunctionDescriptor.ofVoid(layouts)
                        : FunctionDescriptor.of(returned, layouts));
    }

    /** The text at a pointer of at most a mebibyte; empty if there is none. */
    @SuppressWarnings("restricted") // what this class is for
    public static String text(MemorySegment pointer) {
        return pointer.address() == 0 ? "" : pointer.reinterpret(1 << 20).getString(0);
    }

    /** The octets at a pointer that the library gave with their count. */
    @SuppressWarnings("restricted") // what this class is for
    public static MemorySegment octets(MemorySegment pointer, long count) {
        return pointer.address() == 0 ? MemorySegment.NULL : pointer.reinterpret(count);
    }
}
