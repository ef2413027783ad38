package io.evenkeel.model;

/** Whether a virtual machine is to run. */
public enum Power {
    /** It is to run, here or elsewhere. */
    ON,
    /** It is to be shut down. */
    OFF
}
