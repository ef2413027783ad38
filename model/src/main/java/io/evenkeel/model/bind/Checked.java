package io.evenkeel.model.bind;

/** A record whose values must also fit each other; the binder asks it once it is complete. */
public interface Checked {
    /** Reports what does not fit, with the values in the message; never throws. */
    void check(Checks checks);
}
