package io.evenkeel.gateway.link;

/** Why an endpoint no longer holds a link here. */
public enum LinkLoss {
    /** It said goodbye. */
    LEFT,
    /** The connection ended or broke without a goodbye. */
    LOST,
    /** Nothing was heard for too long. */
    SILENT,
    /** A newer incarnation registered. */
    REPLACED,
    /** We cut it: a protocol error, a deleted endpoint, our own end. */
    CUT
}
