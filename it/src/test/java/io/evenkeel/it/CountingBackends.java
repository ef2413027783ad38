package io.evenkeel.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.evenkeel.link.Link;
import io.evenkeel.link.LinkConfig;
import io.evenkeel.wire.link.LinkMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Backends that count what they work on, each on a port of its own and registered by a link of its
 * own. {@code /MILLIS} is answered after so long; no request waits for another.
 */
final class CountingBackends implements AutoCloseable {
    private final List<HttpServer> servers = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final AtomicInteger[] working;

    /** So many of a service, which know this gateway and learn of the others. */
    CountingBackends(int count, String service, String gateway) throws IOException {
        working = new AtomicInteger[count];
        for (int i = 0; i < count; i++) {
            AtomicInteger here = new AtomicInteger();
            working[i] = here;
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> answer(exchange, here));
            server.start();
            servers.add(server);
            links.add(
                    Link.register(
                            LinkConfig.of(service, "127.0.0.1:" + server.getAddress().getPort())
                                    .workload("counting-" + i)
                                    .gateways(List.of(gateway))
                                    .load(() -> new LinkMessage.Report(here.get(), -1, -1, -1))
                                    .build()));
        }
    }

    private static void answer(HttpExchange exchange, AtomicInteger here) throws IOException {
        here.incrementAndGet();
        try (exchange) {
            long millis = Long.parseLong(exchange.getRequestURI().getPath().substring(1));
            TimeUnit.MILLISECONDS.sleep(millis);
            exchange.sendResponseHeaders(204, -1);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            here.decrementAndGet();
        }
    }

    /** Whether each is linked with so many gateways. */
    boolean linkedWith(int gateways) {
        return links.stream().allMatch(link -> link.links() == gateways);
    }

    /** What each works on now. */
    int[] working() {
        int[] counts = new int[working.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = working[i].get();
        }
        return counts;
    }

    @Override
    public void close() {
        links.forEach(Link::leave);
        links.forEach(Link::close);
        servers.forEach(server -> server.stop(0));
    }
}
