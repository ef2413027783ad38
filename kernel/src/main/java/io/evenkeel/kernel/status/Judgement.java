package io.evenkeel.kernel.status;

import io.evenkeel.kernel.availability.Disruptions;
import io.evenkeel.kernel.image.EndpointImage;
import io.evenkeel.kernel.image.HostImage;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Availability;
import io.evenkeel.model.Condition;
import io.evenkeel.model.Condition.Truth;
import io.evenkeel.model.ServiceSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One condition as an image says it, without since when. Messages carry no numbers that change with
 * every join, or every join would be a write.
 */
record Judgement(String type, boolean holds, String reason, String message) {

    /**
     * What holds of a service.
     *
     * @param serving how many of its endpoints serve, as {@link Disruptions#serves} says
     * @param policyKnown whether there is a policy of the name it gives
     */
    static List<Judgement> of(ServiceImage service, int serving, boolean policyKnown) {
        List<Judgement> judgements = new ArrayList<>();
        judgements.add(ready(service, serving));
        Availability availability = service.spec().availability();
        if (!availability.equals(Availability.UNLIMITED)) {
            int total = service.endpoints().size();
            judgements.add(
                    serving >= total - availability.mayBeUnavailable(total)
                            ? new Judgement("Available", true, "EnoughServe", "")
                            : new Judgement(
                                    "Available",
                                    false,
                                    "TooFewServe",
                                    "fewer endpoints serve than its availability asks for"));
        }
        String policy = service.spec().policy();
        judgements.add(
                policyKnown || policy.equals(ServiceSpec.DEFAULT_POLICY)
                        ? new Judgement("PolicyResolved", true, "PolicyKnown", "")
                        : new Judgement(
                                "PolicyResolved",
                                false,
                                "PolicyUnknown",
                                "there is no policy "
                                        + policy
                                        + "; the built-in defaults apply meanwhile"));
        return judgements;
    }

    private static Judgement ready(ServiceImage service, int serving) {
        if (service.adminState() != AdminState.READY) {
            return new Judgement(
                    "Ready",
                    false,
                    "AdminState",
                    "the service is in " + service.adminState().name().toLowerCase(Locale.ROOT));
        }
        if (serving > 0) {
            return new Judgement("Ready", true, "EndpointsPresent", "");
        }
        return service.endpoints().isEmpty()
                ? new Judgement("Ready", false, "NoEndpoints", "no endpoint is registered")
                : new Judgement(
                        "Ready",
                        false,
                        "NonePresent",
                        "every endpoint is absent, drained or on a suspected host");
    }

    static Judgement of(HostImage host) {
        return host.alive() != null
                ? new Judgement("Alive", true, "KeyHeld", "")
                : new Judgement("Alive", false, "NoKey", "no agent holds the host's key");
    }

    static Judgement of(EndpointImage endpoint) {
        if (endpoint.declared()) {
            return new Judgement("Present", true, "Declared", "");
        }
        return endpoint.presentAnywhere()
                ? new Judgement("Present", true, "Linked", "")
                : new Judgement("Present", false, "NoLink", "no gateway holds its link");
    }

    /** What holds of a route that leads to services which aren't there. */
    static Judgement ofRoute(List<String> unknown) {
        return unknown.isEmpty()
                ? new Judgement("Resolved", true, "ServiceKnown", "")
                : new Judgement(
                        "Resolved",
                        false,
                        "ServiceUnknown",
                        "there is no service " + String.join(" and no service ", unknown));
    }

    static Judgement ofPolicy(boolean used) {
        return used
                ? new Judgement("Referenced", true, "ServicesUseIt", "")
                : new Judgement("Referenced", false, "Unused", "no service names it");
    }

    /** Whether it may only be that backends have not dialled again since this loop began. */
    boolean absence() {
        return !holds
                && (reason.equals("NoLink")
                        || reason.equals("NonePresent")
                        || reason.equals("TooFewServe"));
    }

    boolean says(Condition condition) {
        return condition.status() == truth();
    }

    Truth truth() {
        return holds ? Truth.TRUE : Truth.FALSE;
    }

    Condition since(Instant time) {
        return new Condition(type, truth(), reason, message, time);
    }
}
