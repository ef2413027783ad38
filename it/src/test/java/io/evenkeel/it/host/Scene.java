package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.host.CephAccess;
import io.evenkeel.host.CephStorage;
import io.evenkeel.host.LibvirtHypervisor;
import io.evenkeel.host.driver.DriverLaunch;
import io.evenkeel.it.lab.Ceph;
import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.it.lab.Laboratory;
import io.evenkeel.it.lab.Machine;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.DomainXml;
import io.evenkeel.kernel.machine.Image;
import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.kernel.machine.Watcher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Two hosts, storage, and a control machine from which both are reached by the product's drivers.
 */
final class Scene implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final Laboratory laboratory;
    final Ceph ceph;
    final HostMachine first;
    final HostMachine second;
    final Machine control;
    final LibvirtHypervisor hypervisor;
    final CephStorage storage;
    private final List<AutoCloseable> open = new ArrayList<>();

    private Scene(Path folder, boolean keys) throws IOException, InterruptedException {
        try {
            laboratory = Laboratory.open();
            open.add(laboratory);
            ceph = Ceph.start(laboratory, folder, keys);
            open.add(ceph);
            first = HostMachine.start(laboratory, "h1", folder, ceph);
            open.add(first);
            second = HostMachine.start(laboratory, "h2", folder, ceph);
            open.add(second);
            control = laboratory.machine("control");
            var _ = laboratory.storageWire(control);
            hypervisor = new LibvirtHypervisor(driver("libvirt"));
            open.add(hypervisor);
            storage =
                    new CephStorage(
                            new CephAccess(
                                    List.of(ceph.monitor()),
                                    keys ? Ceph.USER : "admin",
                                    keys ? Optional.of(ceph.keyring(Ceph.USER)) : Optional.empty()),
                            driver("ceph"));
            open.add(storage);
            first.awaitLibvirt();
            second.awaitLibvirt();
            warm();
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** All of it runs when this returns. */
    static Scene start(Path folder, boolean keys) throws IOException, InterruptedException {
        return new Scene(folder, keys);
    }

    /**
     * Who is late himself calls nobody silent: those that look run before a test counts on them.
     */
    void warm() throws IOException {
        try {
            var _ = done(hypervisor.ping(first.uri(), PATIENCE));
            var _ = done(hypervisor.ping(second.uri(), PATIENCE));
            var _ = done(storage.watchers(List.of(), PATIENCE));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private List<String> driver(String kind) {
        List<String> command = new ArrayList<>(control.place().before());
        command.addAll(DriverLaunch.of(kind));
        return command;
    }

    /** What a call replied, which it has to within a second after its time-out. */
    static <T> Reply<T> reply(CompletableFuture<Reply<T>> call) throws Exception {
        return call.get(60, TimeUnit.SECONDS);
    }

    /** What a call found, which it has to. */
    static <T> T done(CompletableFuture<Reply<T>> call) throws Exception {
        Reply<T> reply = reply(call);
        if (reply instanceof Reply.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError("expected: done, got: " + reply);
    }

    /** Starts a guest under a token; its disk is there. */
    Domain start(HostMachine host, Guest guest, long token) throws Exception {
        String xml = guest.xml(ceph, DomainXml.run(token));
        Domain started = done(hypervisor.start(host.uri(), xml, PATIENCE));
        assertThat(started.token()).isEqualTo(token);
        return started;
    }

    static Image image(Guest guest) {
        return new Image(Ceph.POOL, guest.name());
    }

    /** Who has a guest's disk open, and answers. */
    List<Watcher> ask(Guest guest, Duration timeout) throws Exception {
        SortedMap<Image, List<Watcher>> asked = done(storage.ask(List.of(image(guest)), timeout));
        return on(asked, guest);
    }

    /** Who has a guest's disk open. */
    List<Watcher> watchers(Guest guest) throws Exception {
        return on(done(storage.watchers(List.of(image(guest)), PATIENCE)), guest);
    }

    /** Of a guest's disk, which has to be among what was asked for. */
    static List<Watcher> on(SortedMap<Image, List<Watcher>> asked, Guest guest) {
        assertThat(asked).containsKey(image(guest));
        return asked.getOrDefault(image(guest), List.of());
    }

    /** Milliseconds since. */
    static long since(long beginNanos) {
        return (System.nanoTime() - beginNanos) / 1_000_000;
    }

    @Override
    public void close() {
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                // The others have to be ended all the same; the laboratory sweeps what is left.
                System.err.println(each + " was not closed: " + e);
            }
        }
    }
}
