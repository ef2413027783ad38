package io.evenkeel.kernel.failover;

import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The questions that one host is asked (C2), and what was heard since it was last written: libvirt,
 * and if that is silent the storage, again and again.
 */
final class HostRounds {
    private final HostKey host;
    private final FailoverLoop loop;
    private final Silence silence;
    private final List<Evidence> heard = new ArrayList<>();

    private @Nullable Round round;
    private long nextRoundNanos;
    private long rounds;
    private boolean life;

    /** Until when a further witness holds the procedure back. */
    private long heldUntilNanos;

    private @Nullable Witness holder;

    /** A round under way. */
    private record Round(long ask, Witness asked, long askedNanos, long startedNanos) {}

    HostRounds(HostKey host, FailoverLoop loop) {
        this.host = host;
        this.loop = loop;
        this.silence = new Silence(loop.settings().longestGap().toNanos());
        this.nextRoundNanos = loop.nowNanos();
        this.heldUntilNanos = loop.nowNanos();
    }

    /** When {@link #ask} is to be called, if nothing happens. */
    long nextNanos() {
        return round == null ? nextRoundNanos : overdue(round);
    }

    /** A stage begins: what was heard before it says nothing of it. */
    void restart() {
        silence.restart();
        abandon();
        nextRoundNanos = loop.nowNanos();
    }

    /** The round under way is worth nothing any more; another begins when it is wanted. */
    void abandon() {
        if (round != null) {
            round = null;
            nextRoundNanos = loop.nowNanos();
        }
    }

    /** The host is not in question any more. */
    void forget() {
        round = null;
        life = false;
        heard.clear();
        silence.restart();
    }

    /** Begins a round if it is time, and ends one whose answer will mean nothing. */
    void ask() {
        if (round != null) {
            if (loop.nowNanos() - overdue(round) >= 0) {
                note(round.asked(), Answer.UNASKED, "no word of the asking in time");
                end();
                silence.gap();
            }
        } else if (loop.nowNanos() - nextRoundNanos >= 0) {
            rounds++;
            send(Witness.LIBVIRT, loop.nowNanos());
        }
    }

    private void send(Witness witness, long startedNanos) {
        long number = loop.nextNumber();
        round = new Round(number, witness, loop.nowNanos(), startedNanos);
        loop.emit(new FailoverAction.Ask(host, number, witness, timeout(witness)));
    }

    private Duration timeout(Witness witness) {
        return witness == Witness.LIBVIRT
                ? loop.settings().libvirtTimeout()
                : loop.settings().storageTimeout();
    }

    /** From then on an answer says more of how late we are than of the host. */
    private long overdue(Round asked) {
        return asked.askedNanos() + 2 * timeout(asked.asked()).toNanos();
    }

    private void end() {
        if (round != null) {
            nextRoundNanos = round.startedNanos() + loop.settings().roundInterval().toNanos();
        }
        round = null;
    }

    void answered(FailoverEvent.Answered event) {
        Round asked = round != null && round.ask() == event.ask() ? round : null;
        if (event.answer() == Answer.LIVES) {
            // However late it comes: it can only hold a recovery back.
            Witness witness = asked == null ? Witness.LIBVIRT : asked.asked();
            note(witness, Answer.LIVES, event.detail());
            life = true;
            silence.restart();
            end();
        } else if (asked != null) {
            boolean late = loop.nowNanos() - overdue(asked) >= 0;
            Answer answer = late ? Answer.UNASKED : event.answer();
            String detail =
                    late ? "came too late to mean anything: " + event.detail() : event.detail();
            note(asked.asked(), answer, detail);
            if (answer == Answer.UNASKED) {
                end();
                silence.gap();
            } else if (asked.asked() == Witness.LIBVIRT) {
                send(Witness.STORAGE, asked.startedNanos());
            } else {
                end();
                if (heldUntilNanos - loop.nowNanos() > 0) {
                    silence.gap();
                } else {
                    silence.round(asked.startedNanos(), loop.nowNanos());
                }
            }
        }
    }

    void seenAlive(FailoverEvent.SeenAlive event) {
        holder = event.witness();
        heldUntilNanos = loop.nowNanos() + loop.settings().longestGap().toNanos();
        silence.gap();
        note(event.witness(), Answer.LIVES, event.detail());
    }

    /** All links from the host were lost: no answer of anybody, but a cause to ask. */
    void lost(String detail) {
        nextRoundNanos = loop.nowNanos();
        note(Witness.LINKS, Answer.SILENT, detail);
    }

    /** Nothing that a further witness said holds any longer. */
    void release() {
        holder = null;
        heldUntilNanos = loop.nowNanos();
    }

    /** Why nothing goes on because of what a further witness said; empty if none holds. */
    String heldBy() {
        return holder != null && heldUntilNanos - loop.nowNanos() > 0
                ? "a further witness sees it live: " + holder.name().toLowerCase(Locale.ROOT)
                : "";
    }

    private void note(Witness witness, Answer answer, String detail) {
        heard.add(new Evidence(loop.atMillis(), rounds, witness, answer, detail));
        if (heard.size() > Procedure.MOST_EVIDENCE) {
            heard.removeFirst();
        }
    }

    /** A sign of life that is not in the store yet. */
    boolean life() {
        return life;
    }

    /** What was heard and is not in the store yet. */
    List<Evidence> heard() {
        return Collections.unmodifiableList(heard);
    }

    /** How long the host has been silent, as far as it is not in the store yet. */
    Silence silence() {
        return silence;
    }

    /** Whatever was heard needs no writing: the host lives, and is known to. */
    void dropped() {
        life = false;
        heard.clear();
        silence.restart();
    }

    /** So many steps are in the store; and that there was a sign of life, if the commit said so. */
    void written(int steps, boolean toldLife) {
        silence.written();
        heard.subList(0, Math.min(steps, heard.size())).clear();
        life &= !toldLife;
    }
}
