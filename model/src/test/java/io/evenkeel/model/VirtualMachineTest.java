package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.model.tree.Bound;
import io.evenkeel.model.tree.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What machines, datastores and their hosts may look like. */
final class VirtualMachineTest {
    private static final String HEAD =
            "apiVersion: evenkeel.io/v1\nkind: VirtualMachine\nmetadata: {name: web-1}\n";

    @Test
    void everyProblemOfAMachineIsReportedAtOnce() {
        String text =
                HEAD
                        + """
                        spec:
                          cpus: 257
                          memory: 8MiB
                          disks:
                          - {datastore: Fast, image: a}
                          - {datastore: fast, image: a/b}
                          nics:
                          - {bridge: a-name-that-is-too-long, mac: '52:54:00:00:00:01'}
                          - {bridge: br0, mac: '53:54:00:00:00:01'}
                          boot: {kernel: vmlinuz}
                          placement: {labels: {'a b': c}}
                          power: paused
                        """;
        assertThat(problems(text))
                .containsExactly(
                        "spec.cpus",
                        "spec.memory",
                        "spec.disks[0].datastore",
                        "spec.disks[1].image",
                        "spec.nics[0].bridge",
                        "spec.nics[1].mac",
                        "spec.boot.kernel",
                        "spec.placement.labels",
                        "spec.power");
    }

    @Test
    void machineWithoutMemoryIsRefused() {
        assertThat(problems(HEAD)).containsExactly("spec");
        assertThat(problems(HEAD + "spec: {}\n")).containsExactly("spec.memory");
    }

    @Test
    void whatIsGivenTwiceWithinOneMachineIsRefused() {
        String text =
                HEAD
                        + """
                        spec:
                          memory: 16MiB
                          disks: [{datastore: a, image: i}, {datastore: b, image: i}, {datastore: a, image: i}]
                          nics:
                          - {bridge: br0, mac: '52:54:00:00:00:01'}
                          - {bridge: br0}
                          - {bridge: br0}
                          - {bridge: br1, mac: '52:54:00:00:00:01'}
                          placement: {together: db, apart: db}
                        """;
        assertThat(problems(text))
                .containsExactlyInAnyOrder("spec.disks[2]", "spec.nics[3]", "spec.placement.apart");
    }

    /** The figures are a promise: guests and switches know these addresses. */
    @Test
    void addressesAreDerivedAlike() {
        assertThat(MacAddresses.derived("default", "web-1", 0, Set.of()))
                .isEqualTo("52:54:00:07:83:39");
        assertThat(MacAddresses.derived("default", "web-1", 1, Set.of()))
                .isEqualTo("52:54:00:07:85:99");
    }

    @Test
    void derivedAddressesAreValidAndDiffer() {
        Set<String> seen = new HashSet<>();
        for (int machine = 0; machine < 100; machine++) {
            for (int index = 0; index < 4; index++) {
                String mac = MacAddresses.derived("t", "m" + machine, index, seen);
                assertThat(MacAddresses.isOfOne(mac)).as(mac).isTrue();
                assertThat(mac).startsWith("52:54:00:");
                assertThat(seen.add(mac)).as(mac).isTrue();
            }
        }
    }

    @Test
    void interfacesKeepWhatTheyWereGivenAndTheOthersGetAnother() {
        String first = MacAddresses.derived("default", "web-1", 0, Set.of());
        VirtualMachineSpec spec =
                spec(
                        HEAD
                                + "spec: {memory: 16MiB, nics: [{bridge: a}, {bridge: b, mac: '"
                                + first
                                + "'}, {bridge: c}]}\n");
        VirtualMachineSpec addressed = spec.addressed("default", "web-1");
        List<String> macs = addressed.nics().stream().map(MachineNic::mac).toList();
        assertThat(macs.get(1)).isEqualTo(first);
        assertThat(macs).doesNotHaveDuplicates().allMatch(MacAddresses::isOfOne);
        assertThat(addressed.addressed("other", "name")).isEqualTo(addressed);
        assertThat(addressed.nics()).extracting(MachineNic::bridge).containsExactly("a", "b", "c");
        assertThat(spec.addressed("other", "web-1")).isNotEqualTo(addressed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "52:54:00:00:00:0",
                "52:54:00:AA:00:01",
                "01:54:00:00:00:01",
                "00:00:00:00:00:00",
                "52-54-00-00-00-01"
            })
    void addressesOfGroupsOrOtherwiseWrittenAreRefused(String mac) {
        assertThat(MacAddresses.isOfOne(mac)).isFalse();
    }

    @Test
    void everyProblemOfADatastoreIsReportedAtOnce() {
        String text =
                """
                apiVersion: evenkeel.io/v1
                kind: Datastore
                metadata: {name: fast}
                spec:
                  monitors: ['10.0.0.1:0', '10.0.0.2:6789', '10.0.0.2:6789']
                  pool: -x
                  user: ''
                  keyFile: key
                  secretUuid: secret
                """;
        assertThat(problems(text))
                .containsExactlyInAnyOrder(
                        "spec.monitors[0]",
                        "spec.monitors[2]",
                        "spec.pool",
                        "spec.user",
                        "spec.keyFile",
                        "spec.secretUuid");
        String none = text.replaceAll("(?s)spec:.*", "spec: {monitors: [], pool: rbd}\n");
        assertThat(problems(none)).containsExactly("spec.monitors");
    }

    @Test
    void datastoreIsEitherAPoolOrAFolder() {
        String head = "apiVersion: evenkeel.io/v1\nkind: Datastore\nmetadata: {name: a}\nspec: ";
        String folder = "local: {host: h1, folder: /srv/disks}";
        assertThat(problems(head + "{" + folder + "}\n")).isEmpty();
        assertThat(problems(head + "{pool: rbd, " + folder + "}\n")).containsExactly("spec.local");
        assertThat(problems(head + "{monitors: ['a:1'], " + folder + "}\n"))
                .containsExactly("spec.local");
        assertThat(problems(head + "{local: {host: H1, folder: disks}}\n"))
                .containsExactly("spec.local.host", "spec.local.folder");
        assertThat(problems(head + "{}\n")).containsExactly("spec.monitors", "spec.pool");
    }

    @Test
    void everyProblemOfAHostIsReportedAtOnce() {
        String text =
                """
                apiVersion: evenkeel.io/v1
                kind: Host
                metadata: {name: h1}
                spec:
                  libvirt: 10.0.0.11
                  storageAddresses: [10.0.0.1, 10.0.0.256, '10.1', host-1, '[::1]', 10.0.0.1, 'fd00::7']
                """;
        assertThat(problems(text))
                .containsExactlyInAnyOrder(
                        "spec.libvirt",
                        "spec.storageAddresses[1]",
                        "spec.storageAddresses[2]",
                        "spec.storageAddresses[3]",
                        "spec.storageAddresses[4]",
                        "spec.storageAddresses[5]");
        assertThat(problems(text.replaceAll("(?s)spec:.*", "spec: {reservedCpus: -1}\n")))
                .containsExactly("spec.reservedCpus");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu:///system",
                "qemu+tcp://10.0.0.11/system",
                "qemu+tls://[fd00::7]:16514/system?keepalive_interval=2",
                "test:///default"
            })
    void libvirtsUrisAreTaken(String uri) {
        String text =
                "apiVersion: evenkeel.io/v1\nkind: Host\nmetadata: {name: h1}\nspec: {libvirt: '"
                        + uri
                        + "'}\n";
        assertThat(problems(text)).isEmpty();
    }

    @Test
    void wordsOfTheKindsAreTakenInShort() {
        assertThat(Kind.ofWord("vm")).contains(Kind.VIRTUAL_MACHINE);
        assertThat(Kind.ofWord("VirtualMachines")).contains(Kind.VIRTUAL_MACHINE);
        assertThat(Kind.ofWord("ds")).contains(Kind.DATASTORE);
        assertThat(Kind.ofWord("")).isEmpty();
    }

    private static List<String> problems(String text) {
        return Resources.fromYaml(text).problems().stream().map(Problem::path).toList();
    }

    private static VirtualMachineSpec spec(String text) {
        Bound<List<Resource<?, ?>>> bound = Resources.fromYaml(text);
        return (VirtualMachineSpec) bound.orElseThrow().getFirst().spec();
    }
}
