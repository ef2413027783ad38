package io.evenkeel.simulation.hosts;

import io.evenkeel.kernel.failover.HostDeclaration;
import io.evenkeel.kernel.store.LeaseOutcome;
import io.evenkeel.kernel.store.Op;
import io.evenkeel.kernel.store.Txn;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.HostKey;
import io.evenkeel.model.Keys;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/** A host: its agent, its libvirt, its machines. What is cut or down is set by faults. */
final class SimHost {
    final HostKey key;
    final String address;
    final boolean hyperconverged;
    final TreeMap<String, SimStorage.Client> machines = new TreeMap<>();
    private final HostWorld world;

    boolean up = true;
    boolean stopped;
    boolean agentDown;
    boolean libvirtDown;
    boolean managementCut;
    boolean storageCut;

    /** Whether gateways hear nothing of its machines, though they run. */
    boolean mute;

    /** Whether it can be switched off from outside, and whether what does that answers. */
    boolean switchable;

    boolean switchAnswers = true;
    boolean switchedOff;

    /** When somebody who leads last had a sign of life of it, or its key was there. */
    long signNanos;

    private long lease;

    SimHost(HostWorld world, String name, String address, boolean hyperconverged) {
        this.world = world;
        this.key = new HostKey("default", name);
        this.address = address;
        this.hyperconverged = hyperconverged;
    }

    HostDeclaration declaration() {
        return new HostDeclaration(key, List.of(address), hyperconverged, switchable, false);
    }

    /** The agent renews its key, or takes it again. */
    void agent(Duration ttl) {
        if (!up || stopped || agentDown || managementCut || world.storeAway) {
            return;
        }
        long now = world.queue.nowNanos();
        if (lease != 0 && world.store.keepAlive(now, lease) instanceof LeaseOutcome.Held) {
            return;
        }
        if (world.store.grant(now, ttl) instanceof LeaseOutcome.Held held) {
            lease = held.leaseId();
            world.store.txn(
                    Txn.of(
                            Op.putLeased(Keys.hostAlive(key), Value.EMPTY, lease),
                            Op.put(Keys.hostSeen(key), Value.EMPTY)));
        }
    }

    boolean libvirtAnswers() {
        return up && !stopped && !libvirtDown && !managementCut;
    }

    /** Whether a client on it acknowledges a notify. */
    boolean clientAnswers() {
        return up
                && !stopped
                && !storageCut
                && machines.values().stream().anyMatch(world.storage::ableToWrite);
    }

    /** Whether a gateway hears one of its machines on a link; whether it can write or not. */
    boolean heard() {
        return up && !stopped && !mute && !machines.isEmpty();
    }

    void crash() {
        up = false;
        stopped = false;
        agentDown = false;
        libvirtDown = false;
        machines.values().forEach(client -> world.storage.died(client, world.queue.nowNanos()));
        machines.clear();
    }

    void switchOff() {
        crash();
        switchedOff = true;
    }

    /** Starts a machine; true: it runs, or ran already under this token. */
    boolean start(String machine, long token) {
        SimStorage.Client running = machines.get(machine);
        if (running != null && running.token == token) {
            return true;
        }
        if (running != null) {
            destroy(machine);
        }
        SimStorage.Client client = world.storage.open(machine, this, token);
        if (client == null) {
            return false;
        }
        machines.put(machine, client);
        return true;
    }

    void destroy(String machine) {
        SimStorage.Client running = machines.remove(machine);
        if (running != null) {
            world.storage.died(running, world.queue.nowNanos());
        }
    }
}
