package io.evenkeel.host.libvirt;

/** What libvirt said of a call that failed. */
final class LibvirtException extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final int NO_DOMAIN = 42;
    static final int OPERATION_INVALID = 55;
    static final int NO_DOMAIN_METADATA = 80;

    private final int code;

    LibvirtException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** A virErrorNumber. */
    int code() {
        return code;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
