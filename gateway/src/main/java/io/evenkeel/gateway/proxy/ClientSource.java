package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.Provenance;

/**
 * Who is at the other end of a client's connection: its peer, or whom a trusted peer's PROXY header
 * names.
 *
 * @param provenance how upstreams are told
 * @param namesService whether it may name the service in Evenkeel-Service
 * @param hash what a policy that keeps a source at its endpoint goes by
 */
record ClientSource(Provenance provenance, boolean namesService, long hash) {
    boolean trusted() {
        return provenance.trusted();
    }
}
