package io.evenkeel.control.power;

/** A controller did not do as it was asked. */
final class RedfishException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean answered;
    private final int status;

    private RedfishException(boolean answered, int status, String why) {
        super(why);
        this.answered = answered;
        this.status = status;
    }

    /** It could not be reached, or said nothing in time. */
    static RedfishException silent(String why) {
        return new RedfishException(false, 0, why);
    }

    /** It answered, and not with what was to be expected. */
    static RedfishException refused(int status, String why) {
        return new RedfishException(true, status, why);
    }

    boolean answered() {
        return answered;
    }

    /** Of HTTP; 0 if there was none. */
    int status() {
        return status;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
