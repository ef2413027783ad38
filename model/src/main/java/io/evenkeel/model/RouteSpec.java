package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Checked;
import io.evenkeel.model.bind.Checks;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.util.Optional;

/** Sends requests that match to a service. */
@About("Sends requests by host, path and headers to a service.")
public record RouteSpec(
        @About("The higher is asked first; among equals the more specific match wins.")
                @Default("0")
                @Range(min = "-1000", max = "1000")
                int priority,
        @About("What a request must look like; without it every request matches.") @Default("{}")
                Match match,
        @About("The service that gets the request.") String service,
        @About("Sends clients elsewhere; the service only counts them.")
                Optional<Redirect> redirect,
        @About("Changes the target that endpoints get; logs and records keep the client's.")
                Optional<Rewrite> rewrite,
        @About("Changes headers, outside of what the service's policy changes.") @Default("{}")
                Headers headers,
        @About("Sends copies of requests to another service too.") Optional<Mirror> mirror)
        implements Spec, Checked {

    /** Requests go to the service as they come. */
    public static RouteSpec of(int priority, Match match, String service) {
        return new RouteSpec(
                priority,
                match,
                service,
                Optional.empty(),
                Optional.empty(),
                Headers.defaults(),
                Optional.empty());
    }

    @Override
    public void check(Checks checks) {
        Names.check(checks, "service", service);
        if (redirect.isPresent() && rewrite.isPresent()) {
            beside(checks, "rewrite");
        }
        if (redirect.isPresent() && mirror.isPresent()) {
            beside(checks, "mirror");
        }
        if (mirror.isPresent() && mirror.get().service().equals(service)) {
            checks.problem(
                    "mirror",
                    service,
                    "another service than the route's",
                    "its endpoints would work on each request twice");
        }
    }

    private static void beside(Checks checks, String component) {
        checks.problem(
                component,
                "a " + component + " beside a redirect",
                "one of the two",
                "no endpoint gets what is redirected; leave " + component + " out");
    }
}
