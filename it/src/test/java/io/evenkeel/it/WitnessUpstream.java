package io.evenkeel.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A real server that writes down each request it saw, in the order of its connections: where it
 * came from, the id, method and target, what it was answered, and its body. Its answers name the id
 * in {@code Saw}.
 */
final class WitnessUpstream implements AutoCloseable {
    private static final String SERVLET =
            """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
              <servlet><servlet-name>echo</servlet-name><jsp-file>/echo.jsp</jsp-file></servlet>
              <servlet-mapping><servlet-name>echo</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
            </web-app>
            """;
    private static final String PAGE =
            """
            <%@ page session="false" trimDirectiveWhitespaces="true" %><%
            byte[] body = request.getInputStream().readAllBytes();
            request.setAttribute("body", "=" + java.util.Base64.getEncoder().encodeToString(body));
            response.setHeader("Saw", request.getHeader("X-Request-Id"));
            %>\
            """;
    private static final Pattern ESCAPED = Pattern.compile("\\\\x([0-9A-F]{2})");

    private final Process process;
    private final Path log;
    private final boolean encoded;
    final InetSocketAddress address;

    private WitnessUpstream(Process process, int port, Path log, boolean encoded) {
        this.process = process;
        this.log = log;
        this.encoded = encoded;
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static WitnessUpstream nginx(Path folder) throws IOException {
        int port = freePort();
        Path config = folder.resolve("nginx.conf");
        Files.writeString(config, nginxConf(folder, port));
        String nginx = Programs.require("nginx").toString();
        List<String> command = List.of(nginx, "-p", folder + "/", "-c", config.toString());
        return new WitnessUpstream(
                start(folder, command, Map.of()), port, folder.resolve("seen.log"), false);
    }

    static WitnessUpstream tomcat(Path folder) throws IOException {
        Path home = Programs.require(Path.of("/usr/share/tomcat10"));
        int port = freePort();
        for (String part : List.of("conf", "logs", "temp", "work", "webapps/ROOT/WEB-INF")) {
            Files.createDirectories(folder.resolve(part));
        }
        Files.writeString(folder.resolve("conf/server.xml"), serverXml(folder, port));
        Files.copy(Path.of("/etc/tomcat10/web.xml"), folder.resolve("conf/web.xml"));
        Files.writeString(folder.resolve("webapps/ROOT/WEB-INF/web.xml"), SERVLET);
        Files.writeString(folder.resolve("webapps/ROOT/echo.jsp"), PAGE);
        return new WitnessUpstream(
                start(
                        folder,
                        List.of(home + "/bin/catalina.sh", "run"),
                        Map.of("CATALINA_BASE", folder.toString())),
                port,
                folder.resolve("seen.log"),
                true);
    }

    private static Process start(Path folder, List<String> command, Map<String, String> more)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(more);
        return builder.redirectOutput(folder.resolve("output").toFile()).start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Waits until it answers. */
    void await() throws InterruptedException {
        Site.await("the upstream serves", Duration.ofSeconds(60), this::answers);
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(address, 1_000);
            socket.setSoTimeout(20_000);
            String request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            return new String(answer, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 200 ");
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What it saw so far. */
    List<SeenRequest> seen() throws IOException {
        List<SeenRequest> all = new ArrayList<>();
        for (String line : Files.readString(log, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            String[] parts = line.split("\t", 6);
            if (parts.length == 6) {
                all.add(
                        new SeenRequest(
                                parts[0],
                                parts[1],
                                parts[2],
                                target(parts[3]),
                                Integer.parseInt(parts[4]),
                                data(parts[5])));
            }
        }
        return all;
    }

    /** The target, also of a whole request line. */
    private static String target(String logged) {
        String[] parts = logged.split(" ", -1);
        return parts.length == 3 ? parts[1] : logged;
    }

    private @Nullable String data(String logged) {
        if (encoded) {
            byte[] octets = Base64.getDecoder().decode(logged.substring(1));
            return logged.equals("-") ? null : new String(octets, StandardCharsets.ISO_8859_1);
        }
        if (logged.equals("-")) {
            return "";
        }
        return ESCAPED.matcher(logged)
                .replaceAll(hit -> {
                    char octet = (char) HexFormat.fromHexDigits(hit.group(1));
                    return octet == '$' || octet == '\\' ? "\\" + octet : "" + octet;
                });
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String nginxConf(Path folder, int port) {
        return """
        daemon off; master_process off; pid %1$s/pid; error_log %1$s/error.log crit;
        events { worker_connections 1024; }
        http {
          log_format seen '$remote_addr\t$http_x_request_id\t$request_method\t$request_uri\t$status\t$request_body';
          client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s;
          uwsgi_temp_path %1$s; scgi_temp_path %1$s;
          keepalive_requests 1000000; client_body_buffer_size 256k; client_body_in_single_buffer on;
          server {
            listen 127.0.0.1:%2$d backlog=500; access_log %1$s/seen.log seen; merge_slashes off;
            location / { proxy_pass http://unix:%1$s/answers; }
          }
          server {
            listen unix:%1$s/answers; access_log off;
            location / { add_header Saw $http_x_request_id always; return 200; }
          }
        }
        """
                .formatted(folder, port);
    }

    private static String serverXml(Path folder, int port) {
        return """
        <Server port="-1"><Service name="Catalina">
          <Connector port="%2$d" address="127.0.0.1" protocol="HTTP/1.1" maxKeepAliveRequests="-1" acceptCount="500"/>
          <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps" autoDeploy="false">
            <Valve className="org.apache.catalina.valves.AccessLogValve" directory="%1$s" prefix="seen" suffix=".log"
              rotatable="false" buffered="false" pattern="%%a&#9;%%{X-Request-Id}i&#9;%%m&#9;%%r&#9;%%s&#9;%%{body}r"/>
          </Host></Engine>
        </Service></Server>
        """
                .formatted(folder, port);
    }
}
