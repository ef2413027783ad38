package io.evenkeel.kernel.registry;

import io.evenkeel.model.EndpointKey;
import java.util.function.Consumer;

/** Port by which a gateway asks for backends to be admitted. Thread-safe, never blocks. */
public interface Admission {

    /**
     * Asks to admit a backend. {@code reply} is called exactly once, on any thread, possibly before
     * this returns; it must not block. After {@link AdmissionReply.Admitted} the admission is
     * durable. A backend that reconnects with the same incarnation gets the same epoch again.
     */
    void admit(Registration registration, Consumer<AdmissionReply> reply);

    /**
     * The incarnation says goodbye: the endpoint is deleted unless a newer epoch holds it.
     *
     * @param reason for the audit entry
     */
    void leave(EndpointKey endpoint, long epoch, String reason);
}
