package io.evenkeel.control.api;

import io.evenkeel.control.core.ResourceWrites.Present;
import io.evenkeel.control.core.Step;
import io.evenkeel.kernel.store.Compare;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.StoreLimits;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import io.evenkeel.model.tree.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Carries out decided changes: reads the present, lets a pure function decide on it, commits under
 * the decision's compares, and decides anew when somebody was faster. Thread-safe; calls block as
 * long as the store may.
 */
public final class ResourceOperations {
    /** Times a change is decided anew before the caller is told that others are faster. */
    private static final int ATTEMPTS = 16;

    /** Three operations each at most, and two compares. */
    private static final int CHANGES_PER_TXN = StoreLimits.DEFAULT.opsPerTxn() / 3;

    private final StoreAccess store;

    /** Operations on a store. */
    public ResourceOperations(Store store) {
        this.store = new StoreAccess(store);
    }

    /** A wanted change: decided on the present by a pure function, possibly several times. */
    public record Wanted(ResourceKey key, Function<Present, Step> decision) {}

    /**
     * What came of a change.
     *
     * @param resource the resource after it, with the revision it then has
     */
    public record Done(Step.Outcome outcome, Resource<?, ?> resource, long revision) {}

    /**
     * Carries out changes, each transaction as many as fit. Of one transaction either all are done
     * or none.
     *
     * @param dryRun decide only
     * @return what came of each, in order
     * @throws ProblemException for the first that is refused; what earlier transactions wrote
     *     stays, and the problem says how much that is
     */
    public List<Done> carryOut(List<Wanted> wanted, boolean dryRun) {
        List<Done> done = new ArrayList<>(wanted.size());
        for (int from = 0; from < wanted.size(); from += CHANGES_PER_TXN) {
            List<Wanted> part =
                    wanted.subList(from, Math.min(wanted.size(), from + CHANGES_PER_TXN));
            try {
                done.addAll(carryOutTogether(part, dryRun));
            } catch (ProblemException e) {
                throw from == 0 ? e : new ProblemException(after(from, e.problem()));
            }
        }
        return done;
    }

    /**
     * What keeps changes from being carried out as things are, by their index; writes nothing.
     *
     * @throws ProblemException when the store can't be read
     */
    public SortedMap<Integer, ApiProblem> refusals(List<Wanted> wanted) {
        SortedMap<Integer, ApiProblem> refusals = new TreeMap<>();
        for (int from = 0; from < wanted.size(); from += StoreLimits.DEFAULT.opsPerTxn()) {
            int to = Math.min(wanted.size(), from + StoreLimits.DEFAULT.opsPerTxn());
            List<Step> steps = steps(wanted.subList(from, to));
            for (int i = from; i < to; i++) {
                if (steps.get(i - from) instanceof Step.Refused refused) {
                    refusals.put(i, Refusals.problem(wanted.get(i).key(), refused));
                }
            }
        }
        return refusals;
    }

    /** One change. */
    public Done carryOut(Wanted wanted) {
        return carryOut(List.of(wanted), false).getFirst();
    }

    /** Every resource of a source, over all kinds and tenants. */
    public List<Resource<?, ?>> ownedBy(Source source) {
        List<Resource<?, ?>> owned = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            RangeQuery query = RangeQuery.prefix(Keys.prefix(Keys.Area.SPEC, kind.plural()));
            for (Entry entry : store.range(query).entries()) {
                Keys.parse(entry.key())
                        .map(key -> new ResourceKey(kind, key.tenant(), key.name()))
                        .map(key -> resource(key, entry))
                        .filter(resource -> resource.metadata().source() == source)
                        .ifPresent(owned::add);
            }
        }
        return owned;
    }

    private List<Done> carryOutTogether(List<Wanted> wanted, boolean dryRun) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Step> steps = decide(wanted);
            List<Compare> compares = new ArrayList<>();
            List<Op> ops = new ArrayList<>();
            for (Step step : steps) {
                if (step instanceof Step.Change change) {
                    compares.addAll(change.compares());
                    ops.addAll(change.ops());
                }
            }
            if (ops.isEmpty() || dryRun) {
                return done(steps, 0);
            }
            Optional<Long> revision = store.write(new Txn(compares, ops, List.of()));
            if (revision.isPresent()) {
                return done(steps, revision.get());
            }
        }
        throw Refusals.contended(wanted.getFirst().key(), ATTEMPTS);
    }

    private List<Step> decide(List<Wanted> wanted) {
        List<Step> steps = steps(wanted);
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof Step.Refused refused) {
                throw new ProblemException(Refusals.problem(wanted.get(i).key(), refused));
            }
        }
        return steps;
    }

    /** The decisions on the present, read at one revision. */
    private List<Step> steps(List<Wanted> wanted) {
        List<String> keys = new ArrayList<>(wanted.size());
        for (Wanted one : wanted) {
            keys.add(one.key().specKey());
        }
        StoreAccess.Snapshot snapshot = store.read(keys);
        List<Step> steps = new ArrayList<>(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            Wanted one = wanted.get(i);
            Present present =
                    new Present(
                            snapshot.entries().get(i).map(entry -> resource(one.key(), entry)),
                            snapshot.revision());
            steps.add(one.decision().apply(present));
        }
        return steps;
    }

    /** The resource under a spec key, without status. */
    static Resource<?, ?> resource(ResourceKey key, Entry entry) {
        Bound<Resource<?, ?>> read =
                Stored.resource(
                        new Keys.Key(Keys.Area.SPEC, key.kind().plural(), key.tenant(), key.name()),
                        entry.value().toBytes(),
                        entry.modRevision());
        return read.orElseThrow();
    }

    private static List<Done> done(List<Step> steps, long revision) {
        List<Done> done = new ArrayList<>(steps.size());
        for (Step step : steps) {
            switch (step) {
                case Step.Same(Resource<?, ?> present) ->
                        done.add(
                                new Done(
                                        Step.Outcome.UNCHANGED,
                                        present,
                                        present.metadata().revision()));
                case Step.Change change ->
                        done.add(
                                new Done(
                                        change.outcome(),
                                        change.after()
                                                .with(
                                                        change.after()
                                                                .metadata()
                                                                .atRevision(revision)),
                                        revision));
                case Step.Refused _ ->
                        throw new IllegalStateException("a refused step was carried out");
            }
        }
        return done;
    }

    private static ApiProblem after(int written, ApiProblem problem) {
        return new ApiProblem(
                problem.type(),
                problem.detail()
                        + "; the first "
                        + written
                        + " resources of the body were written, the rest was not",
                problem.problems(),
                problem.owner(),
                problem.revision(),
                problem.headers(),
                problem.status());
    }
}
