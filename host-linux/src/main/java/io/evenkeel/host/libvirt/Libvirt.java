package io.evenkeel.host.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.evenkeel.host.foreign.Library;
import io.evenkeel.host.foreign.MissingLibraryException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * libvirt.so.0, with what it needs around it: a loop for its timers, silence on standard error, and
 * its errors as exceptions. libvirt keeps an error for the thread that made it, so each call and
 * the question for its error are on one platform thread. Thread-safe.
 */
final class Libvirt {
    private static final StructLayout ERROR =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("code"),
                    JAVA_INT.withName("domain"),
                    ADDRESS.withName("message"),
                    JAVA_INT.withName("level"),
                    MemoryLayout.paddingLayout(4),
                    ADDRESS.withName("conn"),
                    ADDRESS.withName("dom"),
                    ADDRESS.withName("str1"),
                    ADDRESS.withName("str2"),
                    ADDRESS.withName("str3"),
                    JAVA_INT.withName("int1"),
                    JAVA_INT.withName("int2"),
                    ADDRESS.withName("net"));
    private static final int INVALID_DOMAIN = 7;
    private static final int LEVEL_ERROR = 2;

    private final Library library;

    /** What it has for QEMU alone; its errors are the other's. */
    private final Library qemu = new Library("libvirt-qemu.so.0", "libvirt0");

    private Libvirt(Library library) {
        this.library = library;
    }

    /**
     * Loads and tries it.
     *
     * @throws MissingLibraryException if it is not there, or not what we take it for
     */
    static Libvirt load() {
        Library library = new Library("libvirt.so.0", "libvirt0");
        library.run("virSetErrorFunc", MemorySegment.NULL, silence());
        Libvirt libvirt = new Libvirt(library);
        libvirt.must("virEventRegisterDefaultImpl");
        libvirt.must("virInitialize");
        Thread.ofPlatform().daemon().name("libvirt events").start(libvirt::events);
        libvirt.tryErrors();
        return libvirt;
    }

    /** Without it keep-alive would send nothing. */
    private void events() {
        while (library.number("virEventRunDefaultImpl") >= 0) {
            // Each round waits for something to happen.
            Thread.onSpinWait();
        }
    }

    /** Its default would print every error. */
    @SuppressWarnings("restricted") // libvirt takes nothing but a function for it
    private static MemorySegment silence() {
        try {
            return Linker.nativeLinker()
                    .upcallStub(
                            MethodHandles.lookup()
                                    .findStatic(
                                            Libvirt.class,
                                            "ignore",
                                            MethodType.methodType(
                                                    void.class,
                                                    MemorySegment.class,
                                                    MemorySegment.class)),
                            FunctionDescriptor.ofVoid(ADDRESS, ADDRESS),
                            Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no method ignore", e);
        }
    }

    @SuppressWarnings("unused") // by name, above
    private static void ignore(MemorySegment data, MemorySegment error) {}

    /** An error that we know all about tells whether errors are laid out as we think. */
    private void tryErrors() {
        MemorySegment none = library.address("virDomainGetName", MemorySegment.NULL);
        LibvirtException seen = error();
        if (none.address() != 0
                || seen.code() != INVALID_DOMAIN
                || !seen.getMessage().contains("virDomainGetName")) {
            throw new IllegalStateException(
                    "libvirt's errors are not as expected: " + seen.code() + " " + seen);
        }
    }

    @SuppressWarnings("restricted") // libvirt's own struct, of a known size
    private LibvirtException error() {
        MemorySegment at = library.address("virGetLastError");
        if (at.address() == 0) {
            return new LibvirtException(0, "libvirt says nothing of it");
        }
        MemorySegment error = at.reinterpret(ERROR.byteSize());
        int code = error.get(JAVA_INT, offset("code"));
        if (error.get(JAVA_INT, offset("level")) != LEVEL_ERROR) {
            return new LibvirtException(code, "libvirt only warns");
        }
        return new LibvirtException(code, Library.text(error.get(ADDRESS, offset("message"))));
    }

    private static long offset(String field) {
        return ERROR.byteOffset(MemoryLayout.PathElement.groupElement(field));
    }

    /**
     * Calls what returns -1 for failure.
     *
     * @throws LibvirtException if it does
     */
    int check(String function, Object... arguments) {
        int returned = library.number(function, arguments);
        if (returned < 0) {
            throw error();
        }
        return returned;
    }

    /**
     * Calls what tells nothing but whether it failed, by -1.
     *
     * @throws LibvirtException if it did
     */
    void must(String function, Object... arguments) {
        if (library.number(function, arguments) < 0) {
            throw error();
        }
    }

    /**
     * Calls what returns a null pointer for failure.
     *
     * @throws LibvirtException if it does
     */
    MemorySegment pointer(String function, Object... arguments) {
        MemorySegment returned = library.address(function, arguments);
        if (returned.address() == 0) {
            throw error();
        }
        return returned;
    }

    /**
     * Has a domain's QEMU carry out a command.
     *
     * @param command in QEMU's own protocol
     * @param said where the pointer to its answer goes, which is the caller's to free
     * @throws LibvirtException if it was not carried out
     */
    void monitor(MemorySegment domain, MemorySegment command, MemorySegment said) {
        if (qemu.number("virDomainQemuMonitorCommand", domain, command, said, 0) < 0) {
            throw error();
        }
    }

    /** Calls what returns nothing. */
    void run(String function, Object... arguments) {
        library.run(function, arguments);
    }

    /** Calls what gives something back; whether that fails is of no interest. */
    void give(String function, Object... back) {
        var _ = library.number(function, back);
    }

    /** Of 1,000,000 × major + 1,000 × minor + release. */
    static String version(long number) {
        return number / 1_000_000 + "." + number / 1_000 % 1_000 + "." + number % 1_000;
    }
}
