package io.evenkeel.kernel.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.image.ClusterImage;
import io.evenkeel.kernel.image.ImageBuilder;
import io.evenkeel.kernel.store.Entry;
import io.evenkeel.kernel.store.Value;
import io.evenkeel.model.DatastoreSpec;
import io.evenkeel.model.Keys;
import io.evenkeel.model.Kind;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.Resource;
import io.evenkeel.model.Source;
import io.evenkeel.model.Spec;
import io.evenkeel.model.Stored;
import io.evenkeel.model.VirtualMachineSpec;
import io.evenkeel.model.bind.Binder;
import io.evenkeel.model.tree.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DiskMakingsTest {
    private static final MachineKey VM = new MachineKey("default", "vm");
    private static final Image ROOT = new Image("vms", "root");
    private static final Image DATA = new Image("vms", "data");

    private final List<Entry> entries = new ArrayList<>();

    private String declare(Kind kind, String name, Spec spec) {
        String uid = "2f1e9a52-0000-4000-8000-000000000001";
        Metadata metadata = new Metadata("default", name, uid, 1, 0, new TreeMap<>(), Source.API);
        entries.add(
                new Entry(
                        Keys.spec(kind, "default", name),
                        Value.of(Stored.spec(Resource.of(metadata, spec))),
                        1,
                        1,
                        1,
                        0));
        return metadata.uid();
    }

    private static <T> T read(String yaml, Class<T> type) {
        return Binder.bind(YamlReader.read(yaml).orElseThrow().getFirst(), type).orElseThrow();
    }

    private String machine(String disks) {
        pool("vms");
        declare(
                Kind.DATASTORE,
                "here",
                read("{local: {host: h1, folder: /srv}}", DatastoreSpec.class));
        return declare(
                Kind.VIRTUAL_MACHINE,
                "vm",
                read("{memory: 64MiB, disks: [%s]}".formatted(disks), VirtualMachineSpec.class));
    }

    private void pool(String name) {
        declare(
                Kind.DATASTORE,
                "ceph",
                read(
                        "{monitors: ['10.0.0.9:3300'], pool: %s}".formatted(name),
                        DatastoreSpec.class));
    }

    private DiskMakings of(Optional<DiskMakings.Made> made) {
        ImageBuilder builder = new ImageBuilder();
        builder.load(entries, 1);
        ClusterImage image = builder.image();
        return DiskMakings.of(image, VM, made);
    }

    private static List<NewImage> all(DiskMakings makings) {
        return makings.images().values().stream().flatMap(List::stream).toList();
    }

    @Test
    void whatHasASizeOrAnOriginIsMadeAndTheRestHasToBeThere() {
        machine(
                "{datastore: ceph, image: root, from: 'golden@v1'},"
                        + " {datastore: ceph, image: data, size: 2GiB},"
                        + " {datastore: ceph, image: old}");
        DiskMakings due = of(Optional.empty());
        assertThat(due.problem()).isEmpty();
        assertThat(all(due))
                .containsExactly(
                        new NewImage(ROOT, 0, "golden@v1"), new NewImage(DATA, 2L << 30, ""));
    }

    @Test
    void whatWasMadeOnceIsNotMadeAgainAndANewDiskIs() {
        String uid =
                machine(
                        "{datastore: ceph, image: root, size: 1GiB},"
                                + " {datastore: ceph, image: data, size: 2GiB}");
        Optional<DiskMakings.Made> made =
                Optional.of(new DiskMakings.Made(uid, List.of("ceph/root")));
        DiskMakings due = of(made);
        assertThat(all(due)).containsExactly(new NewImage(DATA, 2L << 30, ""));
        assertThat(due.done(uid, made))
                .isEqualTo(new DiskMakings.Made(uid, List.of("ceph/data", "ceph/root")));
        assertThat(all(of(Optional.of(due.done(uid, made))))).isEmpty();
    }

    @Test
    void diskThatWasMadeIsNotMadeInAnotherPoolThatItsDatastoreLeadsToByMistake() {
        String uid = machine("{datastore: ceph, image: root, size: 1GiB}");
        Optional<DiskMakings.Made> made =
                Optional.of(of(Optional.empty()).done(uid, Optional.empty()));
        entries.removeFirst();
        pool("other");
        assertThat(all(of(Optional.empty()))).hasSize(1);
        assertThat(all(of(made))).isEmpty();
    }

    @Test
    void anotherMachineOfThatNameBeginsAnew() {
        machine("{datastore: ceph, image: root, size: 1GiB}");
        Optional<DiskMakings.Made> theirs =
                Optional.of(new DiskMakings.Made("another", List.of("ceph/root", "ceph/x")));
        DiskMakings due = of(theirs);
        assertThat(all(due)).hasSize(1);
        assertThat(due.done("uid", theirs).disks()).containsExactly("ceph/root");
    }

    @Test
    void imageInAFolderCannotBeMade() {
        machine("{datastore: here, image: root, size: 1GiB}");
        assertThat(of(Optional.empty()).problem())
                .contains("disk root", "datastore here", "expected: a pool");
    }
}
