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
 * @param problem why they cannot be made; empty: they can
 */
public record DiskMakings(Map<StorageCluster, List<NewImage>> images, String problem) {
    /** The area KIND of {@link Made}. */
    public static final String DISKS = "disks";

    /**
     * What was made for a machine, or was there already; the value of {@link #key}.
     *
     * @param uid of the machine as it was declared then: another of its name begins anew
     * @param images as {@code POOL/NAME}
     */
    public record Made(String uid, List<String> images) {}

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
        MachineImage declared = image.machines().get(machine);
        if (declared == null) {
            return new DiskMakings(images, "");
        }
        TreeSet<String> there = new TreeSet<>();
        made.filter(record -> record.uid().equals(declared.metadata().uid()))
                .ifPresent(record -> there.addAll(record.images()));
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
                        "disk "
                                + disk.image()
                                + ": size or from, in datastore "
                                + disk.datastore()
                                + ", which is a folder (expected: a pool); make the image there,"
                                + " and leave them out");
            }
            Image its = new Image(at.spec().pool(), disk.image());
            if (!there.contains(its.toString())) {
                long bytes = disk.size().map(size -> size.bytes()).orElse(0L);
                images.computeIfAbsent(cluster, _ -> new ArrayList<>())
                        .add(new NewImage(its, bytes, disk.from()));
            }
        }
        return new DiskMakings(images, "");
    }

    /** What is to be kept once these are made, beside what was before. */
    public Made done(String uid, Optional<Made> made) {
        TreeSet<String> all = new TreeSet<>();
        made.filter(record -> record.uid().equals(uid))
                .ifPresent(record -> all.addAll(record.images()));
        images.values().forEach(list -> list.forEach(one -> all.add(one.image().toString())));
        return new Made(uid, List.copyOf(all));
    }
}
