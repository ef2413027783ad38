package io.evenkeel.kernel.machine;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.DatastoreImage;
import io.evenkeel.kernel.image.MachineImage;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Keys.Area;
import io.evenkeel.model.MachineDisk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Images that a machine's user wants made. Each is made once for a machine, before its first start:
 * what is gone later is lost, and nobody takes an empty disk for it. Pure.
 *
 * @param images by the storage that they are to be at
 * @param disks which of the machine's they are for, as {@code DATASTORE/IMAGE}: wherever the
 *     datastore leads by now, a disk that was made is never made again
 * @param problem why they cannot be made; empty: they can
 */
public record DiskMakings(
        Map<StorageCluster, List<NewImage>> images, List<String> disks, String problem) {
    /** The area KIND of {@link Made}. */
    public static final String DISKS = "disks";

    /**
     * What was made for a machine, or was there already; the value of {@link #key}.
     *
     * @param uid of the machine as it was declared then: another of its name begins anew
     * @param disks as {@code DATASTORE/IMAGE}
     */
    public record Made(String uid, List<String> disks) {}

    /** The key of what was made for a machine. */
    public static String key(MachineKey machine) {
        return Keys.of(Area.ASSIGN, DISKS, machine.tenant(), machine.name());
    }

    /**
     * What is to be made for a machine now.
     *
     * @param made what was; empty: nothing
     */
    public static DiskMakings of(ClusterImage image, MachineKey machine, Optional<Made> made) {
        Map<StorageCluster, List<NewImage>> images = new LinkedHashMap<>();
        List<String> disks = new ArrayList<>();
        MachineImage declared = image.machines().get(machine);
        if (declared == null) {
            return new DiskMakings(images, disks, "");
        }
        TreeSet<String> there = new TreeSet<>();
        made.filter(record -> record.uid().equals(declared.metadata().uid()))
                .ifPresent(record -> there.addAll(record.disks()));
        for (MachineDisk disk : declared.spec().disks()) {
            DatastoreImage at =
                    image.datastores().get(new DatastoreKey(machine.tenant(), disk.datastore()));
            if (at == null || !disk.isMade()) {
                continue;
            }
            StorageCluster cluster = StorageCluster.of(at.spec()).orElse(null);
            if (cluster == null) {
                return new DiskMakings(
                        Map.of(),
                        List.of(),
                        "disk "
                                + disk.image()
                                + ": size or from, in datastore "
                                + disk.datastore()
                                + ", which is a folder (expected: a pool); make the image there,"
                                + " and leave them out");
            }
            String name = disk.datastore() + "/" + disk.image();
            if (!there.contains(name)) {
                Image its = new Image(at.spec().pool(), disk.image());
                long bytes = disk.size().map(size -> size.bytes()).orElse(0L);
                images.computeIfAbsent(cluster, _ -> new ArrayList<>())
                        .add(new NewImage(its, bytes, disk.from()));
                disks.add(name);
            }
        }
        return new DiskMakings(images, disks, "");
    }

    /** What is to be kept once these are made, beside what was before. */
    public Made done(String uid, Optional<Made> made) {
        TreeSet<String> all = new TreeSet<>();
        made.filter(record -> record.uid().equals(uid))
                .ifPresent(record -> all.addAll(record.disks()));
        all.addAll(disks);
        return new Made(uid, List.copyOf(all));
    }
}
