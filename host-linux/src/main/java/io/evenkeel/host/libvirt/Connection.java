package io.evenkeel.host.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.evenkeel.host.foreign.Library;
import io.evenkeel.host.foreign.Memory;
import io.evenkeel.kernel.machine.Domain;
import io.evenkeel.kernel.machine.Domain.Power;
import io.evenkeel.kernel.machine.DomainXml;
import io.evenkeel.kernel.machine.Moving;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One open connection to a libvirt. Thread-safe, as libvirt's connections are. */
final class Connection implements AutoCloseable {
    /** A silent peer is given up after twice as long; calls in it then fail. */
    private static final int KEEP_ALIVE_SECONDS = 2;

    private static final int UUID_BYTES = 37;
    private static final int METADATA_ELEMENT = 2;
    private static final int INACTIVE = 1 << 1;
    private static final int AFFECT_LIVE = 1;
    private static final int AFFECT_CONFIG = 1 << 1;

    /** Its saved state, snapshots, firmware's variables and checkpoints go with a definition. */
    private static final int UNDEFINE_ALL = 1 | 1 << 1 | 1 << 2 | 1 << 4;

    /** Ten packets of each card within three seconds, in case that one is lost. */
    private static final String ANNOUNCE =
            """
            {"execute": "announce-self",
             "arguments": {"initial": 50, "max": 500, "rounds": 10, "step": 50}}\
            """;

    /** A virDomainJobInfo. */
    private static final StructLayout JOB =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("type"),
                    MemoryLayout.paddingLayout(4),
                    JAVA_LONG.withName("timeElapsed"),
                    JAVA_LONG.withName("timeRemaining"),
                    JAVA_LONG.withName("dataTotal"),
                    JAVA_LONG.withName("dataProcessed"),
                    JAVA_LONG.withName("dataRemaining"),
                    MemoryLayout.sequenceLayout(6, JAVA_LONG).withName("ofMemoryAndFiles"));

    /** Its type while its end cannot be foretold. */
    private static final int JOB_UNBOUNDED = 2;

    /** Started, stopped, moved, crashed. */
    private static final int EVENT_LIFECYCLE = 0;

    private final Libvirt libvirt;
    private final MemorySegment at;

    /** Of the callback that holds this connection open; -1: there is none. */
    private int callback = -1;

    private Connection(Libvirt libvirt, MemorySegment at) {
        this.libvirt = libvirt;
        this.at = at;
    }

    /** Opens one; blocks for as long as the network lets it. */
    static Connection open(Libvirt libvirt, String uri) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment at = libvirt.pointer("virConnectOpen", arena.allocateFrom(uri));
            Connection opened = new Connection(libvirt, at);
            try {
                libvirt.must("virConnectSetKeepAlive", at, KEEP_ALIVE_SECONDS, 2);
            } catch (LibvirtException local) {
                // Refused by drivers without a network between, and those need none.
                return opened;
            }
            return opened;
        }
    }

    /** One more user, who closes it as well: it is over with the last. */
    void hold() {
        libvirt.must("virConnectRef", at);
    }

    /** Has what happens to machines counted, from now on; as often as one likes. */
    synchronized void listen(Changes changes) {
        if (callback < 0) {
            callback =
                    libvirt.check(
                            "virConnectDomainEventRegisterAny",
                            at,
                            MemorySegment.NULL,
                            EVENT_LIFECYCLE,
                            changes.callback(),
                            MemorySegment.NULL,
                            MemorySegment.NULL);
            // What happened before is not told.
            changes.add();
        }
    }

    /** Ends it for who opened it; others may still hold it. */
    synchronized void leave() {
        if (callback >= 0) {
            libvirt.give("virConnectDomainEventDeregisterAny", at, callback);
            callback = -1;
        }
        close();
    }

    boolean isAlive() {
        try {
            return libvirt.check("virConnectIsAlive", at) == 1;
        } catch (LibvirtException unknown) {
            return false;
        }
    }

    /** Of its libvirt. */
    String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocate(JAVA_LONG);
            libvirt.must("virConnectGetLibVersion", at, number);
            return Libvirt.version(number.get(JAVA_LONG, 0));
        }
    }

    /** One domain, while it is looked at. */
    final class Handle implements AutoCloseable {
        private final MemorySegment domain;

        private Handle(MemorySegment domain) {
            this.domain = domain;
        }

        Domain read() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment uuid = arena.allocate(UUID_BYTES);
                libvirt.must("virDomainGetUUIDString", domain, uuid);
                MemorySegment states = arena.allocate(JAVA_INT, 2);
                libvirt.must("virDomainGetState", domain, states, states.asSlice(4), 0);
                String name = Library.text(libvirt.pointer("virDomainGetName", domain));
                return new Domain(
                        name, uuid.getString(0), power(states.get(JAVA_INT, 0)), token(arena));
            }
        }

        private long token(Arena arena) {
            try {
                MemorySegment element =
                        libvirt.pointer(
                                "virDomainGetMetadata",
                                domain,
                                METADATA_ELEMENT,
                                arena.allocateFrom(DomainXml.NAMESPACE),
                                0);
                try {
                    return RunToken.of(Library.text(element));
                } finally {
                    Memory.free(element);
                }
            } catch (LibvirtException e) {
                if (e.code() == LibvirtException.NO_DOMAIN_METADATA) {
                    return 0;
                }
                throw e;
            }
        }

        boolean isActive() {
            return libvirt.check("virDomainIsActive", domain) == 1;
        }

        boolean isPersistent() {
            return libvirt.check("virDomainIsPersistent", domain) == 1;
        }

        /** Of its definition; of the run, if it is not defined. Without what is secret. */
        String describe() {
            MemorySegment xml =
                    libvirt.pointer("virDomainGetXMLDesc", domain, isPersistent() ? INACTIVE : 0);
            try {
                return Library.text(xml);
            } finally {
                Memory.free(xml);
            }
        }

        /** Of the run and of the definition, in one call; as far as it has them. */
        void mark(long token) {
            boolean persistent = isPersistent();
            int where = (persistent ? AFFECT_CONFIG : 0) | (isActive() ? AFFECT_LIVE : 0);
            if (persistent) {
                libvirt.must("virDomainSetAutostart", domain, 0);
            }
            try (Arena arena = Arena.ofConfined()) {
                libvirt.must(
                        "virDomainSetMetadata",
                        domain,
                        METADATA_ELEMENT,
                        // libvirt puts it into the namespace itself.
                        arena.allocateFrom("<run token='" + token + "'/>"),
                        arena.allocateFrom("evenkeel"),
                        arena.allocateFrom(DomainXml.NAMESPACE),
                        where);
            }
        }

        void boot() {
            libvirt.must("virDomainSetAutostart", domain, 0);
            libvirt.must("virDomainCreateWithFlags", domain, 0);
        }

        void shutDown() {
            libvirt.must("virDomainShutdown", domain);
        }

        void destroy() {
            libvirt.must("virDomainDestroyFlags", domain, 0);
        }

        void undefine() {
            libvirt.must("virDomainUndefineFlags", domain, UNDEFINE_ALL);
        }

        /** QEMU sends for the guest, which need not do anything for it. */
        void announce() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment said = arena.allocate(ADDRESS);
                libvirt.monitor(domain, arena.allocateFrom(ANNOUNCE), said);
                Memory.free(said.get(ADDRESS, 0));
            }
        }

        /** Live, from libvirt to libvirt, so that it goes on when we are gone. */
        void migrate(String targetUri, String xml) {
            int live = 1;
            int peerToPeer = 1 << 1;
            int persistAtTarget = 1 << 3;
            int undefineHere = 1 << 4;
            int endOnDiskError = 1 << 12;
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment list = arena.allocate(ADDRESS);
                MemorySegment count = arena.allocate(JAVA_INT);
                MemorySegment room = arena.allocate(JAVA_INT);
                try {
                    Map<String, String> with = new TreeMap<>();
                    with.put("destination_xml", xml);
                    with.put("persistent_xml", xml);
                    // The machine's memory goes where libvirt was reached: the target would name
                    // itself by its host name, which nobody has to know here.
                    Reach.of(targetUri)
                            .ifPresent(at -> with.put("migrate_uri", "tcp://" + host(at)));
                    with.forEach((what, value) ->
                            libvirt.must(
                                    "virTypedParamsAddString",
                                    list,
                                    count,
                                    room,
                                    arena.allocateFrom(what),
                                    arena.allocateFrom(value)));
                    libvirt.must(
                            "virDomainMigrateToURI3",
                            domain,
                            arena.allocateFrom(targetUri),
                            list.get(ADDRESS, 0),
                            count.get(JAVA_INT, 0),
                            live | peerToPeer | persistAtTarget | undefineHere | endOnDiskError);
                } finally {
                    libvirt.run("virTypedParamsFree", list.get(ADDRESS, 0), count.get(JAVA_INT, 0));
                }
            }
        }

        /** Empty: no migration of it is under way. */
        Optional<Moving> moving() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment job = arena.allocate(JOB);
                libvirt.must("virDomainGetJobInfo", domain, job);
                return job.get(JAVA_INT, 0) == JOB_UNBOUNDED
                        ? Optional.of(
                                new Moving(
                                        job.get(JAVA_LONG, at("dataTotal")),
                                        job.get(JAVA_LONG, at("dataRemaining"))))
                        : Optional.empty();
            }
        }

        private static long at(String field) {
            return JOB.byteOffset(MemoryLayout.PathElement.groupElement(field));
        }

        /** Ends what {@link #moving} tells of. */
        void stay() {
            libvirt.must("virDomainAbortJob", domain);
        }

        private static String host(InetSocketAddress at) {
            String host = at.getHostString();
            return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        }

        @Override
        public void close() {
            libvirt.give("virDomainFree", domain);
        }
    }

    /** Empty: it knows none of this name. */
    Optional<Handle> find(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return Optional.of(
                    new Handle(
                            libvirt.pointer(
                                    "virDomainLookupByName", at, arena.allocateFrom(name))));
        } catch (LibvirtException e) {
            if (e.code() == LibvirtException.NO_DOMAIN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    Handle define(String xml) {
        try (Arena arena = Arena.ofConfined()) {
            return new Handle(
                    libvirt.pointer("virDomainDefineXMLFlags", at, arena.allocateFrom(xml), 0));
        }
    }

    /** All that it knows, running or not. */
    List<Domain> domains() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(ADDRESS);
            int count = libvirt.check("virConnectListAllDomains", at, list, 0);
            MemorySegment array = Library.octets(list.get(ADDRESS, 0), count * ADDRESS.byteSize());
            List<Domain> found = new ArrayList<>(count);
            try {
                for (int i = 0; i < count; i++) {
                    try (Handle each = new Handle(array.getAtIndex(ADDRESS, i))) {
                        found.add(each.read());
                    } catch (LibvirtException e) {
                        // One that has gone since.
                        if (e.code() != LibvirtException.NO_DOMAIN) {
                            throw e;
                        }
                    }
                }
            } finally {
                Memory.free(list.get(ADDRESS, 0));
            }
            return found;
        }
    }

    /** Of a virDomainState. */
    static Power power(int state) {
        return switch (state) {
            case 1, 2 -> Power.RUNNING;
            case 3, 7 -> Power.PAUSED;
            case 4 -> Power.SHUTTING_DOWN;
            case 6 -> Power.CRASHED;
            default -> Power.OFF;
        };
    }

    @Override
    public void close() {
        libvirt.give("virConnectClose", at);
    }
}
