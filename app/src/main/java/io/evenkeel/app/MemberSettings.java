package io.evenkeel.app;

import io.evenkeel.model.Names;
import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Static settings of a process that is one of several of a cluster. */
record MemberSettings(
        @About("Members of the etcd cluster that is the store, HOST:PORT each.")
                @Default("[127.0.0.1:2379]")
                List<String> etcd,
        @About(
                        "Name of this process among those of its role, unique in the cluster; without it the host's name.")
                Optional<String> id,
        @About(
                        "Host or address by which other machines reach this one; without it the one listened on, or the host's where that is any.")
                Optional<String> advertise) {
    /**
     * The name of this process.
     *
     * @throws StartException if it isn't one
     */
    String name() {
        String name = id.orElseGet(MemberSettings::hostName);
        if (!Names.isName(name)) {
            throw new StartException(
                    "id: " + name + " (expected: " + Names.EXPECTED + "); give one with --id",
                    null);
        }
        return name;
    }

    private static String hostName() {
        try {
            String whole = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            int dot = whole.indexOf('.');
            return dot < 0 ? whole : whole.substring(0, dot);
        } catch (UnknownHostException nameless) {
            throw new StartException("id: this host has no name; give one with --id", nameless);
        }
    }

    /** The host by which others reach what listens here. */
    String reachable(InetSocketAddress bound) {
        if (advertise.isPresent()) {
            return advertise.get();
        }
        if (!bound.getAddress().isAnyLocalAddress()) {
            return bound.getAddress().getHostAddress();
        }
        try {
            return InetAddress.getLocalHost().getHostAddress();
        } catch (UnknownHostException nameless) {
            throw new StartException(
                    "advertise: this host's address is not known; give it with --advertise",
                    nameless);
        }
    }
}
