package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.model.HostKey;
import java.util.List;

/** What a {@link FailoverLoop} hears. */
public sealed interface FailoverEvent {
    /** A reading of all {@link HostKeys#prefixes} at one revision: at the start, or after a gap. */
    record Loaded(long revision, List<Entry> entries) implements FailoverEvent {
        public Loaded {
            entries = List.copyOf(entries);
        }
    }

    /** The watch goes on; changes of other keys may be among them. */
    record Observed(WatchBatch batch) implements FailoverEvent {}

    /** Which hosts are declared, all of them. */
    record Declared(List<HostDeclaration> hosts) implements FailoverEvent {
        public Declared {
            hosts = List.copyOf(hosts);
        }
    }

    /** What came of {@link FailoverAction.Ask}. */
    record Answered(HostKey host, long ask, Answer answer, String detail)
            implements FailoverEvent {}

    /** A further witness saw the host live just now: silence around it does not count. */
    record SeenAlive(HostKey host, Witness witness, String detail) implements FailoverEvent {}

    /**
     * Backends on a host were linked, and none is now. Life is asked for at once, without waiting
     * for its agent's key to go; if that goes too, what was heard by then is round one.
     */
    record LinksLost(HostKey host, String detail) implements FailoverEvent {}

    /** What came of {@link FailoverAction.Grant}. */
    record Granted(HostKey host, long ticket, LeaseOutcome outcome) implements FailoverEvent {}

    /** What came of {@link FailoverAction.Commit}, as its writer is to see it. */
    record Committed(HostKey host, long ticket, TxnOutcome outcome) implements FailoverEvent {}

    /** What came of {@link FailoverAction.Fence}. */
    record FenceReported(HostKey host, long token, FenceReport report) implements FailoverEvent {}

    /** What came of {@link FailoverAction.SwitchOff}: whether its power was seen off. */
    record SwitchedOff(HostKey host, long token, boolean off, String detail)
            implements FailoverEvent {}

    /**
     * The tasks of {@link FailoverAction.Recover} are in the store.
     *
     * @param lost machines that are not among them, for their disks are on the host itself
     */
    record Planned(HostKey host, long token, List<String> lost) implements FailoverEvent {
        public Planned {
            lost = List.copyOf(lost);
        }
    }

    /**
     * What came of {@link FailoverAction.Clean}: whether nothing runs on the host that belongs
     * elsewhere.
     */
    record Cleaned(HostKey host, long token, boolean clean, String detail)
            implements FailoverEvent {}

    /** What came of {@link FailoverAction.Unfence}: whether storage lists none of it any more. */
    record Unfenced(HostKey host, long token, boolean removed, String detail)
            implements FailoverEvent {}

    /** The time of {@link FailoverLoop#nextNanos} has come. */
    record Tick() implements FailoverEvent {}
}
