package io.evenkeel.app;

import io.evenkeel.control.ControlConfig;
import io.evenkeel.control.ControlServer;
import io.evenkeel.control.api.ApiListen;
import io.evenkeel.control.failover.FailoverDuty;
import io.evenkeel.control.files.ResourceFiles;
import io.evenkeel.control.leader.ElectionSettings;
import io.evenkeel.control.machines.MachineDuty;
import io.evenkeel.control.machines.MachineSettings;
import io.evenkeel.control.machines.MachineWorkers;
import io.evenkeel.control.power.RedfishSwitch;
import io.evenkeel.control.registry.Housekeeper;
import io.evenkeel.control.registry.ImageFeed;
import io.evenkeel.control.registry.RegistryConfig;
import io.evenkeel.host.CephStorages;
import io.evenkeel.host.LibvirtHypervisor;
import io.evenkeel.host.driver.DriverLaunch;
import io.evenkeel.kernel.failover.FailoverSettings;
import io.evenkeel.kernel.machine.Hypervisor;
import io.evenkeel.model.HostPort;
import io.evenkeel.store.etcd.EtcdStore;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code evenkeel control}: the API, and what one of the cluster's controls does at a time. It
 * serves before etcd answers; what it can't do without etcd it refuses with that reason.
 */
final class ControlRole implements Role.Start {
    /** How long etcd is waited for at the start, to see whether an import is under way. */
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(3);

    private final ControlRoleSettings settings;

    ControlRole(ControlRoleSettings settings) {
        this.settings = settings;
    }

    @Override
    public void into(Role role) {
        settings.resources().ifPresent(ControlRole::check);
        FailoverSettings failover = settings.failover().settings();
        MachineSettings machines = settings.machines().settings();
        String id = settings.member().name();
        InetSocketAddress admin = Role.resolve("admin", settings.admin());
        EtcdStore store = ClusterStore.open(role, settings.member().etcd());
        if (ClusterStore.answers(store, STORE_PATIENCE)) {
            ClusterStore.refuseHalfImported(store);
        }
        RegistryConfig config = RegistryConfig.of(id);
        ImageFeed feed = role.keep("images", new ImageFeed(store, config.storeDeadline()));
        Hypervisor hypervisor =
                role.keep("hypervisors", new LibvirtHypervisor(DriverLaunch.of("libvirt")));
        CephStorages storages = role.keep("storages", new CephStorages(DriverLaunch.of("ceph")));
        HostPort reachable =
                new HostPort(settings.member().reachable(admin), settings.admin().port());
        ControlServer control =
                role.keep(
                        "api",
                        ControlServer.start(
                                new ControlConfig(
                                        ApiListen.on(admin),
                                        settings.resources(),
                                        Version.text(),
                                        new ControlConfig.Part.Elected(
                                                ElectionSettings.of(
                                                        id,
                                                        UUID.randomUUID().toString(),
                                                        reachable,
                                                        Version.text())),
                                        machines.placement()),
                                store,
                                Optional.empty(),
                                List::of,
                                List.of(),
                                List.of(
                                        termed ->
                                                Housekeeper.start(
                                                        termed,
                                                        feed,
                                                        config,
                                                        InstantSource.system()),
                                        termed ->
                                                MachineDuty.start(
                                                        termed,
                                                        feed,
                                                        hypervisor,
                                                        machines,
                                                        InstantSource.system()),
                                        termed ->
                                                FailoverDuty.start(
                                                        termed,
                                                        feed,
                                                        hypervisor,
                                                        storages,
                                                        new RedfishSwitch(),
                                                        failover,
                                                        machines.placement(),
                                                        InstantSource.system())),
                                () -> role.serving() && feed.image().revision() > 0,
                                Optional.of(hypervisor)));
        role.keep(
                "machines",
                MachineWorkers.start(
                        id,
                        store,
                        feed,
                        hypervisor,
                        storages,
                        machines,
                        InstantSource.system(),
                        System::nanoTime));
        feed.subscribe(control.images());
        feed.start();
        role.listens("admin", new HostPort(settings.admin().host(), control.port()).toString());
    }

    /** What is wrong with the files is said at the start, not when this process is elected. */
    private static void check(Path resources) {
        List<String> problems = ResourceFiles.problems(resources);
        if (!problems.isEmpty()) {
            throw new StartException(
                    "resources: "
                            + resources
                            + " can't be applied:\n  "
                            + String.join("\n  ", problems),
                    null);
        }
    }
}
