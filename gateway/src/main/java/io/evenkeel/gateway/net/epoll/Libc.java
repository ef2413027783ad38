package io.evenkeel.gateway.net.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The C library's functions as method handles. Addresses are passed as plain numbers: whoever calls
 * keeps the memory alive. Those that never wait are linked as critical, which spares the thread's
 * change of state; none of them may be a call that can block.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final Linker.Option BRIEF = Linker.Option.critical(false);

    /** What a captured call state looks like; errno is an int. */
    static final MemoryLayout STATE = Linker.Option.captureStateLayout();

    /** Where errno lies in it. */
    static final long ERRNO_AT = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    static final MethodHandle SOCKET = brief("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle CONNECT = brief("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle BIND = brief("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle LISTEN = brief("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle ACCEPT =
            brief("accept4", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle RECEIVE =
            brief("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle SEND =
            brief("send", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle SEND_MESSAGE =
            brief("sendmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle SHUTDOWN = brief("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle SET_OPTION =
            brief("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle GET_OPTION =
            brief("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle LOCAL_NAME =
            brief("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle EPOLL_CREATE = brief("epoll_create1", JAVA_INT, JAVA_INT);
    static final MethodHandle EPOLL_CONTROL =
            brief("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    static final MethodHandle EVENT_FD = brief("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    static final MethodHandle WRITE = brief("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

    /** Closing may wait for the system (a lingering socket), waiting for events does. */
    static final MethodHandle CLOSE = plain("close", JAVA_INT, JAVA_INT);

    static final MethodHandle EPOLL_WAIT =
            plain("epoll_wait", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);

    private Libc() {}

    private static MethodHandle brief(String name, ValueLayout result, MemoryLayout... parameters) {
        return link(name, result, parameters, ERRNO, BRIEF);
    }

    private static MethodHandle plain(String name, ValueLayout result, MemoryLayout... parameters) {
        return link(name, result, parameters, ERRNO);
    }

    @SuppressWarnings("restricted") // what this class is for
    private static MethodHandle link(
            String name, ValueLayout result, MemoryLayout[] parameters, Linker.Option... options) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, parameters),
                options);
    }
}
