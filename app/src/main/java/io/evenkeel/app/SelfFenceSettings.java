package io.evenkeel.app;

import io.evenkeel.agent.selffence.FailureAnswers;
import io.evenkeel.agent.selffence.SelfFencing;
import io.evenkeel.host.CephStorages;
import io.evenkeel.host.LibvirtHypervisor;
import io.evenkeel.host.driver.DriverLaunch;
import io.evenkeel.kernel.store.Store;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.HostPort;
import io.evenkeel.model.bind.About;
import io.evenkeel.model.bind.Default;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Whether {@code evenkeel agent} ends its host's machines by itself, and how. */
record SelfFenceSettings(
        @About(
                        "Whether the agent ends the host's machines by itself when storage refuses the host, or when another agent reads that the host's failure is confirmed. Recovery does not need it.")
                @Default("false")
                boolean selfFence,
        @About(
                        "Where agents ask each other, best on the storage network; needed for self-fence. There are no credentials.")
                Optional<HostPort> selfFenceAddress,
        @About("The host's own libvirt, for self-fence.") @Default("qemu:///system")
                String libvirt) {

    /**
     * Begins to answer other agents; empty where self-fence is off.
     *
     * @return where others ask
     * @throws StartException if an address is missing, or is none that others could use
     */
    Optional<HostPort> answersOf(Role role, Store store, String tenant) throws IOException {
        if (!selfFence) {
            return Optional.empty();
        }
        HostPort address =
                selfFenceAddress.orElseThrow(() ->
                        new StartException(
                                "self-fence-address: none (expected: host:port on this host"
                                        + " that other agents reach, as self-fence is on)",
                                null));
        InetSocketAddress bound = Role.resolve("self-fence-address", address);
        if (bound.getAddress().isAnyLocalAddress()) {
            throw new StartException(
                    "self-fence-address: "
                            + address
                            + " (expected: an address of this host, as others are told it)",
                    null);
        }
        FailureAnswers answers =
                role.keep("self-fence-answers", FailureAnswers.start(store, tenant, bound));
        HostPort asked = new HostPort(address.host(), answers.port());
        role.listens("self-fence", asked.toString());
        return Optional.of(asked);
    }

    /**
     * Begins to look after the host.
     *
     * @param loss how long its key has to be lost before others are asked
     * @param keyGoodUntil until when the store keeps the key, monotonic nanoseconds
     */
    void start(Role role, HostKey host, Duration loss, Store store, LongSupplier keyGoodUntil) {
        LibvirtHypervisor hypervisor =
                role.keep("hypervisor", new LibvirtHypervisor(DriverLaunch.of("libvirt")));
        CephStorages storages = role.keep("storages", new CephStorages(DriverLaunch.of("ceph")));
        role.keep(
                        "self-fence",
                        new SelfFencing(
                                host, libvirt, loss, store, hypervisor, storages, keyGoodUntil))
                .start();
    }
}
