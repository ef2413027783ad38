package io.evenkeel.control.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.availability.DisruptionLedger;
import io.evenkeel.kernel.image.Assignment;
import io.evenkeel.kernel.image.ImageMap;
import io.evenkeel.kernel.image.ServiceImage;
import io.evenkeel.kernel.permission.Principal;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.model.AdminState;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.PolicySpec;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.ServiceSpec;
import io.evenkeel.model.Source;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AssignmentWritesTest {
    private static final ServiceKey WEB = new ServiceKey("default", "web");
    private static final Intent FIRE =
            new Intent(Principal.component("test"), Source.API, OptionalLong.empty(), 1, "fire");

    private static ServiceImage web(Assignment assignment) {
        return new ServiceImage(
                WEB,
                Metadata.of("default", "web", Source.FILE).atRevision(41),
                ServiceSpec.defaults(),
                assignment,
                PolicySpec.defaults(),
                ImageMap.empty());
    }

    private static Step assign(Assignment now, AdminState wanted) {
        return AssignmentWrites.assignService(
                new AssignmentWrites.Present(Optional.empty(), now, 40, 50),
                wanted,
                new AssignmentWrites.Budget(web(now), DisruptionLedger.EMPTY, 42),
                false,
                FIRE);
    }

    @Test
    void drainOfAServiceStandsOnTheLedgerAndTheAvailabilityItWasJudgedBy() {
        Step step = assign(Assignment.NONE, AdminState.DRAIN);
        assertThat(((Step.Change) step).compares())
                .contains(
                        Compare.modRevision(Keys.disruptions(WEB), 42),
                        Compare.modRevision(Keys.spec(Kind.SERVICE, "default", "web"), 41),
                        Compare.modRevision(Keys.assign(Kind.SERVICE, "default", "web"), 40),
                        Compare.absent(Keys.audit("services", "default", "web", 50)));
    }

    @Test
    void sameWordAgainWritesNothing() {
        Assignment drained = new Assignment(AdminState.DRAIN, "", "me", 0);
        assertThat(assign(drained, AdminState.DRAIN)).isInstanceOf(Step.Same.class);
        assertThat(assign(drained, AdminState.READY)).isInstanceOf(Step.Change.class);
    }
}
