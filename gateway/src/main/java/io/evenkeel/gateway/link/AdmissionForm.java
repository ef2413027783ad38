package io.evenkeel.gateway.link;

import io.evenkeel.gateway.tunnel.Tunnels;
import io.evenkeel.wire.link.Registration;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A registration as {@link io.evenkeel.kernel.registry.Admission} takes it. */
final class AdmissionForm {
    private AdmissionForm() {}

    /**
     * Completes the address where the backend left it to the gateway.
     *
     * @param from where the link comes from
     */
    static io.evenkeel.kernel.registry.Registration of(Registration r, InetSocketAddress from) {
        boolean tunnelled = r.mode() == Registration.Mode.TUNNELLED;
        return new io.evenkeel.kernel.registry.Registration(
                r.tenant(),
                r.service(),
                r.workload(),
                tunnelled ? r.endpointId() : r.endpoint(),
                r.kind().text(),
                tunnelled ? tunnel(r) : address(r.address(), from.getAddress()),
                r.incarnation(),
                r.zone(),
                r.host(),
                r.labels(),
                r.weight(),
                r.capacity(),
                r.version(),
                r.checkPath(),
                r.credential(),
                r.capabilities());
    }

    private static String tunnel(Registration r) {
        return r.endpointId() + Tunnels.SUFFIX + ":" + Math.max(1, r.port());
    }

    private static String address(String said, InetAddress from) {
        if (!said.startsWith(":")) {
            return said;
        }
        String host = from.getHostAddress();
        int scope = host.indexOf('%');
        host = scope < 0 ? host : host.substring(0, scope);
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + said;
    }
}
