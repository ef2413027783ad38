package io.evenkeel.gateway.link;

import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.wire.link.LineDecoder;
import io.evenkeel.wire.link.LinkCodec;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.LinkProtocol;
import io.evenkeel.wire.link.Parsed;
import io.evenkeel.wire.link.Registration;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One link as the gateway sees it: bytes and time in, bytes and actions out. Sans-IO,
 * single-threaded.
 *
 * <p>Time is the loop's attended time: it stands still while the gateway itself is kept from
 * running, so that a backend is never called silent for the gateway's own lateness.
 */
final class LinkServerSession implements LinkDrains.Session {
    private static final long MILLI = 1_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private final LinkSettings settings;
    private final LinkActions actions;
    private final LinkOutput output = new LinkOutput();

    /** Lines that go down a tunnel; unused by a link without one. */
    private final LinkOutput lineOutput = new LinkOutput();

    private LinkState state = LinkState.HANDSHAKE;
    private @Nullable LinkHandshake handshake;
    private @Nullable Registration registration;
    private @Nullable EndpointKey endpoint;
    private final LineDecoder lines = new LineDecoder(LinkProtocol.LINE_BYTES);
    private long epoch;
    private boolean renewing;
    private boolean switched;

    private long phaseDeadline;

    private final LinkHeartbeat heartbeat;
    private final LinkDrains drains;
    private final LinkFarewell farewell;

    /** A link of which nothing has come yet. */
    LinkServerSession(LinkSettings settings, LinkActions actions, long now) {
        this(settings, actions, null, now);
    }

    /**
     * The same if another session has read its registration: the next is to be {@link #admitted}.
     *
     * @param registration null: still to come
     */
    LinkServerSession(
            LinkSettings settings,
            LinkActions actions,
            @Nullable Registration registration,
            long now) {
        this.settings = settings;
        this.actions = actions;
        this.registration = registration;
        if (registration == null) {
            handshake = new LinkHandshake(settings.registrationBytes());
        } else {
            state = LinkState.ADMITTING;
        }
        this.phaseDeadline = now + settings.handshakeMillis() * MILLI;
        long pollNanos = settings.drainPollMillis() * MILLI;
        this.heartbeat = new LinkHeartbeat(settings);
        this.drains = new LinkDrains(this, pollNanos);
        this.farewell = new LinkFarewell(pollNanos, settings.finishMillis() * MILLI);
    }

    LinkState state() {
        return state;
    }

    /** Bytes to send; the caller takes them out. */
    LinkOutput output() {
        return output;
    }

    /** Lines to send by the tunnel, if the link is {@link #tunnelled}. */
    LinkOutput lineOutput() {
        return lineOutput;
    }

    /** Whether what comes and goes from now on is a tunnel's, and lines are part of that. */
    boolean tunnelled() {
        return switched && carriesRequests();
    }

    /** Whether the backend registered for a tunnel. */
    boolean carriesRequests() {
        Registration first = registration;
        return first != null && first.mode() == Registration.Mode.TUNNELLED;
    }

    /** Whether it is a further tunnel of what another link registered. */
    boolean isFurther() {
        Registration first = registration;
        return first != null && first.isFurther();
    }

    /** The tunnel brought something, be it no line: a sign of life. */
    void heard(long now) {
        heartbeat.heard(now);
    }

    /** When something last came, in attended nanoseconds; any thread. */
    long lastHeard() {
        return heartbeat.lastHeard();
    }

    /** Whether bytes should be read now: not while the store decides. */
    boolean wantsBytes() {
        return state != LinkState.ADMITTING && state != LinkState.CLOSED;
    }

    /**
     * When {@link #time} has to be called next, in attended nanoseconds; {@link Long#MAX_VALUE}:
     * not at all.
     */
    long deadline() {
        return switch (state) {
            case HANDSHAKE, ADMITTING, CLOSING -> phaseDeadline;
            case LINKED -> Math.min(heartbeat.next(), drains.nextLook());
            case FINISHING -> Math.min(heartbeat.next(), farewell.nextLook());
            case CLOSED -> NEVER;
        };
    }

    /** Bytes arrived; all are consumed. */
    void received(long now, ByteBuffer in) {
        heartbeat.heard(now);
        if (state == LinkState.HANDSHAKE) {
            shake(now, in);
        }
        while ((state == LinkState.LINKED || state == LinkState.FINISHING) && in.hasRemaining()) {
            byte[] line = lines.next(in);
            if (line != null) {
                line(now, line);
            } else if (lines.tooLong()) {
                fail(
                        now,
                        LinkError.TOO_LARGE,
                        "line: more than " + LinkProtocol.LINE_BYTES + " bytes",
                        0);
            }
        }
        // Whatever comes behind the end is of no interest.
        in.position(in.limit());
    }

    /** The backend has ended its direction, or the connection broke. */
    void ended(long now) {
        if (state == LinkState.LINKED) {
            unlink(LinkLoss.LOST, "connection lost");
        }
        state = LinkState.CLOSED;
        handshake = null;
    }

    /** Time has passed; the caller has read what had arrived before. */
    void time(long now) {
        switch (state) {
            case HANDSHAKE -> ifDue(now, LinkError.TIMEOUT, "no complete registration");
            case ADMITTING -> ifDue(now, LinkError.BUSY, "not admitted");
            case LINKED -> {
                if (heartbeat.silent(now)) {
                    silent(now);
                    return;
                }
                drains.look(now);
                ping(now);
            }
            case FINISHING -> {
                if (heartbeat.silent(now) || farewell.due(now, actions.carrying())) {
                    part(now);
                } else {
                    ping(now);
                }
            }
            case CLOSING -> {
                if (now >= phaseDeadline) {
                    state = LinkState.CLOSED;
                }
            }
            case CLOSED -> {}
        }
    }

    private void ping(long now) {
        if (heartbeat.pingDue(now)) {
            send(now, new LinkMessage.Ping(heartbeat.nextPing()));
        }
    }

    /** The store's answer to {@link LinkActions#admit}. */
    void admitted(long now, AdmissionReply reply) {
        if (state != LinkState.ADMITTING && !(state == LinkState.LINKED && renewing)) {
            return;
        }
        switch (reply) {
            case AdmissionReply.Admitted(EndpointKey key, long given) -> {
                Registration said = registration;
                if (said == null) {
                    return;
                } else if (state == LinkState.ADMITTING) {
                    link(now, key, given, said);
                } else {
                    renewing = false;
                    actions.renewed(key, given, said);
                    drainOver();
                    sendRegistered(now);
                }
            }
            case AdmissionReply.Refused refused -> {
                LinkError error = LinkReply.error(refused.code());
                long retryMillis = LinkReply.retryMillis(refused, error);
                end(now, error, List.of(refused.message()), retryMillis);
            }
        }
    }

    /** Refuses or cuts the link with a reason; nothing happens if it is over already. */
    void fail(long now, LinkError error, String detail, long retryAfterMillis) {
        end(now, error, List.of(detail), retryAfterMillis);
    }

    /**
     * Ends a link that others want ended. No request comes any more; those that run on its tunnel
     * are carried to their end before the backend is told why.
     */
    void cut(long now, LinkError error, String detail, long retryAfterMillis) {
        if (state == LinkState.LINKED && tunnelled() && actions.carrying()) {
            unlink(LinkLoss.of(error), error.code() + ": " + detail);
            farewell.begin(now, new LinkMessage.Failure(error.code(), detail, retryAfterMillis));
            state = LinkState.FINISHING;
        } else if (state != LinkState.FINISHING) {
            fail(now, error, detail, retryAfterMillis);
        }
    }

    /** The backend takes no more requests on this tunnel; those that it has it works on. */
    void goesAway(long now) {
        if (state == LinkState.LINKED) {
            unlink(LinkLoss.LOST, "the backend sent GOAWAY");
            farewell.begin(now, null);
            state = LinkState.FINISHING;
        }
    }

    private void part(long now) {
        LinkMessage.Failure last = farewell.lastWords();
        if (last != null) {
            send(now, last);
        }
        closing(now);
    }

    /** The incarnation said goodbye on another of its links. */
    void left(long now) {
        if (state == LinkState.LINKED) {
            unlink(LinkLoss.LEFT, "left by another link");
            closing(now);
        }
    }

    /**
     * What the operator wants of the endpoint; the backend is told unless it knows.
     *
     * @param wanted null: no drain
     * @return whether a drain began
     */
    boolean operator(long now, LinkMessage.@Nullable Drain wanted) {
        return state == LinkState.LINKED && drains.operator(now, wanted);
    }

    /** The list of gateways changed. */
    void peers(long now) {
        if (state == LinkState.LINKED) {
            send(now, new LinkMessage.Peers(actions.peers()));
        }
    }

    private void shake(long now, ByteBuffer in) {
        LinkHandshake reading = handshake;
        if (reading == null) {
            return;
        }
        switch (reading.received(in)) {
            case LinkHandshake.Step.More more -> {
                if (reading.takeContinue()) {
                    put(now, LinkReply.proceed());
                }
            }
            case LinkHandshake.Step.Refused(LinkError error, List<String> problems) ->
                    end(now, error, problems, error.retry() ? 1_000 : -1);
            case LinkHandshake.Step.Complete(Registration complete) -> {
                handshake = null;
                registration = complete;
                state = LinkState.ADMITTING;
                actions.admit(complete);
            }
        }
    }

    private void link(long now, EndpointKey key, long given, Registration said) {
        if (!actions.linked(key, given, said)) {
            if (said.isFurther()) {
                fail(now, LinkError.SURPLUS, "the link that it belongs to is over", 0);
            } else {
                fail(now, LinkError.REPLACED, LinkReply.replaced(key), -1);
            }
            return;
        }
        state = LinkState.LINKED;
        endpoint = key;
        epoch = given;
        heartbeat.heard(now);
        put(now, LinkReply.switching());
        switched = true;
        sendRegistered(now);
    }

    private void sendRegistered(long now) {
        EndpointKey key = endpoint;
        if (key != null) {
            send(
                    now,
                    new LinkMessage.Registered(
                            key.name(),
                            epoch,
                            settings.gateway(),
                            settings.heartbeatMillis(),
                            settings.missedMillis(),
                            actions.peers(),
                            actions.tunnels()));
        }
    }

    private void line(long now, byte[] line) {
        if (line.length == 0) {
            return;
        }
        switch (LinkCodec.parse(line)) {
            case Parsed.Invalid<LinkMessage>(List<String> problems) ->
                    end(now, LinkError.PROTOCOL, problems, 1_000);
            case Parsed.Valid<LinkMessage>(LinkMessage message) -> message(now, message);
        }
    }

    private void message(long now, LinkMessage message) {
        EndpointKey key = endpoint;
        if (key == null) {
            finishing(now, message);
            return;
        }
        switch (message) {
            case LinkMessage.Report report -> actions.reported(key, epoch, report);
            case LinkMessage.Ping(long n) -> send(now, new LinkMessage.Pong(n));
            case LinkMessage.Drain drain when drain.cancel() -> drainOver();
            case LinkMessage.Drain drain -> {
                actions.draining(key, epoch, true);
                drains.backend(now, drain);
            }
            case LinkMessage.Renew(Registration again) -> renew(now, again);
            case LinkMessage.Leave(String reason) -> {
                unlink(LinkLoss.LEFT, reason);
                closing(now);
            }
            case LinkMessage.Failure failure -> {
                boolean elsewhere = failure.code().equals(LinkError.SURPLUS.code());
                unlink(
                        elsewhere ? LinkLoss.RELEASED : LinkLoss.LOST,
                        failure.code() + ": " + failure.detail());
                closing(now);
            }
            case LinkMessage.Registered _, LinkMessage.Peers _ -> misplaced(now, message);
            // A sign of life, which received() has noted, and nothing else.
            case LinkMessage.Pong _, LinkMessage.Drained _, LinkMessage.Unknown _ -> {}
        }
    }

    /** Once the link is over: heartbeats, and the end. */
    private void finishing(long now, LinkMessage message) {
        if (message instanceof LinkMessage.Ping(long n)) {
            send(now, new LinkMessage.Pong(n));
        } else if (message instanceof LinkMessage.Leave || message instanceof LinkMessage.Failure) {
            closing(now);
        }
    }

    private void misplaced(long now, LinkMessage message) {
        String detail = "type: \"" + message.type() + "\" (expected: a message that backends send)";
        fail(now, LinkError.PROTOCOL, detail, 1_000);
    }

    private void renew(long now, Registration again) {
        Registration first = registration;
        if (renewing) {
            fail(now, LinkError.PROTOCOL, "renew: while one is not answered yet", 1_000);
        } else if (first == null || !first.sameIncarnation(again)) {
            fail(
                    now,
                    LinkError.PROTOCOL,
                    "renew: "
                            + again
                            + " (expected: tenant, service, endpoint and incarnation of "
                            + first
                            + ")",
                    1_000);
        } else {
            registration = again;
            renewing = true;
            actions.admit(again);
        }
    }

    private void drainOver() {
        EndpointKey key = endpoint;
        if (drains.backendStays() && key != null) {
            actions.draining(key, epoch, false);
        }
    }

    @Override
    public int outstanding() {
        EndpointKey key = endpoint;
        return key == null ? 0 : actions.outstanding(key, epoch);
    }

    private void silent(long now) {
        unlink(LinkLoss.SILENT, "heartbeat missed");
        send(
                now,
                new LinkMessage.Failure(
                        LinkError.SILENT.code(),
                        "nothing heard for " + settings.missedMillis() + " ms",
                        0));
        closing(now);
    }

    private void ifDue(long now, LinkError error, String missing) {
        if (now >= phaseDeadline) {
            fail(now, error, missing + " within " + settings.handshakeMillis() + " ms", 1_000);
        }
    }

    private void end(long now, LinkError error, List<String> problems, long retryAfterMillis) {
        if (state == LinkState.HANDSHAKE || state == LinkState.ADMITTING) {
            actions.refused(error);
            put(now, LinkReply.refusal(error, problems, retryAfterMillis));
        } else if (state == LinkState.LINKED) {
            unlink(LinkLoss.of(error), error.code() + ": " + String.join("; ", problems));
            send(
                    now,
                    new LinkMessage.Failure(
                            error.code(), String.join("; ", problems), retryAfterMillis));
        } else if (state != LinkState.FINISHING) {
            return;
        }
        closing(now);
    }

    private void closing(long now) {
        handshake = null;
        state = LinkState.CLOSING;
        phaseDeadline = now + settings.lingerMillis() * MILLI;
    }

    private void unlink(LinkLoss loss, String reason) {
        EndpointKey key = endpoint;
        if (key != null) {
            endpoint = null;
            actions.unlinked(key, epoch, loss, reason);
        }
    }

    @Override
    public void send(long now, LinkMessage message) {
        put(now, tunnelled() ? lineOutput : output, LinkCodec.line(message));
    }

    private void put(long now, byte[] bytes) {
        put(now, output, bytes);
    }

    private void put(long now, LinkOutput to, byte[] bytes) {
        heartbeat.sent(now);
        if (!to.put(bytes)) {
            // It does not read what it is sent: as good as silent.
            if (state == LinkState.LINKED) {
                unlink(LinkLoss.SILENT, "does not read its link");
            }
            state = LinkState.CLOSED;
        }
    }
}
