package io.evenkeel.gateway;

import io.evenkeel.gateway.http1.HeadEdits;
import io.evenkeel.gateway.http1.PathPrefix;
import io.evenkeel.gateway.http1.Redirection;
import io.evenkeel.gateway.proxy.Destination;
import io.evenkeel.gateway.proxy.Mirror;
import io.evenkeel.kernel.image.RouteImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.model.Headers;
import io.evenkeel.model.Redirect;
import io.evenkeel.model.RouteSpec;
import org.jspecify.annotations.Nullable;

/** From routes and policies as they are written to what becomes of requests. */
final class Destinations {
    private Destinations() {}

    /** Where requests of a route go, and copies of them. */
    static Destination of(RouteImage route, ServiceState service, @Nullable Mirror mirror) {
        RouteSpec spec = route.spec();
        String matched = spec.match().pathPrefix();
        PathPrefix prefix =
                spec.rewrite().map(r -> PathPrefix.of(matched, r.pathPrefix())).orElse(null);
        return new Destination(
                service,
                spec.redirect().map(r -> redirection(matched, r)).orElse(null),
                edits(prefix, spec.headers(), service.spec().headers()),
                mirror);
    }

    /** Where requests go that name the service themselves. */
    static Destination of(ServiceState service) {
        return new Destination(
                service, null, edits(null, Headers.defaults(), service.spec().headers()), null);
    }

    /** Whether destinations have to be made anew, since a service's policy changed. */
    static boolean differ(@Nullable ServiceImage before, ServiceImage after) {
        return before != null && !before.policy().headers().equals(after.policy().headers());
    }

    /** A message passes the route's edits outside of the service's, on both ways. */
    private static HeadEdits edits(@Nullable PathPrefix prefix, Headers outer, Headers inner) {
        return new HeadEdits(
                prefix,
                FoldedEdits.of(outer.request(), inner.request()),
                FoldedEdits.of(inner.response(), outer.response()));
    }

    private static Redirection redirection(String matched, Redirect redirect) {
        String scheme =
                switch (redirect.scheme()) {
                    case SAME -> "";
                    case HTTP -> "http";
                    case HTTPS -> "https";
                };
        return new Redirection(
                redirect.status(),
                scheme,
                redirect.host(),
                redirect.port(),
                redirect.pathPrefix().isEmpty()
                        ? null
                        : PathPrefix.of(matched, redirect.pathPrefix()));
    }
}
