package io.evenkeel.gateway.proxy;

import io.evenkeel.gateway.http1.HeadEditor;
import io.evenkeel.gateway.net.Acceptor;
import io.evenkeel.gateway.net.BufferPool;
import io.evenkeel.gateway.net.Connection;
import io.evenkeel.gateway.net.ConnectionHandler;
import io.evenkeel.gateway.net.Listener;
import io.evenkeel.gateway.net.NetLoop;
import io.evenkeel.gateway.observe.LoopObserver;
import io.evenkeel.gateway.pool.Dialer;
import io.evenkeel.gateway.pool.EndpointPool;
import io.evenkeel.gateway.source.SourceRules;
import io.evenkeel.kernel.balancing.Node;
import io.evenkeel.kernel.balancing.PickContext;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The proxy on one loop: what its connections share. Everything here belongs to the loop's thread.
 */
public final class ProxyLoop implements Acceptor {
    private static final int MOST_SPARE_EXCHANGES = 1024;

    private final NetLoop net;
    private final int index;
    private final ProxySettings settings;
    private final Supplier<Directory> directory;
    private final SourceFinder sources;
    private final Scratch scratch = new Scratch();
    private final BufferPool buffers;
    private final HeadEditor editor;
    private final PickContext pickContext;
    private final List<Exchange> spareExchanges = new ArrayList<>();
    private final ClientList clients = new ClientList();
    private final Deadlines deadlines;
    private final Sessions sessions;
    private final HeadView headView = new HeadView();
    private final Routing routing = new Routing(this);
    private final Mirrors mirrors = new Mirrors(this);
    private final LoopObserver observer;
    private @Nullable Listener listener;
    private boolean draining;

    /**
     * A proxy without connections.
     *
     * @param index the loop's number among those of its gateway, from 0
     * @param directory the snapshot to route by, read once a request
     * @param sources how it finds out who its clients are
     * @param sessionKey what session cookies are signed with
     * @param observer what this loop notes about its requests
     * @param random for picks; not shared with another loop
     */
    public ProxyLoop(
            NetLoop net,
            int index,
            ProxySettings settings,
            Supplier<Directory> directory,
            SourceRules sources,
            SessionKey sessionKey,
            LoopObserver observer,
            RandomGenerator random) {
        this.net = net;
        this.observer = observer;
        this.index = index;
        this.settings = settings;
        this.directory = directory;
        this.sources = new SourceFinder(sources);
        sessions = new Sessions(sessionKey);
        deadlines = new Deadlines(settings);
        buffers = new BufferPool(settings.bufferBytes());
        editor = new HeadEditor(settings.pseudonym());
        pickContext = new PickContext(random);
    }

    /** The listener whose clients come here, so that it can be paused when there are too many. */
    public void listener(Listener listener) {
        this.listener = listener;
    }

    @Override
    public ConnectionHandler accepted(Connection connection) {
        ClientConnection client = new ClientConnection(this, connection);
        clients.add(client);
        if (clients.size() >= settings.maxConnections() && listener != null) {
            listener.accepting(false);
        }
        return client.first();
    }

    /** Clients connected. */
    public int connections() {
        return clients.size();
    }

    /** Requests of clients under way. */
    public int requests() {
        return clients.requests();
    }

    /** Buffers of this loop. */
    public BufferPool buffers() {
        return buffers;
    }

    /**
     * Accepts nobody any more, closes idle clients, and closes the others behind the reply they
     * wait for.
     */
    public void drain() {
        draining = true;
        if (listener != null) {
            listener.close();
        }
        clients.closeIdle();
    }

    /** The endpoint has left: its idle connections go, its requests run on. */
    public void forget(Node node) {
        if (node.attachment(index) instanceof LoopEndpoint endpoint) {
            if (node.isGone()) {
                endpoint.pool().close();
            } else {
                endpoint.pool().closeIdle();
            }
        }
    }

    /** Whether requests of this loop run at this endpoint. */
    public boolean requestsAt(Node node) {
        return node.attachment(index) instanceof LoopEndpoint endpoint
                && endpoint.pool().leased() > 0;
    }

    /** Requests at this endpoint are cut, its idle connections closed: it is dead or replaced. */
    public void cut(Node node) {
        if (requestsAt(node)) {
            clients.cut(node);
            mirrors.cut(node);
        }
        forget(node);
    }

    NetLoop net() {
        return net;
    }

    int index() {
        return index;
    }

    ProxySettings settings() {
        return settings;
    }

    Directory directory() {
        return directory.get();
    }

    SourceFinder sources() {
        return sources;
    }

    Scratch scratch() {
        return scratch;
    }

    HeadEditor editor() {
        return editor;
    }

    PickContext pickContext() {
        return pickContext;
    }

    LoopObserver observer() {
        return observer;
    }

    HeadView headView() {
        return headView;
    }

    Routing routing() {
        return routing;
    }

    Mirrors mirrors() {
        return mirrors;
    }

    Sessions sessions() {
        return sessions;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    boolean draining() {
        return draining;
    }

    void closed(ClientConnection client) {
        clients.remove(client);
        if (listener != null && !draining && clients.size() == settings.maxConnections() - 1) {
            listener.accepting(true);
        }
    }

    /** This loop's connections to an endpoint; null if nobody knows where it is. */
    @Nullable LoopEndpoint endpoint(UpstreamService service, Node node) {
        if (node.attachment(index) instanceof LoopEndpoint endpoint) {
            return endpoint;
        }
        EndpointPool pool = pool(service, node);
        if (pool == null) {
            return null;
        }
        LoopEndpoint made = new LoopEndpoint(pool, service.meter(index).endpoint(node.id()));
        node.attach(index, made);
        return made;
    }

    private @Nullable EndpointPool pool(UpstreamService service, Node node) {
        ServicePolicy policy = service.policy();
        Dialer tunnel = service.tunnel(node, net);
        if (tunnel != null) {
            return new EndpointPool(
                    net,
                    tunnel,
                    false,
                    service.connections(node),
                    policy.maxIdle(),
                    policy.keepAliveNanos());
        }
        InetSocketAddress address = service.address(node);
        return address == null
                ? null
                : new EndpointPool(
                        net,
                        address,
                        service.connections(node),
                        policy.maxIdle(),
                        policy.keepAliveNanos());
    }

    Exchange takeExchange(ClientConnection client) {
        Exchange exchange =
                spareExchanges.isEmpty()
                        ? new Exchange(this)
                        : spareExchanges.remove(spareExchanges.size() - 1);
        exchange.begin(client);
        return exchange;
    }

    void giveBack(Exchange exchange) {
        if (spareExchanges.size() < MOST_SPARE_EXCHANGES) {
            spareExchanges.add(exchange);
        }
    }
}
