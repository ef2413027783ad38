package io.evenkeel.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port for programs that can't be asked which one they took. */
final class FreePort {
    private FreePort() {}

    static int take() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
