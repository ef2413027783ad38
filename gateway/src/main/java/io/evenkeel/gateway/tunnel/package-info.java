/**
 * Endpoints that are reached by the connection that they dialled: a tunnel is HTTP/2 of which the
 * gateway is the client. To a loop an endpoint behind a tunnel looks like one that speaks HTTP/1.1;
 * its connections are pipes inside this process, which may cross loops (ADR 0102).
 */
@NullMarked
package io.evenkeel.gateway.tunnel;

import org.jspecify.annotations.NullMarked;
