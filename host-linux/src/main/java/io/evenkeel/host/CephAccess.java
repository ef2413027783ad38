package io.evenkeel.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a Ceph cluster is reached.
 *
 * @param monitors addresses as {@code 10.78.0.11:6789} or {@code
 *     [v2:10.78.0.11:3300,v1:10.78.0.11:6789]}, at least one
 * @param user without {@code client.}
 * @param keyFile with the user's key, alone or in a keyring; empty: the cluster asks for none
 */
public record CephAccess(List<String> monitors, String user, Optional<Path> keyFile) {
    public CephAccess {
        monitors = List.copyOf(monitors);
        if (monitors.isEmpty() || user.isEmpty()) {
            throw new IllegalArgumentException(
                    "monitors: " + monitors + ", user: " + user + " (expected: both)");
        }
    }
}
