package io.evenkeel.it;

import io.evenkeel.app.ReadyFile;
import io.evenkeel.app.demo.Answer;
import io.evenkeel.app.demo.ApiClient;
import io.evenkeel.app.demo.Launched;
import io.evenkeel.store.etcd.EtcdProcess;
import io.evenkeel.store.etcd.Place;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Controls, gateways and backends as processes of their own, on an etcd of their own. */
public final class Cluster implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(30);

    /** For a process to start: many do at once, on few processors. */
    private static final Duration START = Duration.ofSeconds(60);

    /** A process of the cluster. */
    public final class Member implements AutoCloseable {
        public final String id;
        private final Place place;
        private final boolean listens;
        private final List<String> arguments;
        private volatile Launched process;
        private volatile ReadyFile ready;
        private volatile ApiClient api;

        private Member(String id, Place place, boolean listens, List<String> arguments)
                throws IOException, InterruptedException {
            this.id = id;
            this.place = place;
            this.listens = listens;
            this.arguments = List.copyOf(arguments);
            process = Launched.start(id, folder, place.before(), arguments);
            ready = process.awaitReady(START);
            api = new ApiClient(address("admin"), place.callers());
        }

        /** Kills it and starts it again where it listened; a backend where it likes. */
        public void restart() throws Exception {
            process.kill();
            launch();
            awaitReady();
        }

        /** Starts it where it listened, after its end; {@link #awaitReady} is next. */
        public void launch() throws IOException {
            List<String> again = new ArrayList<>(arguments);
            if (listens) {
                again.removeIf(option -> option.endsWith(":0"));
                ready.addresses()
                        .forEach((name, address) -> again.add("--" + name + "=" + address));
            }
            process = Launched.start(id, folder, place.before(), again);
        }

        /** Waits until it serves. */
        public void awaitReady() throws IOException, InterruptedException {
            ready = process.awaitReady(START);
            api.close();
            api = new ApiClient(address("admin"), place.callers());
        }

        public Launched process() {
            return process;
        }

        public String address(String listener) {
            return ready.addresses().getOrDefault(listener, "");
        }

        public InetSocketAddress http() {
            return ready.address("http");
        }

        public Answer read(String path) throws IOException, InterruptedException {
            return api.read(path);
        }

        /** Its API, until its next start. */
        public ApiClient api() {
            return api;
        }

        /** Status of a request to its API; 0 if there was no answer. */
        public int status(String method, String path, String body) {
            try {
                HttpResponse<String> response = api.send(method, path, body);
                return response.statusCode();
            } catch (IOException unanswered) {
                return 0;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** A metric without labels; empty if the process doesn't answer. */
        public Optional<Long> metric(String name) {
            return metric(name, SOON);
        }

        /** The same for who can't wait long. */
        public Optional<Long> metric(String name, Duration deadline) {
            return Metrics.in(metrics(deadline), name, "").stream().findFirst();
        }

        /** The samples of a metric that have this label, together. */
        public long total(String name, String label) {
            return Metrics.in(metrics(SOON), name, label).stream().mapToLong(one -> one).sum();
        }

        /** Nothing if the process doesn't answer. */
        private String metrics(Duration deadline) {
            try {
                return api.send("GET", "/metrics", "", deadline).body();
            } catch (IOException unanswered) {
                return "";
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        public boolean leads() {
            return metric("evenkeel_leader").equals(Optional.of(1L));
        }

        /** How many endpoints of a service may be picked here. */
        public int pickable(String service) {
            try {
                return (int)
                        read("/v1/services/" + service + "/queue").at("entries").items().stream()
                                .filter(entry -> !entry.at("standing").text().equals("out"))
                                .count();
            } catch (IOException | RuntimeException notYet) {
                return -1;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            process.close();
            api.close();
        }
    }

    /** Where their files are: a log each. */
    public final Path folder;

    public final List<EtcdProcess> etcd;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final List<Launched> backends = new ArrayList<>();
    private final List<Launched> agents = new ArrayList<>();

    private Cluster(Path folder, List<Place> etcdMembers, String... flags) {
        this.folder = folder;
        this.etcd = EtcdProcess.start(folder, etcdMembers, flags);
    }

    /** An etcd of so many members, started with these flags besides, and nothing else yet. */
    public static Cluster onEtcd(int members, String... flags) throws IOException {
        return onEtcd(Collections.nCopies(members, Place.HERE), flags);
    }

    /** The same with a member at each of these places. */
    public static Cluster onEtcd(List<Place> members, String... flags) throws IOException {
        return new Cluster(Files.createTempDirectory("evenkeel-cluster"), members, flags);
    }

    /** Where etcd answers, as roles are told. */
    public String endpoints() {
        return String.join(",", etcd.stream().map(EtcdProcess::endpoint).toList());
    }

    public Member control(String id, String... options) throws Exception {
        return control(id, Place.HERE, options);
    }

    public Member control(String id, Place place, String... options) throws Exception {
        return member("control", id, place, List.of("--admin=127.0.0.1:0"), options);
    }

    public Member gateway(String id, String... options) throws Exception {
        return gateway(id, Place.HERE, options);
    }

    public Member gateway(String id, Place place, String... options) throws Exception {
        return member(
                "gateway",
                id,
                place,
                List.of(
                        "--admin=127.0.0.1:0",
                        "--http=" + place.host() + ":0",
                        "--link=" + place.host() + ":0",
                        "--data-dir=" + folder.resolve(id)),
                options);
    }

    /** A host's agent, known to live when this returns; it listens nowhere. */
    Launched agent(String id, String... options) throws Exception {
        return agent(id, Place.HERE, options);
    }

    /** The same at this place. */
    public Launched agent(String id, Place place, String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "agent",
                                "--id=" + id,
                                "--etcd=" + endpoints(),
                                "--data-dir=" + folder.resolve("agent-" + id)));
        arguments.addAll(Arrays.asList(options));
        Launched agent = Launched.start(id, folder, place.before(), arguments);
        agents.add(agent);
        agent.awaitReady(SOON);
        return agent;
    }

    private Member member(
            String role, String id, Place place, List<String> listeners, String... options)
            throws Exception {
        List<String> all = new ArrayList<>(List.of(role, "--id=" + id, "--etcd=" + endpoints()));
        all.addAll(listeners);
        all.addAll(Arrays.asList(options));
        return started(new Member(id, place, true, all));
    }

    private Member started(Member member) {
        synchronized (members) {
            members.put(member.id, member);
        }
        return member;
    }

    /** A sample backend that dials these gateways and tells in its log of its links. */
    public Member backend(String id, Place place, String service, List<Member> gateways)
            throws Exception {
        List<String> links = gateways.stream().map(gateway -> gateway.address("link")).toList();
        return started(
                new Member(
                        id,
                        place,
                        false,
                        List.of(
                                "sample-backend",
                                "--tell",
                                "--service=" + service,
                                "--id-prefix=" + id,
                                "--host=" + place.host(),
                                "--gateway=" + String.join(",", links))));
    }

    /** Sample backends in one process, that dial this gateway. */
    Launched backends(String name, String service, int count, Member gateway, String... options)
            throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "sample-backend",
                                "--gateway=" + gateway.address("link"),
                                "--service=" + service,
                                "--id-prefix=" + name,
                                "--count=" + count));
        arguments.addAll(Arrays.asList(options));
        Launched backend = Launched.start(name, folder, arguments);
        backends.add(backend);
        return backend;
    }

    /** Who is there, as this process sees it. */
    static List<Answer> members(Member at) {
        try {
            return at.read("/v1/members").at("members").items();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until every one of these can send requests to so many endpoints. */
    static void awaitPickable(String service, int count, Member... gateways)
            throws InterruptedException {
        for (Member gateway : gateways) {
            Site.await(
                    count + " endpoints at " + gateway.id,
                    SOON,
                    () -> gateway.pickable(service) == count);
        }
    }

    @Override
    public void close() {
        backends.forEach(Launched::close);
        agents.forEach(Launched::close);
        members.values().forEach(Member::close);
        etcd.forEach(EtcdProcess::close);
    }
}
