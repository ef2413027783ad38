package io.evenkeel.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.control.api.SeenGateway;
import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.image.ImageDelta;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.RangeQuery;
import io.evenkeel.kernel.store.RangeResult;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.kernel.store.WatchBatch;
import io.evenkeel.kernel.store.WatchEnd;
import io.evenkeel.kernel.store.WatchListener;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.ResourceKey;
import io.evenkeel.model.Source;
import io.evenkeel.model.Stored;
import io.evenkeel.store.embedded.EmbeddedConfig;
import io.evenkeel.store.embedded.EmbeddedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Control over a real embedded store, with images fed from it, and a client. */
public final class RunningControl implements AutoCloseable {
    /** Reads replies. */
    public static final JsonMapper JSON = JsonMapper.shared();

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Store store;
    private final ControlServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private final SeenImage seen;

    private final List<Refusal> refusals;

    private RunningControl(
            Store store, ControlServer server, SeenImage seen, List<Refusal> refusals) {
        this.refusals = refusals;
        this.store = store;
        this.server = server;
        this.seen = seen;
    }

    /** The image that the API has, and a way to wait for one. */
    private static final class SeenImage implements ImagePublisher {
        private ClusterImage image = ClusterImage.EMPTY;

        @Override
        public synchronized void publish(ImageDelta delta) {
            image = delta.after();
            notifyAll();
        }

        synchronized ClusterImage await(Predicate<ClusterImage> wanted)
                throws InterruptedException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!wanted.test(image)) {
                long leftMillis = (end - System.nanoTime()) / 1_000_000;
                assertThat(leftMillis).as("image as wanted in time: %s", image).isPositive();
                wait(leftMillis);
            }
            return image;
        }
    }

    /** Starts it on a free port, the store in {@code directory}. */
    public static RunningControl in(Path directory) {
        return in(directory, Optional.empty(), UnaryOperator.identity());
    }

    /** Starts one that can ask these hosts. */
    public static RunningControl asking(Path directory, Hypervisor hypervisor) {
        return in(directory, Optional.empty(), UnaryOperator.identity(), Optional.of(hypervisor));
    }

    /** Starts it with a gateway to show and another configuration. */
    public static RunningControl in(
            Path directory,
            Optional<SeenGateway> gateway,
            UnaryOperator<ControlConfig> configuration) {
        return in(directory, gateway, configuration, Optional.empty());
    }

    private static RunningControl in(
            Path directory,
            Optional<SeenGateway> gateway,
            UnaryOperator<ControlConfig> configuration,
            Optional<Hypervisor> hypervisor) {
        Store store = EmbeddedStore.open(EmbeddedConfig.at(directory));
        ControlConfig config = configuration.apply(ControlConfig.onLoopback(0, "test"));
        List<Refusal> refusals = new CopyOnWriteArrayList<>();
        ControlServer server;
        try {
            server =
                    ControlServer.start(
                            config,
                            store,
                            gateway,
                            () -> refusals,
                            List.of(),
                            List.of(),
                            () -> true,
                            hypervisor);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        SeenImage seen = new SeenImage();
        ImagePublisher images = server.images();
        feed(
                store,
                delta -> {
                    images.publish(delta);
                    seen.publish(delta);
                });
        return new RunningControl(store, server, seen, refusals);
    }

    /** Feeds images of the store to a publisher. */
    private static void feed(Store store, ImagePublisher publisher) {
        ImageBuilder builder = new ImageBuilder();
        RangeResult.Range present =
                (RangeResult.Range) store.range(RangeQuery.prefix(Keys.ROOT), PATIENCE);
        publisher.publish(builder.load(present.entries(), present.revision()));
        store.watch(
                Keys.ROOT,
                present.revision() + 1,
                new WatchListener() {
                    @Override
                    public void onBatch(WatchBatch batch) {
                        publisher.publish(builder.apply(batch));
                    }

                    @Override
                    public void onEnd(WatchEnd end) {}
                });
    }

    /** Waits until the API's image is as wanted. */
    public ClusterImage await(Predicate<ClusterImage> wanted) throws InterruptedException {
        return seen.await(wanted);
    }

    /** Waits until a condition of a resource has this reason, then gets the resource. */
    public Answer awaitReason(Kind kind, String name, String reason) throws InterruptedException {
        ResourceKey key = new ResourceKey(kind, "default", name);
        await(image ->
                image.status(key).conditions().stream()
                        .anyMatch(condition -> condition.reason().equals(reason)));
        return get("/v1/" + kind.plural() + "/" + name);
    }

    /** Has the registry refuse a registration. */
    public void refused(Refusal refusal) {
        refusals.addFirst(refusal);
    }

    /** The store underneath. */
    public Store store() {
        return store;
    }

    /** Where the API listens. */
    public int port() {
        return server.port();
    }

    /** Where the API listens, as a URI. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    /** A status, its headers and a JSON body. */
    public record Answer(HttpResponse<String> response) {
        /** The status. */
        public int status() {
            return response.statusCode();
        }

        /** The body as JSON. */
        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        /** The text at a JSON pointer; empty when there is none. */
        public String at(String pointer) {
            JsonNode node = json().at(pointer);
            return node.isMissingNode() ? "" : node.asString();
        }
    }

    /** A request with a body; header names and values alternate. */
    public Answer send(String method, String path, String type, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path))
                        .timeout(Duration.ofSeconds(20))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A GET. */
    public Answer get(String path, String... headers) {
        return send("GET", path, "", "", headers);
    }

    /** A PUT of YAML. */
    public Answer put(String path, String yaml, String... headers) {
        return send("PUT", path, "application/yaml", yaml, headers);
    }

    /** A POST of YAML. */
    public Answer post(String path, String yaml, String... headers) {
        return send("POST", path, yaml.isEmpty() ? "" : "application/yaml", yaml, headers);
    }

    /** A DELETE. */
    public Answer delete(String path, String... headers) {
        return send("DELETE", path, "", "", headers);
    }

    /** Writes an endpoint as its own registration would, present at gateway {@code gw-1}. */
    public void register(String service, String endpoint, String address) {
        Metadata metadata = Metadata.of("default", endpoint, Source.LINK);
        Resource<?, ?> resource =
                Resource.of(metadata, EndpointSpec.of(service, HostPort.parse(address)));
        commit(
                Op.put(
                        Keys.spec(Kind.ENDPOINT, "default", endpoint),
                        Value.of(Stored.spec(resource))));
    }

    /** Commits straight to the store. */
    public long commit(Op... ops) {
        return ((TxnOutcome.Committed) store.txn(Txn.of(ops), PATIENCE)).revision();
    }

    @Override
    public void close() {
        server.close();
        store.close();
        client.close();
    }
}
