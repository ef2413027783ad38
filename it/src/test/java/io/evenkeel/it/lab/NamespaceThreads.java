package io.evenkeel.it.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ThreadFactory;

/**
 * Threads of this process that are in another network namespace: every socket that they open is
 * there. Platform threads, since a virtual one would take its carrier along.
 */
final class NamespaceThreads implements ThreadFactory {
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle OPEN =
            handle(
                    "open",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SETNS = handle("setns", ints(2));
    private static final MethodHandle CLOSE = handle("close", ints(1));

    private final Path namespace;

    NamespaceThreads(Path namespace) {
        this.namespace = namespace;
    }

    private static FunctionDescriptor ints(int count) {
        ValueLayout[] arguments = new ValueLayout[count];
        Arrays.fill(arguments, ValueLayout.JAVA_INT);
        return FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
    }

    @SuppressWarnings("restricted") // the JDK has no other way to change the namespace
    private static MethodHandle handle(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(), descriptor, options);
    }

    @Override
    public Thread newThread(Runnable work) {
        return Thread.ofPlatform()
                .daemon()
                .name(namespace.getFileName().toString())
                .unstarted(() -> {
                    enter();
                    work.run();
                });
    }

    private void enter() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(namespace.toString());
            int file = (int) OPEN.invokeExact(path, 0);
            int entered = file < 0 ? -1 : (int) SETNS.invokeExact(file, CLONE_NEWNET);
            int closed = file < 0 ? -1 : (int) CLOSE.invokeExact(file);
            if (entered != 0 || closed != 0) {
                throw new IllegalStateException(namespace + " could not be entered");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
