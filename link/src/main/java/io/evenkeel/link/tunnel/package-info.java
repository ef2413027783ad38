/**
 * The backend's end of a tunnel: serves HTTP/2 on the connection that was dialled and passes each
 * request on to a program that speaks HTTP/1.1. Sans-IO: sockets are behind {@link
 * io.evenkeel.link.tunnel.Backend}.
 */
@NullMarked
package io.evenkeel.link.tunnel;

import org.jspecify.annotations.NullMarked;
