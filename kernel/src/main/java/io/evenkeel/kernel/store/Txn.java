package io.evenkeel.kernel.store;

import java.util.ArrayList;
import java.util.List;

/**
 * If every compare holds, all operations happen at one revision; otherwise none does, and the
 * otherwise-reads are answered. (etcd also allows writes in the second branch; nothing here needs
 * them, and without them "refused" always means "nothing written".)
 *
 * @param compares conditions, all of which must hold
 * @param ops what to do then; no key may be written twice
 * @param otherwise what to read if a compare fails
 */
public record Txn(List<Compare> compares, List<Op> ops, List<RangeQuery> otherwise) {
    public Txn {
        compares = List.copyOf(compares);
        ops = List.copyOf(ops);
        otherwise = List.copyOf(otherwise);
    }

    /** A txn without conditions. */
    public static Txn of(Op... ops) {
        return new Txn(List.of(), List.of(ops), List.of());
    }

    public static Builder when(Compare... compares) {
        return new Builder().when(compares);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts of a txn. Not thread-safe. */
    public static final class Builder {
        private final List<Compare> compares = new ArrayList<>();
        private final List<Op> ops = new ArrayList<>();
        private final List<RangeQuery> otherwise = new ArrayList<>();

        private Builder() {}

        public Builder when(Compare... conditions) {
            compares.addAll(List.of(conditions));
            return this;
        }

        public Builder then(Op... operations) {
            ops.addAll(List.of(operations));
            return this;
        }

        public Builder otherwise(RangeQuery... reads) {
            otherwise.addAll(List.of(reads));
            return this;
        }

        public Txn build() {
            return new Txn(compares, ops, otherwise);
        }
    }
}
