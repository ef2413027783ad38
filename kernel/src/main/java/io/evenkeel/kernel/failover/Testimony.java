package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.util.List;
import java.util.Optional;

/**
 * What a further witness says of a host in question: that it was heard just now; the value of
 * {@link HostKeys#heardByLinks}. Written by whoever heard it, again and again for as long as it is
 * heard. What counts is that it comes, not that it is there; so one that arrives late, or twice,
 * can only hold back for longer. It takes effect only beside a procedure that is not confirmed yet,
 * and goes with it.
 *
 * @param by the gateway that heard it
 * @param detail in its words
 */
public record Testimony(String by, String detail) {

    /** What has to be read before {@link #of}. */
    public static RangeQuery about(HostKey host) {
        return RangeQuery.key(HostKeys.procedure(host));
    }

    /**
     * The txn that says it; empty if nobody wonders whether the host lives.
     *
     * @param read what {@link #about} found
     */
    public Optional<Txn> of(HostKey host, List<Entry> read) {
        if (read.isEmpty()
                || !(Stored.read(read.getFirst().value().toBytes(), Procedure.class)
                        instanceof Bound.Good<Procedure>(Procedure procedure))
                || procedure.stage().confirmed()) {
            return Optional.empty();
        }
        Compare same =
                Compare.createRevision(HostKeys.procedure(host), read.getFirst().createRevision());
        return Optional.of(
                new Txn(
                        List.of(same),
                        List.of(Op.put(HostKeys.heardByLinks(host), Value.of(Stored.write(this)))),
                        List.of()));
    }

    /** What an entry says; empty if it is not a testimony that can be read. */
    static Optional<FailoverEvent.SeenAlive> read(Entry entry) {
        HostKey host =
                HostKeys.parse(entry.key())
                        .filter(of -> of.part() == HostKeys.Part.HEARD_BY_LINKS)
                        .map(HostKeys.Of::host)
                        .orElse(null);
        return host != null
                        && Stored.read(entry.value().toBytes(), Testimony.class)
                                instanceof Bound.Good<Testimony>(Testimony said)
                ? Optional.of(
                        new FailoverEvent.SeenAlive(
                                host, Witness.LINKS, said.by() + ": " + said.detail()))
                : Optional.empty();
    }
}
