package io.evenkeel.bench;

import com.sun.net.httpserver.HttpServer;
import io.evenkeel.link.Link;
import io.evenkeel.link.LinkConfig;
import io.evenkeel.link.LinkListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A backend in this process that notes when it was admitted and when its first request came. */
final class Newcomer implements AutoCloseable {
    private final CompletableFuture<Long> admitted = new CompletableFuture<>();
    private final CompletableFuture<Long> served = new CompletableFuture<>();
    private final HttpServer server;
    private final Link link;

    Newcomer(String gateway, String service, String workload) throws IOException {
        this(gateway, service, workload, 1);
    }

    /** One that has served when it has got requests of so many paths. */
    Newcomer(String gateway, String service, String workload, int paths) throws IOException {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    seen.add(exchange.getRequestURI().getPath());
                    if (seen.size() >= paths) {
                        served.complete(System.nanoTime());
                    }
                    byte[] body = workload.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        link =
                Link.register(
                        LinkConfig.of(service, "127.0.0.1:" + server.getAddress().getPort())
                                .workload(workload)
                                .gateways(List.of(gateway))
                                .listener(
                                        new LinkListener() {
                                            @Override
                                            public void registered(
                                                    String by, String endpoint, long epoch) {
                                                admitted.complete(System.nanoTime());
                                            }
                                        })
                                .build());
    }

    /**
     * Milliseconds from hearing of the admission to the first request; 0 if that came even before.
     */
    double firstRequestMillis(Duration limit) throws Exception {
        long begun = admitted.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        return Math.max(0, served.get(limit.toMillis(), TimeUnit.MILLISECONDS) - begun) / 1e6;
    }

    @Override
    public void close() {
        try {
            link.drain(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        link.close();
        server.stop(0);
    }
}
