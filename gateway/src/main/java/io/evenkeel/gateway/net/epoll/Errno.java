package io.evenkeel.gateway.net.epoll;

import io.evenkeel.gateway.net.NetFailure;

/**
 * Linux's error numbers, as far as they decide something. Calls answer with the negative of one.
 * The numbers are the same on x86_64 and aarch64 (asm-generic/errno.h).
 */
final class Errno {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int EPIPE = 32;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int ENOBUFS = 105;
    static final int ETIMEDOUT = 110;
    static final int ECONNREFUSED = 111;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;
    static final int EINPROGRESS = 115;

    private Errno() {}

    /** What an error means to the port. */
    static NetFailure failure(int errno) {
        return switch (errno) {
            case ECONNREFUSED -> NetFailure.REFUSED;
            case ECONNRESET, ECONNABORTED, EPIPE -> NetFailure.RESET;
            case ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH -> NetFailure.UNREACHABLE;
            case ETIMEDOUT -> NetFailure.TIMED_OUT;
            case EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EAGAIN -> NetFailure.EXHAUSTED;
            default -> NetFailure.OTHER;
        };
    }

    /** For people. */
    static String text(int errno) {
        return switch (errno) {
            case EACCES -> "permission denied";
            case EMFILE -> "too many open files of this process";
            case ENFILE -> "too many open files of this machine";
            case ENOMEM, ENOBUFS -> "no memory for sockets";
            case EADDRINUSE -> "address in use";
            case EADDRNOTAVAIL -> "no such address on this machine";
            default -> "error " + errno;
        };
    }
}
