package io.evenkeel.kernel.placement;

import io.evenkeel.model.HostKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A host with what it has given away, counted on as machines are placed on it. */
final class Candidate {
    private final HostFigures figures;
    private final PlacementSettings settings;
    private final TreeMap<String, Integer> together = new TreeMap<>();
    private final TreeMap<String, Integer> apart = new TreeMap<>();
    private final List<Guest> added = new ArrayList<>();
    private long givenMilliCores;
    private long givenMemory;

    /** Measured use, and what was promised since by what it was given. */
    private long busyMilliCores;

    private long busyMemory;

    Candidate(HostFigures figures, PlacementSettings settings) {
        this.figures = figures;
        this.settings = settings;
        this.busyMilliCores = figures.usedMilliCores();
        this.busyMemory = figures.usedMemoryMebibytes();
        int measured = figures.guests().size() - figures.promised();
        for (int i = 0; i < figures.guests().size(); i++) {
            count(figures.guests().get(i), 1);
            if (i >= measured) {
                busy(figures.guests().get(i), 1);
            }
        }
    }

    HostKey host() {
        return figures.host();
    }

    List<Guest> guests() {
        return figures.guests();
    }

    /** Its machines that the measurements show. */
    List<Guest> measured() {
        return figures.guests().subList(0, figures.guests().size() - figures.promised());
    }

    private void count(Guest guest, int sign) {
        givenMilliCores += (long) sign * guest.milliCores();
        givenMemory += (long) sign * guest.memoryMebibytes();
        name(together, guest.together(), sign);
        name(apart, guest.apart(), sign);
    }

    private static void name(Map<String, Integer> names, String name, int sign) {
        if (!name.isEmpty()) {
            names.merge(name, sign, Integer::sum);
        }
    }

    private void busy(Guest guest, int sign) {
        busyMilliCores += (long) sign * guest.milliCores();
        busyMemory += (long) sign * guest.memoryMebibytes();
    }

    /** Takes a machine. */
    void add(Guest guest) {
        added.add(guest);
        count(guest, 1);
        busy(guest, 1);
    }

    /** Gives back what was {@link #add}ed last. */
    void giveBack() {
        Guest guest = added.removeLast();
        count(guest, -1);
        busy(guest, -1);
    }

    /**
     * What one of its machines is taken to use, of what was measured of the whole host: its share
     * of what was given away, and never more than it was given.
     */
    Load loadOf(Guest guest) {
        return new Load(
                part(busyMilliCores, guest.milliCores(), givenMilliCores),
                part(busyMemory, guest.memoryMebibytes(), givenMemory));
    }

    private static int part(long busy, int given, long ofGiven) {
        return ofGiven <= 0 ? 0 : (int) Math.min(given, Math.max(0, busy) * given / ofGiven);
    }

    /** What a machine uses, or is taken to. */
    record Load(int milliCores, int memoryMebibytes) {}

    /** One of its machines, which uses so much, leaves. */
    void leave(Guest guest, Load load) {
        count(guest, -1);
        busyMilliCores -= load.milliCores();
        busyMemory -= load.memoryMebibytes();
    }

    /** A machine that uses so much comes, or comes back. */
    void arrive(Guest guest, Load load) {
        count(guest, 1);
        busyMilliCores += load.milliCores();
        busyMemory += load.memoryMebibytes();
    }

    boolean holds(String group) {
        return together.getOrDefault(group, 0) > 0;
    }

    /**
     * Whether it can take the machine.
     *
     * @param groupElsewhere whether machines that it belongs together with run on other hosts only
     */
    Fit fit(Guest guest, boolean groupElsewhere) {
        if (!figures.online()) {
            return Fit.OFFLINE;
        }
        if (figures.ageMillis() > settings.oldestFigures().toMillis()) {
            return Fit.OLD_FIGURES;
        }
        for (String bound : guest.bound()) {
            if (!bound.equals(figures.host().name())) {
                return Fit.DISKS;
            }
        }
        if (!guest.labels().isEmpty()) {
            for (Map.Entry<String, String> label : guest.labels().entrySet()) {
                @Nullable String has = figures.labels().get(label.getKey());
                if (!label.getValue().equals(has)) {
                    return Fit.LABEL;
                }
            }
        }
        if (!guest.apart().isEmpty() && apart.getOrDefault(guest.apart(), 0) > 0) {
            return Fit.APART;
        }
        if (groupElsewhere) {
            return Fit.TOGETHER;
        }
        if (Math.max(givenMemory, busyMemory) + guest.memoryMebibytes()
                > figures.memoryMebibytes()) {
            return Fit.MEMORY;
        }
        if ((givenMilliCores + guest.milliCores()) * 100
                > (long) figures.milliCores() * settings.overcommitPercent()) {
            return Fit.PROCESSOR;
        }
        return Fit.FITS;
    }

    /**
     * The rank: lower is better. With the machine on it, the shares of processor and of memory that
     * are in use, in per mille, the scarcer of the two counted twice: (2 max + min) / 3; and {@link
     * PlacementSettings#spread} for each machine that this placement has put there already.
     */
    int score(int milliCores, int memoryMebibytes) {
        long cpu = processor(milliCores);
        long memory = memory(memoryMebibytes);
        long shares = (2 * Math.max(cpu, memory) + Math.min(cpu, memory)) / 3;
        return (int) Math.min(Integer.MAX_VALUE, shares + (long) added.size() * settings.spread());
    }

    private long processor(int more) {
        return share(busyMilliCores + more, figures.milliCores());
    }

    private long memory(int more) {
        return share(Math.max(busyMemory, givenMemory) + more, figures.memoryMebibytes());
    }

    /** As it stands in the ranking. */
    Ranked ranked() {
        return new Ranked(
                figures,
                score(0, 0),
                state(),
                (int) Math.min(Integer.MAX_VALUE, processor(0)),
                (int) Math.min(Integer.MAX_VALUE, memory(0)),
                givenMilliCores,
                givenMemory);
    }

    private static long share(long part, long whole) {
        return whole <= 0 ? 1_000_000 : part * 1000 / whole;
    }

    Fit state() {
        return !figures.online()
                ? Fit.OFFLINE
                : figures.ageMillis() > settings.oldestFigures().toMillis()
                        ? Fit.OLD_FIGURES
                        : Fit.FITS;
    }
}
