package io.evenkeel.control.api;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.store.Change;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Watch;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Resources;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One watch: which resources changed, told as what they are now.
 *
 * <p>Level-triggered: an event shows the resource at least as new as the event's revision, so that
 * a reader who falls behind is told the present and not the whole story. Bounded: a few batches
 * wait here, the store's history waits behind them; a reader too slow even for that is told to
 * begin anew, and one who does not read at all is cut by the connection's idle timeout.
 */
final class WatchFeed implements ApiReply.Feed, WatchListener {
    /** Silence after which a bookmark is sent; well under the connection's idle timeout. */
    static final Duration HEARTBEAT = Duration.ofSeconds(3);

    private static final int WAITING_BATCHES = 64;

    private final ApiContext context;
    private final Kind kind;
    private final String tenant;
    private final Optional<String> service;
    private final LabelSelector selector;
    private final long from;
    private final BlockingQueue<Object> waiting = new ArrayBlockingQueue<>(WAITING_BATCHES);
    private volatile boolean over;
    private long revision;

    /**
     * A watch.
     *
     * @param from first revision of interest, 0 to begin with the present state
     */
    WatchFeed(
            ApiContext context,
            Kind kind,
            String tenant,
            Optional<String> service,
            LabelSelector selector,
            long from) {
        this.context = context;
        this.kind = kind;
        this.tenant = tenant;
        this.service = service;
        this.selector = selector;
        this.from = from;
    }

    @Override
    public void run(ApiReply.LineSink sink) throws IOException, InterruptedException {
        try {
            long next = from;
            if (from > 0) {
                revision = from - 1;
                bookmark(sink);
            } else {
                next = present(sink);
            }
            while (true) {
                Optional<WatchEnd> end = follow(next, sink);
                if (end.isEmpty() || end.get().reason() != WatchEnd.Reason.RESYNC) {
                    end(sink, end.map(WatchEnd::message).orElse("the API stops"));
                    return;
                }
                sink.send(
                        Json.writer()
                                .start()
                                .put("type", "resync")
                                .put("revision", end.get().revision())
                                .put("reason", "the history up to this revision is gone")
                                .end()
                                .text());
                next = present(sink);
            }
        } catch (IOException e) {
            context.counters().cutWatch();
            throw e;
        } finally {
            over = true;
            waiting.clear();
            context.watches().remove(this);
            context.counters().closeWatch();
        }
    }

    /** Ends the watch from outside; the reader is told. */
    void stop() {
        over = true;
        // Wakes the reader; when the queue is full, it is awake.
        boolean told = waiting.offer(new WatchEnd(WatchEnd.Reason.CLOSED, 0, "the API stops"));
        assert told || !waiting.isEmpty();
    }

    @Override
    public void onBatch(WatchBatch batch) {
        enqueue(batch);
    }

    @Override
    public void onEnd(WatchEnd end) {
        enqueue(end);
    }

    private void enqueue(Object item) {
        try {
            // Blocks the store's delivery to this watch alone, which the store bounds.
            while (!over && !waiting.offer(item, 100, TimeUnit.MILLISECONDS)) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException e) {
            over = true;
            Thread.currentThread().interrupt();
        }
    }

    /** Sends the present state and answers the revision that follows it. */
    private long present(ApiReply.LineSink sink) throws IOException, InterruptedException {
        ResourceViews views = context.freshViews();
        for (String name : views.names(kind, tenant, service).keySet()) {
            show(views, name, views.image().revision(), sink, false);
        }
        revision = views.image().revision();
        bookmark(sink);
        return revision + 1;
    }

    /** Follows until the store's watch ends, or, with no end, until the API stops. */
    private Optional<WatchEnd> follow(long next, ApiReply.LineSink sink)
            throws IOException, InterruptedException {
        waiting.clear();
        Watch watch = context.store().watch(Keys.ROOT, next, this);
        try {
            while (!over) {
                Object item = waiting.poll(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
                switch (item) {
                    case null -> bookmark(sink);
                    case WatchBatch batch -> tell(batch, sink);
                    case WatchEnd end -> {
                        return Optional.of(end);
                    }
                    default -> throw new IllegalStateException("not of a watch: " + item);
                }
            }
            return Optional.empty();
        } finally {
            watch.close();
        }
    }

    private void tell(WatchBatch batch, ApiReply.LineSink sink)
            throws IOException, InterruptedException {
        Map<String, Boolean> touched = new LinkedHashMap<>();
        for (Change change : batch.changes()) {
            Keys.parse(change.key()).ifPresent(key -> touch(key, change, touched));
        }
        if (!touched.isEmpty()) {
            ClusterImage image = context.images().imageWith(batch.revision());
            // Without what gateways see: that changes with every request, and has no revision.
            ResourceViews views = new ResourceViews(image, null, context.clock());
            for (String name : touched.keySet()) {
                show(views, name, batch.revision(), sink, true);
            }
        }
        revision = batch.revision();
    }

    /** Notes the resource whose view a change may alter. */
    private void touch(Keys.Key key, Change change, Map<String, Boolean> touched) {
        if (!key.tenant().equals(tenant)) {
            return;
        }
        boolean ofKind = key.kind().equals(kind.plural());
        switch (key.area()) {
            case SPEC, ASSIGN -> {
                if (ofKind) {
                    touched.put(key.name(), true);
                } else if (kind == Kind.SERVICE && key.kind().equals(Kind.ENDPOINT.plural())) {
                    serviceOf(key, change).ifPresent(name -> touched.put(name, true));
                }
            }
            case PRESENCE -> {
                if (kind == Kind.ENDPOINT) {
                    touched.put(key.name(), true);
                } else if (kind == Kind.SERVICE) {
                    serviceOf(key, change).ifPresent(name -> touched.put(name, true));
                }
            }
            case STATUS -> {
                if (ofKind) {
                    touched.put(key.name(), true);
                }
            }
            case LOCK -> {
                if (ofKind && kind == Kind.HOST) {
                    touched.put(Keys.hostOf(key).name(), true);
                }
            }
            case TASK, AUDIT, DECISION -> {}
        }
    }

    private Optional<String> serviceOf(Keys.Key key, Change change) {
        Entry entry = change instanceof Change.Put put ? put.entry() : change.previous();
        if (key.area() == Keys.Area.SPEC && entry != null) {
            ResourceKey endpoint = new ResourceKey(Kind.ENDPOINT, key.tenant(), key.name());
            Resource<?, ?> resource = ResourceOperations.resource(endpoint, entry);
            return Optional.of(((EndpointSpec) resource.spec()).service());
        }
        return context.views(context.images().image())
                .find(Kind.ENDPOINT, key.tenant(), key.name())
                .map(found -> ((EndpointSpec) found.spec()).service());
    }

    private void show(
            ResourceViews views, String name, long at, ApiReply.LineSink sink, boolean tellGone)
            throws IOException {
        Optional<Resource<?, ?>> resource =
                views.find(kind, tenant, name).filter(found -> selected(views, found));
        if (resource.isPresent()) {
            sink.send(
                    Json.writer()
                            .start()
                            .put("type", "put")
                            .put("revision", at)
                            .put("object", Resources.tree(resource.get()))
                            .end()
                            .text());
        } else if (tellGone) {
            sink.send(
                    Json.writer()
                            .start()
                            .put("type", "delete")
                            .put("revision", at)
                            .put("tenant", tenant)
                            .put("name", name)
                            .end()
                            .text());
        }
    }

    private boolean selected(ResourceViews views, Resource<?, ?> resource) {
        boolean ofService =
                service.isEmpty()
                        || (resource.spec() instanceof EndpointSpec endpoint
                                && endpoint.service().equals(service.get()));
        Metadata labels = views.selectable(resource);
        return ofService && selector.selects(labels);
    }

    private void bookmark(ApiReply.LineSink sink) throws IOException {
        sink.send(
                Json.writer()
                        .start()
                        .put("type", "bookmark")
                        .put("revision", revision)
                        .end()
                        .text());
    }

    private void end(ApiReply.LineSink sink, String reason) throws IOException {
        sink.send(
                Json.writer()
                        .start()
                        .put("type", "end")
                        .put("revision", revision)
                        .put("reason", reason)
                        .end()
                        .text());
    }
}
