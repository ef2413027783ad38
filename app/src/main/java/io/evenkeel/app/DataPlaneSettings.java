package io.evenkeel.app;

import io.evenkeel.gateway.Transport;
import io.evenkeel.gateway.source.ProxyProtocol;
import io.evenkeel.gateway.source.SourceRules.ForwardingHeader;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Static settings of a process that carries traffic. A port of 0 takes any free one. */
record DataPlaneSettings(
        @About("Where clients are served (HTTP/1.1).") @Default("127.0.0.1:7080") HostPort http,
        @About("Where backends dial in and register.") @Default("127.0.0.1:7081") HostPort link,
        @About("Data-plane threads; 0: one for each core.")
                @Default("0")
                @Range(min = "0", max = "256")
                int loops,
        @About(
                        "How they reach the network: epoll (Linux on x86_64 or aarch64), nio (everywhere), auto: epoll if it can be used.")
                @Default("auto")
                Transport transport,
        @About(
                        "Networks (CIDR) of balancers in front: their forwarding headers, PROXY headers and Evenkeel-Service header are believed.")
                @Default("[]")
                List<String> trustedSources,
        @About(
                        "PROXY protocol (1 and 2) where clients are served: off; accept: taken from trusted sources; require: every connection has to bring one from a trusted source.")
                @Default("off")
                ProxyProtocol proxyProtocol,
        @About(
                        "The header by which trusted sources name the client, x-forwarded-for or forwarded; the other one is not read.")
                @Default("x-forwarded-for")
                ForwardingHeader forwardingHeader,
        @About("Addresses of that header that are followed at most, from the right.")
                @Default("4")
                @Range(min = "1", max = "32")
                int forwardingHops,
        @About("File of the access log; - for stdout; none without it.") Optional<Path> accessLog,
        @About("Form of the access log: text or json.") @Default("text")
                AccessLogForm accessLogForm) {
    /** How a line of the access log looks. */
    enum AccessLogForm {
        TEXT,
        JSON
    }
}
