package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.store.Txn;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.List;

/**
 * What a {@link FailoverLoop} wants done. Commits go under the leader's term; everything else may
 * be done twice without harm, and late: it carries the token that it was decided under.
 */
public sealed interface FailoverAction {
    HostKey host();

    /**
     * Ask a witness; exactly one {@link FailoverEvent.Answered} with this number is to follow. For
     * {@link Witness#STORAGE}: a notify with empty payload on the images of the host's machines;
     * acknowledged by a client on this host is {@link Answer#LIVES}.
     *
     * @param ask number, only grows
     * @param timeout after which no answer is silence
     */
    record Ask(HostKey host, long ask, Witness witness, Duration timeout)
            implements FailoverAction {}

    /** Grant a lease that nobody renews. */
    record Grant(HostKey host, long ticket, Duration ttl) implements FailoverAction {}

    /** Commit; an outcome is always to follow. */
    record Commit(HostKey host, long ticket, Txn txn) implements FailoverAction {}

    /**
     * Make the storage refuse the host, look whether it does, and report: each address, and each
     * client from it that is listed. Clients too, so that an end of an older fence that comes late
     * gives nothing back: it names the clients of then. Not carried out when the record has another
     * token by now.
     *
     * @param declared which addresses; of a hyperconverged host every client from them on the disks
     *     of its machines
     * @param known what an earlier attempt under this token fenced already
     */
    record Fence(
            HostKey host,
            long token,
            HostDeclaration declared,
            List<String> known,
            Duration expiry,
            Duration timeout)
            implements FailoverAction {}

    /**
     * Switch the host off and look whether it is; beside the fence, of which it is no part. Not
     * carried out when the record has another token by now, or the host is back.
     */
    record SwitchOff(HostKey host, long token, Duration timeout) implements FailoverAction {}

    /** The host is fenced: put a task for each machine that was powered on into the store. */
    record Recover(HostKey host, long token) implements FailoverAction {}

    /** Destroy on the host what belongs elsewhere by now, and look whether anything is left. */
    record Clean(HostKey host, long token) implements FailoverAction {}

    /** Let the storage serve exactly these again, and look whether it does. */
    record Unfence(HostKey host, long token, List<String> fenced) implements FailoverAction {}
}
