package io.evenkeel.store.etcd;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeResponse;
import io.evenkeel.kernel.store.Compacted;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Rejected;
import io.evenkeel.store.etcd.Calls.Answer;
import io.evenkeel.store.etcd.Calls.Repeat;
import io.evenkeel.store.etcd.WatchReader.Step;
import io.evenkeel.store.etcd.WatchStream.Heard;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads of any size, in pages at one revision, so that neither side holds a huge message. Page
 * sizes follow the entries seen. Thread-safe.
 */
final class Ranges {
    /** With values of the largest size it still fits into a message. */
    private static final int FIRST_PAGE = 128;

    private static final int LONGEST_PAGE = 10_000;
    private static final long PAGE_BYTES = 2 << 20;

    /** Any key: only the revision that comes with the answer counts. */
    private static final RangeQuery ANY = RangeQuery.key("/").counting();

    private final Calls calls;
    private final EtcdMapping mapping;

    Ranges(Calls calls, EtcdMapping mapping) {
        this.calls = calls;
        this.mapping = mapping;
    }

    /** The cluster's newest revision, 0 when it could not be learnt. */
    long newestRevision(long endNanos) {
        return page(ANY, endNanos) instanceof RangeResult.Range range ? range.revision() : 0;
    }

    RangeResult read(RangeQuery query, long endNanos) {
        while (true) {
            RangeResult result = pages(query, endNanos);
            // What we read at a revision of our own choice may be compacted from under us: anew.
            if (!(result instanceof Compacted) || query.revision() > 0) {
                return result;
            }
        }
    }

    private RangeResult pages(RangeQuery query, long endNanos) {
        List<Entry> entries = new ArrayList<>();
        RangeQuery rest = query;
        RangeResult.Range first = null;
        int most = FIRST_PAGE;
        while (true) {
            int left = query.limit() == 0 ? most : query.limit() - entries.size();
            RangeResult result = page(rest.limit(Math.min(most, left)), endNanos);
            if (!(result instanceof RangeResult.Range range)) {
                return result;
            }
            first = first == null ? range : first;
            entries.addAll(range.entries());
            if (!range.more() || entries.size() == query.limit()) {
                return new RangeResult.Range(
                        entries, first.count(), range.more(), first.revision());
            }
            rest = rest.after(range.entries().getLast().key());
            rest = rest.revision() == 0 ? rest.at(first.revision()) : rest;
            most = pageFor(range);
        }
    }

    private static int pageFor(RangeResult.Range seen) {
        long bytes = 0;
        for (Entry entry : seen.entries()) {
            bytes += entry.key().length() + entry.value().size();
        }
        return Math.clamp(PAGE_BYTES * seen.entries().size() / Math.max(bytes, 1), 1, LONGEST_PAGE);
    }

    private RangeResult page(RangeQuery query, long endNanos) {
        Answer<RangeResponse> answer =
                calls.call(
                        KVGrpc.getRangeMethod(), mapping.range(query), Repeat.HARMLESS, endNanos);
        return switch (answer) {
            case Answer.Reply<RangeResponse>(RangeResponse response) ->
                    mapping.range(query, response);
            case Answer.Failure<RangeResponse> failure -> {
                if (Refusals.isCompacted(failure.status())) {
                    yield new Compacted(compactedUpTo(query.revision(), endNanos));
                }
                if (Refusals.isFuture(failure.status())) {
                    yield Refusals.future(query.revision());
                }
                String members = calls.members().toString();
                Rejected certain =
                        Refusals.isAnswer(failure.status())
                                ? Refusals.rejected(failure, members)
                                : null;
                yield certain != null ? certain : Refusals.unknown(failure, members);
            }
        };
    }

    /**
     * How far history is gone, seeing that it can't be read at {@code revision}. etcd tells that
     * only to watches; without an answer in time it is that revision at least.
     */
    long compactedUpTo(long revision, long endNanos) {
        try (WatchStream stream =
                new WatchStream(calls.members().current(), mapping.watch("/", revision))) {
            WatchReader reader = new WatchReader(mapping, revision);
            while (stream.next(endNanos - System.nanoTime()) instanceof Heard.Response heard) {
                if (reader.read(heard.message()) instanceof Step.Resync gone) {
                    return gone.revision();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return revision;
    }
}
