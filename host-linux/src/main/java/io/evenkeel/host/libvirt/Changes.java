package io.evenkeel.host.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Counts what a libvirt says of its machines' lives: started, stopped, moved, crashed. What it was
 * is not kept, since who hears of it asks for the whole. Thread-safe.
 */
final class Changes {
    /** Several at once are one: a start alone is two. */
    private static final long SETTLE_MILLIS = 50;

    /** Not one that another process of the same host's driver has counted to. */
    private long count = System.nanoTime();

    /** Something has changed, or may have. */
    synchronized void add() {
        count++;
        notifyAll();
    }

    /** Waits until there is more than was counted before, or time is over; the count. */
    synchronized long since(long before, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (count == before && millisTo(end) > 0) {
            wait(millisTo(end));
        }
        long settled = System.nanoTime() + SETTLE_MILLIS * 1_000_000;
        while (count != before && millisTo(settled) > 0) {
            wait(millisTo(settled));
        }
        return count;
    }

    private static long millisTo(long nanos) {
        return (nanos - System.nanoTime() + 999_999) / 1_000_000;
    }

    /**
     * A {@code virConnectDomainEventCallback} that counts here; for as long as the process lives.
     */
    @SuppressWarnings("restricted") // libvirt takes nothing but a function for it
    MemorySegment callback() {
        try {
            return Linker.nativeLinker()
                    .upcallStub(
                            MethodHandles.lookup()
                                    .findVirtual(
                                            Changes.class,
                                            "heard",
                                            MethodType.methodType(
                                                    int.class,
                                                    MemorySegment.class,
                                                    MemorySegment.class,
                                                    int.class,
                                                    int.class,
                                                    MemorySegment.class))
                                    .bindTo(this),
                            FunctionDescriptor.of(
                                    JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
                            Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no method heard", e);
        }
    }

    @SuppressWarnings("unused") // by name, above
    private int heard(
            MemorySegment connection,
            MemorySegment domain,
            int event,
            int detail,
            MemorySegment opaque) {
        add();
        return 0;
    }
}
