package io.evenkeel.control.api;

import io.evenkeel.control.audit.AuditTrail;
import io.evenkeel.control.metrics.Metrics;
import io.evenkeel.kernel.image.ImagePublisher;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.kernel.permission.PermissionPort;
import io.evenkeel.kernel.placement.PlacementSettings;
import io.evenkeel.kernel.registry.Refusal;
import io.evenkeel.kernel.store.Store;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The API, listening. Thread-safe. */
public final class ApiServer implements AutoCloseable {
    private final ApiContext context;
    private final Listener listener;

    /** Something that listens; what the HTTP library's adapter gives. */
    public interface Listener extends AutoCloseable {
        /** The port really bound. */
        int port();

        @Override
        void close();
    }

    /** Begins to listen, and hands requests to a service. */
    @FunctionalInterface
    public interface Listening {
        /**
         * Binds and serves.
         *
         * @throws RuntimeException when the address cannot be bound
         */
        Listener start(ApiListen listen, ApiService service);
    }

    private ApiServer(ApiContext context, Listener listener) {
        this.context = context;
        this.listener = listener;
    }

    /**
     * Listens.
     *
     * @param listening the HTTP library's adapter
     * @param version of Evenkeel
     * @param gateway the gateway in this process, if there is one
     * @param trail the audit trail
     * @param refusals registrations that were refused, the latest first
     * @param uids a fresh uid at each call
     * @param readOnly whether changes are refused: others take them
     * @param ready whether the rest of the process does its work
     * @param hypervisor the hosts' libvirts, if this process can ask them
     * @param placement how hosts are ranked
     * @throws RuntimeException when the address cannot be bound
     */
    public static ApiServer start(
            Listening listening,
            ApiListen listen,
            String version,
            Store store,
            Optional<SeenGateway> gateway,
            AuditTrail trail,
            Supplier<List<Refusal>> refusals,
            ApiCounters counters,
            Metrics metrics,
            PermissionPort permissions,
            InstantSource clock,
            Supplier<String> uids,
            boolean readOnly,
            BooleanSupplier ready,
            Optional<Hypervisor> hypervisor,
            PlacementSettings placement) {
        ApiContext context =
                new ApiContext(
                        store,
                        new ResourceOperations(store),
                        new ImageFollower(),
                        new ObjectHistory(new StoreAccess(store), trail, refusals),
                        new PagedImages(),
                        gateway.orElse(null),
                        clock,
                        uids,
                        permissions,
                        counters,
                        new OpenWatches(),
                        hypervisor.orElse(null),
                        placement);
        List<ApiRoute> routes =
                ApiRoutes.of(context, new SystemHandlers(context, version, ready, metrics));
        List<ApiRoute> open = readOnly ? routes.stream().map(ApiServer::reading).toList() : routes;
        ApiService service = new ApiService(new ApiRouter(open, permissions), counters);
        return new ApiServer(context, listening.start(listen, service));
    }

    private static ApiRoute reading(ApiRoute route) {
        return route.method().equals("GET")
                ? route
                : route.handledBy(request -> {
                    throw new ProblemException(
                            ApiProblem.of(
                                    ProblemType.MISDIRECTED,
                                    "process: a gateway, which shows what it sees (expected: a"
                                            + " control); send the change to one of those that"
                                            + " `evenkeel members` lists"));
                });
    }

    /** Where images are to be published. */
    public ImagePublisher images() {
        return context.images();
    }

    /** Changes to the store, for other parts of control. */
    public ResourceOperations operations() {
        return context.operations();
    }

    /** The port really bound. */
    public int port() {
        return listener.port();
    }

    @Override
    public void close() {
        context.watches().close();
        listener.close();
    }
}
