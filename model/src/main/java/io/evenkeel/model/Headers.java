package io.evenkeel.model;

import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.bind.Default;

/** Changes of headers on both ways. */
public record Headers(
        @About("On the way to the endpoint.") @Default("{}") HeaderEdits request,
        @About("On the way back; answers of the gateway itself are left alone.") @Default("{}")
                HeaderEdits response) {

    /** Nothing is changed. */
    public static Headers defaults() {
        return Binder.defaults(Headers.class);
    }
}
