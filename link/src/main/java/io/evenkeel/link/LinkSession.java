package io.evenkeel.link;

import io.evenkeel.wire.link.LineDecoder;
import io.evenkeel.wire.link.LinkCodec;
import io.evenkeel.wire.link.LinkError;
import io.evenkeel.wire.link.LinkMessage;
import io.evenkeel.wire.link.LinkProtocol;
import io.evenkeel.wire.link.Parsed;
import io.evenkeel.wire.link.Registration;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one gateway, as the backend sees it: bytes and time in, bytes and events out.
 * Sans-IO, single-threaded; {@link Link} drives it, and whoever has a transport of their own may as
 * well.
 */
public final class LinkSession {
    /**
     * Silence of a gateway, in its {@code missedMillis}, after which it is given up. More patient
     * than a gateway is with backends: one that was merely stopped for seconds still holds the
     * registration, and to leave it early would cost what the link is for.
     */
    public static final int PATIENCE = 4;

    private static final long MILLI = 1_000_000L;
    private static final long HANDSHAKE_NANOS = 10_000 * MILLI;
    private static final long LEAVE_NANOS = 1_000 * MILLI;

    /** Where the link is. */
    public enum State {
        /** The registration is sent; the answer is not complete. */
        HANDSHAKE,
        /** Admitted. */
        LINKED,
        /** {@code leave} is sent; the gateway closes next. */
        LEAVING,
        /** Over: close the connection. */
        CLOSED
    }

    /**
     * What the session says; called from within its methods. Must not call back into the session.
     */
    public interface Events {
        /** Admitted, or admitted again after {@link LinkSession#renew}. */
        void registered(LinkMessage.Registered registered);

        /** Link addresses of all gateways, the one at the other end first. */
        void peers(List<String> peers);

        /** The gateway refused the registration, or cut the link with a reason. Nothing follows. */
        void refused(Refusal refusal);

        /** The link ended without a reason from the gateway. Nothing follows. */
        void lost(String why);

        /** The gateway's operator drains this endpoint, or has taken that back. */
        void drain(LinkMessage.Drain drain);

        /**
         * The gateway sends no more requests; {@code outstanding} of them still ran at the
         * deadline.
         */
        void drained(long outstanding);

        /**
         * The drain that the gateway's operator began is over: none of its requests runs, or so
         * many still did at the deadline.
         */
        void operatorDrained(long outstanding);

        /** The load to report with this heartbeat; null: a plain ping. */
        LinkMessage.@Nullable Report load();
    }

    private final Events events;
    private final boolean tunnelled;
    private final ReplyReader reply = new ReplyReader();
    private final LineDecoder lines = new LineDecoder(LinkProtocol.LINE_BYTES);
    private final ByteArrayOutputStream output = new ByteArrayOutputStream(256);
    private State state = State.HANDSHAKE;
    private int heartbeatMillis = LinkProtocol.HEARTBEAT_MILLIS;
    private int missedMillis = LinkProtocol.MISSED_MILLIS;
    private long lastHeard;
    private long lastSent;
    private long phaseDeadline;
    private long pings;

    /** The gateway may have lost the link, which cannot be seen here. */
    private boolean inDoubt;

    /** What was asked for during the handshake. */
    private @Nullable LinkMessage onceLinked;

    /**
     * Begins: the handshake is in the {@linkplain #takeOutput output}.
     *
     * @param authority {@code host:port} that was dialled, for the Host header
     */
    public LinkSession(Registration registration, String authority, Events events, long now) {
        this.events = events;
        this.tunnelled = registration.mode() == Registration.Mode.TUNNELLED;
        this.lastHeard = now;
        this.phaseDeadline = now + HANDSHAKE_NANOS;
        byte[] body = registration.toBytes();
        put(
                now,
                ("GET "
                                + LinkProtocol.TARGET
                                + " HTTP/1.1\r\nHost: "
                                + authority
                                + "\r\nConnection: Upgrade\r\nUpgrade: "
                                + LinkProtocol.UPGRADE
                                + "\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        put(now, body);
    }

    /** Where the link is. */
    public State state() {
        return state;
    }

    /** The bytes to send since the last call, in order; may be empty. */
    public byte[] takeOutput() {
        byte[] bytes = output.toByteArray();
        output.reset();
        return bytes;
    }

    /** When {@link #time} has to be called next; {@link Long#MAX_VALUE}: not at all. */
    public long deadline() {
        return switch (state) {
            case HANDSHAKE, LEAVING -> phaseDeadline;
            case LINKED -> Math.min(silentAt(), beatAt());
            case CLOSED -> Long.MAX_VALUE;
        };
    }

    private long silentAt() {
        return lastHeard + missedMillis * MILLI * PATIENCE;
    }

    private long beatAt() {
        return lastSent + heartbeatMillis * MILLI;
    }

    /**
     * Bytes arrived: of the connection, or of the tunnel's first stream once a tunnelled link
     * stands. All are consumed, but for those behind the answer to a tunnelled registration, which
     * are the tunnel's.
     */
    public void received(long now, ByteBuffer in) {
        lastHeard = now;
        if (state == State.HANDSHAKE) {
            verdict(now, reply.received(in));
            if (tunnelled && state != State.HANDSHAKE && state != State.CLOSED) {
                return;
            }
        }
        while ((state == State.LINKED || state == State.LEAVING) && in.hasRemaining()) {
            byte[] line = lines.next(in);
            if (line != null) {
                line(now, line);
            } else if (lines.tooLong()) {
                giveUp(now, LinkError.TOO_LARGE, "line longer than " + LinkProtocol.LINE_BYTES);
            }
        }
        in.position(in.limit());
    }

    /** The tunnel brought something, be it no line: a sign of life. */
    public void heard(long now) {
        lastHeard = now;
    }

    /** The connection broke: what was sent last may not have arrived. */
    public void broken(String why) {
        over(why);
    }

    /** The gateway ended the connection. */
    public void ended(String why) {
        if (state == State.LEAVING) {
            inDoubt = false;
        }
        over(why);
    }

    private void over(String why) {
        if (state == State.HANDSHAKE && reply.ended() == ReplyReader.Verdict.REFUSED) {
            refuse();
        } else if (state == State.LEAVING) {
            state = State.CLOSED;
        } else if (state != State.CLOSED) {
            inDoubt = state == State.HANDSHAKE;
            state = State.CLOSED;
            events.lost(why);
        }
    }

    /** Time has passed; the caller has read what had arrived before. */
    public void time(long now) {
        switch (state) {
            case HANDSHAKE -> {
                if (now >= phaseDeadline) {
                    inDoubt = true;
                    state = State.CLOSED;
                    events.lost("no answer to the registration");
                }
            }
            case LINKED -> {
                if (now >= silentAt()) {
                    giveUp(
                            now,
                            LinkError.SILENT,
                            "nothing heard for " + missedMillis * PATIENCE + " ms");
                } else if (now >= beatAt()) {
                    LinkMessage.Report load = events.load();
                    send(now, load == null ? new LinkMessage.Ping(++pings) : load);
                }
            }
            case LEAVING -> {
                if (now >= phaseDeadline) {
                    state = State.CLOSED;
                }
            }
            case CLOSED -> {}
        }
    }

    /**
     * Asks the gateway to send no more requests; {@link Events#drained} follows. While the
     * handshake is not answered it waits for that: the gateway may have admitted us already.
     */
    public void drain(long now, long deadlineMillis, String reason) {
        LinkMessage drain = new LinkMessage.Drain(deadlineMillis, reason, false);
        if (state == State.LINKED) {
            send(now, drain);
        } else if (state == State.HANDSHAKE) {
            onceLinked = drain;
        }
    }

    /** Takes {@link #drain} back. */
    public void undrain(long now) {
        if (state == State.LINKED) {
            send(now, new LinkMessage.Drain(0, "", true));
        }
    }

    /** Registers anew on the same link: other weight, capacity, labels or credential. */
    public void renew(long now, Registration registration) {
        if (state == State.LINKED) {
            send(now, new LinkMessage.Renew(registration));
        }
    }

    /** Says that the drain that the gateway asked for is complete. */
    public void drained(long now, long outstanding) {
        if (state == State.LINKED) {
            send(now, new LinkMessage.Drained(outstanding, true));
        }
    }

    /**
     * Says goodbye; the gateway forgets the endpoint and closes. While the handshake is not
     * answered it waits for that, a second at most.
     */
    public void leave(long now, String reason) {
        if (state == State.LINKED) {
            send(now, new LinkMessage.Leave(reason));
            state = State.LEAVING;
            phaseDeadline = now + LEAVE_NANOS;
        } else if (state == State.HANDSHAKE) {
            onceLinked = new LinkMessage.Leave(reason);
            phaseDeadline = Math.min(phaseDeadline, now + LEAVE_NANOS);
        }
    }

    /**
     * Ends this link alone: the endpoint stays registered with other gateways. The gateway has
     * heard of it once it closes the connection; see {@link #isInDoubt}.
     */
    public void release(long now) {
        inDoubt = true;
        send(
                now,
                new LinkMessage.Failure(
                        LinkError.SURPLUS.code(), "linked with as many gateways as wanted", 0));
        awaitEnd(now);
    }

    /**
     * Whether the gateway may have had the link and lost it, and this side cannot know: a
     * registration was sent and not answered; or the link was released, and the gateway did not
     * close the connection for it within a second. Who holds no other link there is taken for gone
     * until one stands again. Of use once the state is {@link State#CLOSED}.
     */
    public boolean isInDoubt() {
        return inDoubt;
    }

    /** The goodbye was said on another link of this registration: waits a second for the end. */
    public void awaitEnd(long now) {
        state = State.LEAVING;
        phaseDeadline = now + LEAVE_NANOS;
    }

    private void verdict(long now, ReplyReader.Verdict verdict) {
        if (verdict == ReplyReader.Verdict.REFUSED) {
            refuse();
        } else if (verdict == ReplyReader.Verdict.SWITCHED) {
            state = State.LINKED;
            lastSent = now;
            LinkMessage waiting = onceLinked;
            if (waiting instanceof LinkMessage.Leave leave) {
                leave(now, leave.reason());
            } else if (waiting != null) {
                send(now, waiting);
            }
        }
    }

    private void refuse() {
        state = State.CLOSED;
        Refusal refusal = reply.refusal();
        if (refusal != null) {
            events.refused(refusal);
        }
    }

    private void line(long now, byte[] line) {
        if (line.length == 0) {
            return;
        }
        Parsed<LinkMessage> parsed = LinkCodec.parse(line);
        if (parsed instanceof Parsed.Valid<LinkMessage> valid) {
            message(now, valid.value());
        } else if (parsed instanceof Parsed.Invalid<LinkMessage> invalid) {
            giveUp(now, LinkError.PROTOCOL, String.join("; ", invalid.problems()));
        }
    }

    private void message(long now, LinkMessage message) {
        if (message instanceof LinkMessage.Failure failure) {
            boolean leaving = state == State.LEAVING;
            state = State.CLOSED;
            if (!leaving) {
                events.refused(
                        new Refusal(
                                failure.code(),
                                List.of(failure.detail()),
                                failure.retryAfterMillis()));
            }
        } else if (state == State.LEAVING) {
            // Nothing said now matters any more.
            return;
        } else if (message instanceof LinkMessage.Registered registered) {
            heartbeatMillis = registered.heartbeatMillis();
            missedMillis = registered.missedMillis();
            events.registered(registered);
            events.peers(registered.peers());
        } else if (message instanceof LinkMessage.Peers peers) {
            events.peers(peers.peers());
        } else if (message instanceof LinkMessage.Ping ping) {
            send(now, new LinkMessage.Pong(ping.n()));
        } else if (message instanceof LinkMessage.Drain drain) {
            events.drain(drain);
        } else if (message instanceof LinkMessage.Drained drained) {
            if (drained.operator()) {
                events.operatorDrained(drained.outstanding());
            } else {
                events.drained(drained.outstanding());
            }
        }
        // The rest is a sign of life, which received() has noted.
    }

    private void giveUp(long now, LinkError error, String detail) {
        send(now, new LinkMessage.Failure(error.code(), detail, 0));
        state = State.CLOSED;
        events.lost(error.code() + ": " + detail);
    }

    private void send(long now, LinkMessage message) {
        put(now, LinkCodec.line(message));
    }

    private void put(long now, byte[] bytes) {
        lastSent = now;
        output.writeBytes(bytes);
    }
}
