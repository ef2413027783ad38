package io.evenkeel.it.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The laboratory's hosts and storage themselves: what the tests of suite C build on. */
@Tag("C")
@Timeout(180)
class HostLaboratoryIT {
    @TempDir Path folder;

    @Test
    void guestRunsOnStorageAndItsHostCrashesWhole() throws Exception {
        long begun = System.nanoTime();
        try (Laboratory laboratory = Laboratory.open();
                Ceph ceph = Ceph.start(laboratory, folder, false);
                HostMachine host = HostMachine.start(laboratory, "h1", folder, ceph)) {
            long storage = System.nanoTime();
            host.awaitLibvirt();
            long libvirt = System.nanoTime();
            Machine control = laboratory.machine("control");
            Guest guest = new Guest("g1", 1);
            ceph.image(guest.name());
            long image = System.nanoTime();
            host.virsh(control, guest.xml(ceph, ""), "create", "/dev/stdin");
            long created = System.nanoTime();
            guest.awaitAnswer(control, 60);
            long answered = System.nanoTime();
            assertThat(guest.get(control, "/boots")).isEqualTo("1");
            assertThat(guest.get(control, "/cgi-bin/write")).isEqualTo("written");
            assertThat(ceph.run("rbd", "status", "vms/g1")).contains(host.storageAddress() + ":0/");

            host.crash();
            assertThat(guest.get(control, "/")).isEmpty();
            host.bootAgain();
            host.awaitLibvirt();
            assertThat(host.virsh(control, "", "list", "--name").strip()).isEmpty();
            System.out.printf(
                    "storage %s libvirt %s image %s create %s answer %s%n",
                    Duration.ofNanos(storage - begun),
                    Duration.ofNanos(libvirt - storage),
                    Duration.ofNanos(image - libvirt),
                    Duration.ofNanos(created - image),
                    Duration.ofNanos(answered - created));
        }
    }
}
