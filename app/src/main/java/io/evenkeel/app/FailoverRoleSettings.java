package io.evenkeel.app;

import io.evenkeel.kernel.failover.Breaker;
import io.evenkeel.kernel.failover.FailoverSettings;
import io.evenkeel.kernel.failover.Profile;
import io.evenkeel.kernel.failover.Witness;
import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** When {@code evenkeel control} takes a host for dead: a profile, and what is other than in it. */
record FailoverRoleSettings(
        @About(
                        "Times after which a silent host is taken for dead: patient (300 s and 30 s), standard (fenced within 45 s), swift (within 10 s). Agents are given the same.")
                @Default("patient")
                Profile failoverProfile,
        @About(
                        "How long all have to be silent before a host is in question; without it the profile's.")
                Optional<Duration> deathTtl,
        @About(
                        "How long they have to be silent after that, asked anew, before its failure is confirmed; without it the profile's.")
                Optional<Duration> lockTtl,
        @About("Pause between two rounds of questions; without it the profile's.")
                Optional<Duration> roundInterval,
        @About("How long a host's libvirt has to answer; without it the profile's.")
                Optional<Duration> libvirtTimeout,
        @About(
                        "How long clients on a host have to answer through storage, which counts whole seconds; without it the profile's.")
                Optional<Duration> storageTimeout,
        @About("How long one attempt to fence and verify may take; without it the profile's.")
                Optional<Duration> fenceTimeout,
        @About("How long storage is told to keep a fence that is not renewed.") @Default("3650d")
                Duration fenceExpiry,
        @About("Time after which a fence is set and verified again.") @Default("10m")
                Duration fenceReassert,
        @About("Hosts that must be silent at once, at least, for every recovery to be held back.")
                @Default("2")
                @Range(min = "2", max = "10000")
                int breakerAtLeast,
        @About(
                        "Share of hosts in percent that, when more are silent at once, holds every recovery back.")
                @Default("30")
                @Range(min = "1", max = "100")
                int breakerShare,
        @About(
                        "Further witnesses: links. While a gateway hears backends on a silent host, its recovery is held back; when all links from a host are lost, it is asked at once.")
                @Default("[]")
                List<Witness> witnesses) {

    /**
     * The times together, with the agents' by the profile.
     *
     * @throws StartException with every relation that does not hold
     */
    FailoverSettings settings() {
        FailoverSettings base = failoverProfile.settings();
        try {
            return new FailoverSettings(
                    base.aliveTtl(),
                    base.aliveRenewal(),
                    deathTtl.orElse(base.deathTtl()),
                    lockTtl.orElse(base.lockTtl()),
                    roundInterval.orElse(base.roundInterval()),
                    libvirtTimeout.orElse(base.libvirtTimeout()),
                    storageTimeout.orElse(base.storageTimeout()),
                    fenceTimeout.orElse(base.fenceTimeout()),
                    fenceExpiry,
                    fenceReassert,
                    new Breaker(breakerAtLeast, breakerShare),
                    Set.copyOf(witnesses));
        } catch (IllegalArgumentException unsafe) {
            throw new StartException(
                    "unsafe times of profile "
                            + failoverProfile.name().toLowerCase(Locale.ROOT)
                            + ":\n  "
                            + String.valueOf(unsafe.getMessage()).replace("\n", "\n  "),
                    unsafe);
        }
    }
}
