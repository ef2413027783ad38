package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Default;
import io.evenkeel.model.bind.Range;
import java.time.Duration;

/** Who gets the next request. */
public record Balancing(
        @About("How the endpoint is chosen.") @Default("least-load") Algorithm algorithm,
        @About("A newcomer's share grows to its full one over this time; 0s: at once.")
                @Default("10s")
                @Range(min = "0s", max = "1h")
                Duration slowStart,
        @About("The share a newcomer begins with.") @Default("10%") @Range(min = "1%")
                Percent slowStartFloor,
        @About("The most requests outstanding at one endpoint, per gateway.")
                @Default("1024")
                @Range(min = "1", max = "1000000")
                int maxOutstandingPerEndpoint,
        @About(
                        "With fewer endpoints well than this share, ejected and suspected ones are used too; 0%: never.")
                @Default("50%")
                Percent panicThreshold) {

    /** How an endpoint is chosen. */
    public enum Algorithm {
        /** The head of the queue ordered by load. */
        LEAST_LOAD,
        /** One after the other. */
        ROUND_ROBIN,
        /** One after the other, as often as the weight says, evenly spread. */
        WEIGHTED_ROUND_ROBIN,
        /** Any. */
        RANDOM,
        /** The less loaded of two taken at random. */
        POWER_OF_TWO,
        /** By the client's address, with little movement when endpoints change (Maglev). */
        SOURCE_HASH,
        /** The own host first, then the own zone, then all, each by weight. */
        LOCALITY_WEIGHTED
    }

    /** Every default. */
    public static Balancing defaults() {
        return Binder.defaults(Balancing.class);
    }
}
