package io.evenkeel.kernel.registry;

import io.evenkeel.model.EndpointKey;
import java.util.function.Consumer;

/** What waits for the registry. */
public sealed interface RegistryEvent {
    /** The key of registrations that name no endpoint. */
    EndpointKey NOBODY = new EndpointKey("", "");

    /** Which endpoint it is about. */
    EndpointKey key();

    /** Of the run of the process that registers; empty for what only ends one. */
    default String incarnation() {
        return "";
    }

    /** When it is given up, in monotonic nanoseconds. */
    long deadlineNanos();

    /** Answers it, if somebody waits for an answer. */
    void answer(AdmissionReply reply);

    /** A backend wants to be an endpoint. */
    record Register(
            EndpointKey key,
            Registration registration,
            Consumer<AdmissionReply> reply,
            long deadlineNanos)
            implements RegistryEvent {
        @Override
        public String incarnation() {
            return registration.incarnation();
        }

        @Override
        public void answer(AdmissionReply answer) {
            reply.accept(answer);
        }
    }

    /** An incarnation says goodbye. */
    record Leave(EndpointKey key, long epoch, String reason, long deadlineNanos)
            implements RegistryEvent {
        @Override
        public void answer(AdmissionReply reply) {
            // Nobody waits: a leave that fails is made good by the reaper.
        }
    }

    /** An endpoint was absent for too long. */
    record Forget(EndpointKey key, long epoch, String reason, long deadlineNanos)
            implements RegistryEvent {
        @Override
        public void answer(AdmissionReply reply) {
            // Nobody waits: it is found again at the next look.
        }
    }
}
