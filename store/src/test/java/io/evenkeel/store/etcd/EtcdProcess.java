package io.evenkeel.store.etcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** One etcd as a process with its own directory and ports; ended by its process id. */
public final class EtcdProcess implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/etcd");
    private static final Path CONTROL = Path.of("/usr/bin/etcdctl");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http;
    private final String name;
    private final Place place;
    private final Path directory;
    private final int clientPort;
    private final int peerPort;
    private final List<String> flags;
    private List<EtcdProcess> cluster;
    private @Nullable Process process;

    private EtcdProcess(String name, Path directory, Place place, List<String> flags) {
        this.name = name;
        this.place = place;
        this.http = HttpClient.newBuilder().executor(place.callers()).build();
        this.directory = directory;
        this.clientPort = freePort();
        this.peerPort = freePort();
        this.flags = flags;
        this.cluster = List.of(this);
    }

    /** A cluster of one, ready when this returns. */
    public static EtcdProcess start(Path directory, String... flags) {
        return start(directory, 1, flags).getFirst();
    }

    /** A cluster of {@code members} with the data under {@code directory}, ready. */
    public static List<EtcdProcess> start(Path directory, int members, String... flags) {
        return start(directory, Collections.nCopies(members, Place.HERE), flags);
    }

    /** The same with a member at each of these places. */
    public static List<EtcdProcess> start(Path directory, List<Place> places, String... flags) {
        require(PROGRAM);
        List<EtcdProcess> started = new ArrayList<>();
        for (Place place : places) {
            String name = "n" + (started.size() + 1);
            started.add(new EtcdProcess(name, directory.resolve(name), place, List.of(flags)));
        }
        try {
            for (EtcdProcess member : started) {
                member.cluster = List.copyOf(started);
                member.launch();
            }
            started.forEach(EtcdProcess::awaitReady);
        } catch (RuntimeException | Error e) {
            started.forEach(EtcdProcess::close);
            throw e;
        }
        return started;
    }

    /** In CI its absence is a failure; elsewhere the test is skipped with the reason. */
    private static void require(Path program) {
        if (Files.isExecutable(program)) {
            return;
        }
        String message = program + " is not installed; ./check installs it on Debian (dev/setup)";
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(message);
        }
        throw new TestAbortedException(message);
    }

    /** Writes what it holds now into a file, as operators do. */
    public void backup(Path file) {
        control("--endpoints=" + endpoint(), "snapshot", "save", file.toString());
    }

    /**
     * Starts it on what a backup says and on nothing else, after {@link #kill}; a cluster of one.
     */
    public void restore(Path backup) {
        try {
            Files.move(directory, Path.of(directory + "-before-" + System.nanoTime()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        control(
                "snapshot",
                "restore",
                backup.toString(),
                "--name=" + name,
                "--data-dir=" + directory,
                "--initial-cluster=" + name + "=" + peerUrl(),
                "--initial-advertise-peer-urls=" + peerUrl());
        restart();
    }

    private void control(String... words) {
        require(CONTROL);
        List<String> command = new ArrayList<>(place.before());
        command.add(CONTROL.toString());
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ETCDCTL_API", "3");
        try {
            Process running = builder.start();
            String said =
                    new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (running.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Where clients find it. */
    public String endpoint() {
        return "http://" + place.host() + ":" + clientPort;
    }

    /** Where its data is; to be touched only while it does not run. */
    public Path directory() {
        return directory;
    }

    /** Starts it after {@link #kill}, on the data it had. */
    public void restart() {
        launch();
        awaitReady();
    }

    /** Ends it as kill -9 does. */
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            running.onExit().join();
            process = null;
        }
    }

    /** Stops it as SIGSTOP does: its connections stay, and nothing answers. */
    public void freeze() {
        long pid = signal("-STOP");
        long endNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!stopped(pid)) {
            if (System.nanoTime() > endNanos) {
                throw new AssertionError(name + " was not stopped within " + PATIENCE);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** The signal is on its way when kill returns: stopped it is when every thread is. */
    private static boolean stopped(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                if (!Files.readString(thread.resolve("status")).contains("State:\tT")) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false; // a thread that has just ended
        }
    }

    /** Ends what {@link #freeze} began. */
    public void thaw() {
        signal("-CONT");
    }

    /** Whether it is the leader of its cluster. */
    public boolean leads() {
        String status = post("/v3/maintenance/status", "{}");
        return number(status, "leader").equals(number(status, "member_id"));
    }

    @Override
    public void close() {
        kill();
    }

    /** As {@link #restart}, without waiting until it answers. */
    public void launch() {
        String initial =
                String.join(
                        ",",
                        cluster.stream()
                                .map(member -> member.name + "=" + member.peerUrl())
                                .toList());
        List<String> command = new ArrayList<>(place.before());
        command.addAll(
                List.of(
                        PROGRAM.toString(),
                        "--name=" + name,
                        "--data-dir=" + directory,
                        "--listen-client-urls=" + endpoint(),
                        "--advertise-client-urls=" + endpoint(),
                        "--listen-peer-urls=" + peerUrl(),
                        "--initial-advertise-peer-urls=" + peerUrl(),
                        "--initial-cluster=" + initial,
                        "--logger=zap",
                        "--log-outputs=" + directory + ".log"));
        command.addAll(flags);
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            Process started =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process = started;
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it serves, which takes a majority. */
    public void awaitReady() {
        long endNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!get("/health").contains("\"true\"")) {
            if (System.nanoTime() > endNanos) {
                throw new AssertionError(name + " was not ready within " + PATIENCE + ": " + log());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
        }
    }

    private String peerUrl() {
        return "http://" + place.host() + ":" + peerPort;
    }

    private String get(String path) {
        return send(HttpRequest.newBuilder(URI.create(endpoint() + path)).GET());
    }

    /** Deletes a key past the store, which an etcd that is full allows too. */
    public void deleteKey(String key) {
        String base64 = Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.US_ASCII));
        post("/v3/kv/deleterange", "{\"key\":\"" + base64 + "\"}");
    }

    /** Puts a quarter of a mebibyte at this key, past the store; whether there was room for it. */
    public boolean putQuarterMebibyte(String key) {
        Base64.Encoder encoder = Base64.getEncoder();
        String name = encoder.encodeToString(key.getBytes(StandardCharsets.US_ASCII));
        String value = encoder.encodeToString(new byte[256 << 10]);
        String said = post("/v3/kv/put", "{\"key\":\"" + name + "\",\"value\":\"" + value + "\"}");
        if (!said.contains("header") && !said.contains("space exceeded")) {
            throw new AssertionError(name + " answered: " + said);
        }
        return said.contains("header");
    }

    /** What etcdctl compact, defrag and alarm disarm do. */
    public void makeSpace() {
        String revision = number(post("/v3/maintenance/status", "{}"), "revision");
        post("/v3/kv/compaction", "{\"revision\":\"" + revision + "\",\"physical\":true}");
        post("/v3/maintenance/defragment", "{}");
        String alarms = post("/v3/maintenance/alarm", "{\"action\":\"GET\"}");
        post(
                "/v3/maintenance/alarm",
                "{\"action\":\"DEACTIVATE\",\"alarm\":\"NOSPACE\",\"memberID\":\""
                        + number(alarms, "memberID")
                        + "\"}");
    }

    /** What its JSON gateway answers within two seconds, empty when nothing. */
    public String post(String path, String json) {
        return send(
                HttpRequest.newBuilder(URI.create(endpoint() + path))
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** The answer, empty when there is none. */
    private String send(HttpRequest.Builder request) {
        try {
            // Not by this thread, which may be elsewhere: by one of the place's.
            return http.sendAsync(
                            request.timeout(Duration.ofSeconds(2)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .get()
                    .body();
        } catch (ExecutionException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private long signal(String signal) {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(name + " does not run");
        }
        try {
            int exit =
                    new ProcessBuilder("kill", signal, Long.toString(running.pid()))
                            .start()
                            .waitFor();
            if (exit != 0) {
                throw new AssertionError("kill " + signal + " answered " + exit);
            }
            return running.pid();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String log() {
        try {
            return Files.readString(Path.of(directory + ".log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String number(String json, String field) {
        Matcher matcher = Pattern.compile("\"" + field + "\":\"(\\d+)\"").matcher(json);
        return matcher.find() ? matcher.group(1) : "no " + field;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
