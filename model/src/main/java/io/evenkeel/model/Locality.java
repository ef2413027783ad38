package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;

/** Where an endpoint runs. Empty text means unknown. */
public record Locality(
        @About("The zone (site, rack, availability zone).") @Default("''") String zone,
        @About(
                        "The host the endpoint runs on; the name of a Host, if that one's failure is to count.")
                @Default("''")
                String host) {

    /** Nothing known. */
    public static final Locality UNKNOWN = new Locality("", "");
}
