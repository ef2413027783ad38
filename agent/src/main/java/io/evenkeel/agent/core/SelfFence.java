package io.evenkeel.agent.core;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * Whether a host's agent ends the host's machines by itself (ADR 0154), where that is on. It does
 * so only for what nobody can regret: their disks are lost to them already, or the host's failure
 * is confirmed, so that they are about to run elsewhere. Silence alone is no reason, however long
 * it lasts: who hears nothing of the store cannot know whether anybody does.
 *
 * <p>Pure and single-threaded: times come in as monotonic nanoseconds.
 */
public final class SelfFence {
    /** Looks in a row at which storage has to refuse this host. */
    private static final int REFUSALS = 2;

    private final long lossNanos;
    private int refusals;

    /** What a storage cluster says to a client on this host. */
    public enum Storage {
        SERVES,
        REFUSES,
        /** It was not heard. */
        UNKNOWN
    }

    /** What another host's agent has just read in the store of this host. */
    public enum Word {
        /** Its failure is confirmed. */
        CONFIRMED,
        /** It is not. */
        NOT_CONFIRMED,
        /** The agent does not answer, or the store does not answer it. */
        UNKNOWN
    }

    /**
     * Nothing seen yet.
     *
     * @param loss how long this host's key has to be lost before anybody is asked: the time that a
     *     confirmation takes at least
     */
    public SelfFence(Duration loss) {
        this.lossNanos = loss.toNanos();
    }

    /**
     * Whether other hosts' agents are to be asked.
     *
     * @param keyGoodUntil until when this host's key is held, {@link AliveKey#goodUntil}
     */
    public boolean asksOthers(long nowNanos, long keyGoodUntil) {
        return nowNanos - keyGoodUntil >= lossNanos;
    }

    /**
     * Takes in what was seen in one look; why the machines that ran before it are to be ended, or
     * empty.
     *
     * @param storages one for each cluster that machines' disks may be at
     * @param others one for each agent that was asked; none, if nobody was to be
     */
    public Optional<String> look(Collection<Storage> storages, Collection<Word> others) {
        boolean refused = storages.contains(Storage.REFUSES) && !storages.contains(Storage.SERVES);
        refusals = refused ? refusals + 1 : 0;
        if (refusals >= REFUSALS) {
            return Optional.of("storage refuses this host");
        }
        return others.contains(Word.CONFIRMED) && !others.contains(Word.NOT_CONFIRMED)
                ? Optional.of("this host's failure is confirmed, as another host's agent reads")
                : Optional.empty();
    }
}
