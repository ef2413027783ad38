package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkLoss;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who may be picked without a link while endpoints dial again after the gateway's start. */
final class GraceTest extends ProxySuite {
    private static final EndpointKey KEY = new EndpointKey("default", "one");

    @Override
    GatewaySettings settings() {
        return super.settings().withGrace(Duration.ofMinutes(10));
    }

    private int status() {
        return client().send(get("/")).reply().status();
    }

    @Test
    void anEndpointOfTheFirstImageIsPickedBeforeItHasDialledAgain() {
        site.linked(SERVICE, "one", keep(Backend.echo("one")).address());
        assertThat(status()).isEqualTo(200);
        site.assign("one", AdminState.READY);
        assertThat(status()).as("whatever changes about it").isEqualTo(200);
    }

    @Test
    void aLinkLostInTheGraceIsLost() {
        site.linked(SERVICE, "one", keep(Backend.echo("one")).address());
        gateway.present(KEY, site.epoch("one"));
        assertThat(status()).isEqualTo(200);
        gateway.absent(KEY, site.epoch("one"), LinkLoss.LOST);
        assertThat(status()).isEqualTo(503);
        site.assign("one", AdminState.READY);
        assertThat(status()).as("an image that comes later does not forgive it").isEqualTo(503);
    }

    @Test
    void anIncarnationAdmittedAfterTheStartHasNoGrace() {
        site.assignService(SERVICE, AdminState.READY);
        site.linked(SERVICE, "one", keep(Backend.echo("one")).address());
        assertThat(status()).isEqualTo(503);
        gateway.present(KEY, site.epoch("one"));
        assertThat(status()).isEqualTo(200);
    }
}
