package io.evenkeel.host.foreign;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** What libraries take from malloc and leave to their callers. Stateless; any thread. */
public final class Memory {
    private static final MethodHandle FREE = handle();

    private Memory() {}

    @SuppressWarnings("restricted") // the JDK has no other way to C's free
    private static MethodHandle handle() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("free").orElseThrow(),
                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    }

    /** Gives it back; nothing, if there is nothing. */
    public static void free(MemorySegment pointer) {
        try {
            FREE.invokeExact(pointer);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
