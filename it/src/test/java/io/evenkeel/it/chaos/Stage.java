package io.evenkeel.it.chaos;

import io.evenkeel.it.Cluster;
import io.evenkeel.it.lab.Laboratory;
import io.evenkeel.it.lab.Machine;
import io.evenkeel.store.etcd.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** The cast, started: each process on a machine of its own. */
final class Stage implements AutoCloseable {
    static final String SERVICE = "shop";

    /** A machine that nothing is done to. */
    static final String WATCHER = "watcher";

    /** Small and quick to start: there are many of them, and they do little. */
    private static final List<String> SMALL =
            List.of(
                    "EVENKEEL_JAVA_OPTS=-Xmx40m -XX:TieredStopAtLevel=1 -XX:CICompilerCount=1",
                    "EVENKEEL_LOG=WARN");

    final Cast cast;
    final Laboratory laboratory;
    final Cluster cluster;
    private final Map<String, Machine> machines = new LinkedHashMap<>();
    private final Map<String, Cluster.Member> members = new LinkedHashMap<>();
    private final Map<String, Actor> actors = new LinkedHashMap<>();
    private boolean filesAreEvidence = true;

    private Stage(Cast cast, Laboratory laboratory) throws IOException {
        this.cast = cast;
        this.laboratory = laboratory;
        for (String name : cast.processes()) {
            machines.put(name, laboratory.machine(name));
        }
        machines.put(Cast.CLIENTS, laboratory.machine(Cast.CLIENTS));
        machines.put(WATCHER, laboratory.machine(WATCHER));
        cluster = Cluster.onEtcd(cast.etcd().stream().map(name -> machine(name).place()).toList());
        for (int i = 0; i < cast.etcd().size(); i++) {
            actors.put(cast.etcd().get(i), Actor.of(cluster.etcd.get(i)));
        }
    }

    /** Everything runs, and every backend is registered, when this returns. */
    static Stage start(Cast cast) throws Exception {
        Laboratory laboratory = Laboratory.open();
        try {
            Stage stage = new Stage(cast, laboratory);
            stage.start();
            return stage;
        } catch (Exception | Error e) {
            laboratory.close();
            throw e;
        }
    }

    private void start() throws Exception {
        List<Callable<Cluster.Member>> roles = new ArrayList<>();
        for (String name : cast.controls()) {
            Path duties = Files.createDirectories(duties(name));
            Duties.declare(duties, name, 0);
            roles.add(() -> cluster.control(name, machine(name).place(), "--resources=" + duties));
        }
        for (String name : cast.gateways()) {
            roles.add(() ->
                    cluster.gateway(
                            name,
                            machine(name).place(),
                            "--access-log=" + accessLog(name),
                            "--access-log-form=json"));
        }
        start(roles);
        List<Callable<Cluster.Member>> backends = new ArrayList<>();
        for (String name : cast.backends()) {
            Place place = machine(name).place(SMALL);
            backends.add(() -> cluster.backend(name, place, SERVICE, gateways()));
        }
        start(backends);
    }

    private void start(List<Callable<Cluster.Member>> starts) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
            for (Future<Cluster.Member> started : threads.invokeAll(starts)) {
                Cluster.Member member = started.get();
                members.put(member.id, member);
                actors.put(member.id, Actor.of(member));
            }
        }
    }

    Machine machine(String name) {
        return Objects.requireNonNull(machines.get(name), name);
    }

    /** The process on the machine of this name. */
    Actor actor(String name) {
        return Objects.requireNonNull(actors.get(name), name);
    }

    List<Cluster.Member> gateways() {
        return members(cast.gateways());
    }

    List<Cluster.Member> controls() {
        return members(cast.controls());
    }

    private List<Cluster.Member> members(List<String> names) {
        return names.stream().map(name -> Objects.requireNonNull(members.get(name), name)).toList();
    }

    Path accessLog(String gateway) {
        return cluster.folder.resolve(gateway + ".access");
    }

    /** The folder that this control keeps applied while it leads. */
    Path duties(String control) {
        return cluster.folder.resolve(control + "-duties");
    }

    /** Nothing is to be looked for in its files: they go when it ends. */
    void allWell() {
        filesAreEvidence = false;
    }

    /** Ends all at once; nothing is asked to leave politely. */
    @Override
    public void close() throws IOException {
        laboratory.close();
        cluster.close();
        if (!filesAreEvidence) {
            try (Stream<Path> files = Files.walk(cluster.folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
