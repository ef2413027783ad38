package io.evenkeel.bench;

import io.evenkeel.app.demo.Launched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Evenkeel, HAProxy and nginx in front of the same two nginx servers, with equal features: a
 * thousand hosts routed, X-Forwarded-For added, an access log written, connections kept on both
 * sides, two threads or workers.
 */
final class Proxies {
    static final int HOSTS = 1_000;

    private Proxies() {}

    static Peer upstream(String name, Path folder) throws IOException, InterruptedException {
        int port = FreePort.take();
        Path prefix = Files.createDirectories(folder.resolve(name));
        Files.writeString(prefix.resolve("64k"), "x".repeat(64 << 10));
        Path config =
                Files.writeString(
                        folder.resolve(name + ".conf"),
                        """
                        daemon off; master_process off; worker_processes 1; pid %1$s/pid;
                        error_log %1$s/error.log crit;
                        events { worker_connections 4096; }
                        http {
                          access_log off; keepalive_requests 100000000; keepalive_timeout 300s;
                          server { listen 127.0.0.1:%2$d backlog=4096;
                            location /small { default_type text/plain; return 200 "%3$s"; }
                            location /64k { root %1$s; default_type text/plain; } }
                        }
                        """
                                .formatted(prefix, port, "x".repeat(100)));
        return Peer.start(
                name, port, folder, List.of("nginx", "-p", prefix + "/", "-c", config + ""));
    }

    static Peer nginx(Path folder, List<Peer> upstreams) throws IOException, InterruptedException {
        int port = FreePort.take();
        Path prefix = Files.createDirectories(folder.resolve("nginx"));
        StringBuilder hosts = new StringBuilder();
        for (int i = 0; i < HOSTS; i++) {
            hosts.append("    h").append(i).append(".example app;\n");
        }
        StringBuilder servers = new StringBuilder();
        for (Peer upstream : upstreams) {
            servers.append("    server 127.0.0.1:").append(upstream.port).append(";\n");
        }
        Path config =
                Files.writeString(
                        folder.resolve("nginx.conf"),
                        """
                        daemon off; worker_processes 2; pid %1$s/pid; error_log %1$s/error.log crit;
                        events { worker_connections 4096; }
                        http {
                          access_log %1$s/access.log combined buffer=64k flush=1s;
                          keepalive_requests 100000000; keepalive_timeout 300s;
                          map_hash_max_size 8192; map_hash_bucket_size 128;
                          map $host $service {
                            default none;
                        %2$s  }
                          upstream app { least_conn; keepalive 512; keepalive_requests 100000000;
                        %3$s  }
                          upstream none { server 127.0.0.1:9; }
                          server { listen 127.0.0.1:%4$d backlog=4096 reuseport;
                            location / { proxy_pass http://$service; proxy_http_version 1.1;
                              proxy_set_header Connection ""; proxy_set_header Host $host;
                              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } }
                        }
                        """
                                .formatted(prefix, hosts, servers, port));
        return Peer.start(
                "nginx", port, folder, List.of("nginx", "-p", prefix + "/", "-c", config + ""));
    }

    static Peer haproxy(Path folder, List<Peer> upstreams)
            throws IOException, InterruptedException {
        int port = FreePort.take();
        StringBuilder hosts = new StringBuilder();
        for (int i = 0; i < HOSTS; i++) {
            hosts.append("h").append(i).append(".example app\n");
        }
        Path map = Files.writeString(folder.resolve("hosts.map"), hosts);
        StringBuilder servers = new StringBuilder();
        for (Peer upstream : upstreams) {
            servers.append("  server s").append(upstream.port).append(" 127.0.0.1:");
            servers.append(upstream.port).append(" pool-max-conn -1\n");
        }
        Path config =
                Files.writeString(
                        folder.resolve("haproxy.cfg"),
                        """
                        global
                          nbthread 2
                          maxconn 8000
                          log stdout format raw local0
                        defaults
                          mode http
                          log global
                          option httplog
                          option forwardfor
                          option http-keep-alive
                          http-reuse always
                          timeout client 300s
                          timeout server 300s
                          timeout connect 5s
                        frontend in
                          bind 127.0.0.1:%d backlog 4096
                          use_backend %%[req.hdr(host),lower,map_str(%s,none)]
                        backend none
                          http-request return status 404
                        backend app
                          balance leastconn
                        %s
                        """
                                .formatted(port, map, servers));
        return Peer.start("haproxy", port, folder, List.of("haproxy", "-db", "-f", config + ""));
    }

    /** With the upstreams declared as endpoints that it connects to. */
    static Peer evenkeel(Path folder, List<Peer> upstreams)
            throws IOException, InterruptedException {
        StringBuilder endpoints = new StringBuilder();
        for (Peer upstream : upstreams) {
            endpoints.append(
                    """
                    ---
                    apiVersion: evenkeel.io/v1
                    kind: Endpoint
                    metadata: {name: s%1$d}
                    spec: {service: app, kind: process, address: "127.0.0.1:%1$d"}
                    """
                            .formatted(upstream.port));
        }
        return evenkeel("evenkeel", folder, endpoints.toString(), 0);
    }

    /** The same without endpoints: they register at its link port. */
    static Peer evenkeel(Path folder, int linkPort) throws IOException, InterruptedException {
        return evenkeel("tunnelled", folder, "", linkPort);
    }

    private static Peer evenkeel(String name, Path folder, String endpoints, int linkPort)
            throws IOException, InterruptedException {
        int port = FreePort.take();
        StringBuilder resources = new StringBuilder(endpoints);
        for (int i = 0; i < HOSTS; i++) {
            resources.append(
                    """
                    ---
                    apiVersion: evenkeel.io/v1
                    kind: Route
                    metadata: {name: h%1$d}
                    spec: {match: {hosts: [h%1$d.example]}, service: app}
                    """
                            .formatted(i));
        }
        Path file = Files.writeString(folder.resolve(name + ".yaml"), resources);
        return evenkeel(name, port, folder, file, linkPort, 0);
    }

    /** With what a folder declares. */
    static Peer evenkeel(Path folder, Path resources, int adminPort)
            throws IOException, InterruptedException {
        return evenkeel("evenkeel", FreePort.take(), folder, resources, 0, adminPort);
    }

    private static Peer evenkeel(
            String name, int port, Path folder, Path resources, int linkPort, int adminPort)
            throws IOException, InterruptedException {
        return Peer.start(
                name,
                port,
                folder,
                List.of(
                        Launched.launcher().toString(),
                        "standalone",
                        "--http=127.0.0.1:" + port,
                        "--link=127.0.0.1:" + linkPort,
                        "--admin=127.0.0.1:" + adminPort,
                        "--loops=2",
                        "--data-dir=" + folder.resolve(name + "-data"),
                        "--access-log=" + folder.resolve(name + "-access.log"),
                        "--resources=" + resources));
    }

    /** A sidecar that serves by a tunnel what the upstream serves; ready once it is registered. */
    static Peer sidecar(Path folder, int linkPort, Peer upstream)
            throws IOException, InterruptedException {
        String name = "sidecar-" + upstream.port;
        Peer sidecar =
                Peer.start(
                        name,
                        linkPort,
                        folder,
                        List.of(
                                Launched.launcher().toString(),
                                "link",
                                "--gateway=127.0.0.1:" + linkPort,
                                "--service=app",
                                "--workload=" + name,
                                "--forward=127.0.0.1:" + upstream.port));
        sidecar.awaitSaid("registered at");
        return sidecar;
    }
}
