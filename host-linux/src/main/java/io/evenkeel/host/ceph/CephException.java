package io.evenkeel.host.ceph;

/** A call to the storage's libraries that failed. */
final class CephException extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final int NOT_FOUND = 2;
    static final int EXISTS = 17;
    private static final int TIMED_OUT = 110;
    private static final int REFUSED_CLIENT = 108;

    private final int errno;

    CephException(String call, int errno, String said) {
        super(call + ": " + name(errno) + (said.isBlank() ? "" : ": " + said.strip()));
        this.errno = errno;
    }

    private static String name(int errno) {
        return switch (errno) {
            case 1 -> "not permitted";
            case NOT_FOUND -> "not found";
            case 13 -> "access denied";
            case EXISTS -> "is there already";
            case 22 -> "invalid argument";
            case 95 -> "not supported, or no key for it";
            case REFUSED_CLIENT -> "this client itself is refused";
            case TIMED_OUT -> "timed out";
            default -> "error " + errno;
        };
    }

    int errno() {
        return errno;
    }

    /** Nobody answered. */
    boolean isTimeout() {
        return errno == TIMED_OUT;
    }

    /** The connection is of no more use: it was fenced, as a whole address is. */
    boolean isOwnFence() {
        return errno == REFUSED_CLIENT;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
