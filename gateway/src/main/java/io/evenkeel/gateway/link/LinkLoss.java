package io.evenkeel.gateway.link;

import io.evenkeel.wire.link.LinkError;

/** Why an endpoint no longer holds a link here. */
public enum LinkLoss {
    /** It said goodbye. */
    LEFT,
    /** It holds enough links with other gateways, and serves on. */
    RELEASED,
    /** The connection ended or broke without a goodbye. */
    LOST,
    /** Nothing was heard for too long. */
    SILENT,
    /** A newer incarnation registered. */
    REPLACED,
    /** We cut it: a protocol error, a deleted endpoint, our own end. */
    CUT;

    /** What it is to an endpoint that its link ends with this error. */
    static LinkLoss of(LinkError error) {
        return error == LinkError.REPLACED ? REPLACED : CUT;
    }
}
