package io.evenkeel.link;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which gateways a backend holds links with: all that are configured or that gateways name, up to a
 * bound. Beyond it each backend has an order of its own over them (rendezvous hashing: Thaler and
 * Ravishankar, 1998), so that backends spread evenly, and one that comes or goes moves only those
 * that had, or get, a place there. One that does not answer gives its place to the next for a
 * while. A link that stands is given up only for one that stands and is wanted more. A gateway
 * where a link was lost is dialled until one stands there again, be it only to be released: it
 * would take the backend for gone as long as it hears nothing of it, whatever others say.
 *
 * <p>Single-threaded; knows no socket and no clock. {@link Link} drives it, and whoever has a
 * transport of their own may as well.
 */
public final class GatewayChoice {
    /** One that lost its last link while it waited for its first dial waits no longer than this. */
    public static final long HURRY_NANOS = 100_000_000L;

    /**
     * A newcomer among the gateways is dialled by everybody within this time, for each link that a
     * backend has elsewhere: 10,000 backends with four links each come at 2,500 a second, and none
     * is the worse for its wait.
     */
    private static final long SPREAD_NANOS = 1_000_000_000L;

    /** More than these that nobody names: the oldest is forgotten. */
    private static final int MOST_OWED = 64;

    /** Dials in a row without an admission after which another gateway has the place. */
    static final int FAILURES = 3;

    /** How long it has it before the first is tried again. */
    static final long AVOID_NANOS = 60_000_000_000L;

    /** How an address that was chosen stands. */
    public enum Standing {
        /** Not dialled yet, or to be dialled again. */
        WAITING,
        /** The handshake is under way. */
        DIALLED,
        /** Registered there. */
        LINKED,
        /** No more dialled: refused for good, or given up here. */
        ENDED
    }

    /** An address that was chosen, in the order in which that came. */
    public record Held(String address, Standing standing) {}

    /**
     * What is to be done.
     *
     * @param dial addresses to begin with
     * @param drop addresses to dial no more; no gateway was told of the endpoint there
     * @param release links to end, as others stand in their place
     */
    public record Plan(List<String> dial, List<String> drop, List<String> release) {}

    /** A gateway: the name that is ranked, and where to dial it. */
    private record Candidate(String name, String address, boolean linked) {}

    private final String backend;
    private final List<String> configured;
    private final int most;

    /** What each address that answered told of, itself first. */
    private final Map<String, List<String>> views = new TreeMap<>();

    /** The name that each address turned out to have; longer than it is held. */
    private final Map<String, String> names = new TreeMap<>();

    /** Named when a link stood last. */
    private Set<String> named = new LinkedHashSet<>();

    /**
     * Names of those where a link was lost, and none has stood since; the oldest first. Kept while
     * nobody names them: one that was out of others' sight comes back with what it knew.
     */
    private final Set<String> owed = new LinkedHashSet<>();

    private final Map<String, Integer> failures = new TreeMap<>();
    private final Map<String, Long> avoidedUntil = new TreeMap<>();

    /**
     * Nothing is known but what is configured.
     *
     * @param backend what survives restarts of the backend; the order comes from it
     * @param most gateways linked or dialled at a time, but for the moments of a change
     */
    public GatewayChoice(String backend, List<String> configured, int most) {
        this.backend = backend;
        this.configured = configured;
        this.most = most;
    }

    /**
     * Within which time a gateway is to be dialled first: none is the worse for the wait while
     * others are linked.
     */
    public static long waitNanos(int linksElsewhere) {
        return linksElsewhere == 0 ? HURRY_NANOS : linksElsewhere * SPREAD_NANOS;
    }

    /** What the gateway at this address named, itself first. */
    public void told(String address, List<String> peers) {
        views.put(address, peers);
        if (!peers.isEmpty()) {
            names.put(address, peers.get(0));
        }
    }

    /** The endpoint was admitted there. */
    public void stood(String address) {
        failures.remove(address);
        avoidedUntil.remove(address);
        owed.remove(name(address));
    }

    /** A link there has ended, or may have, and the gateway did not hear that it was released. */
    public void lost(String address) {
        owed.add(name(address));
        if (owed.size() > MOST_OWED) {
            owed.remove(owed.iterator().next());
        }
    }

    /** A dial came to nothing. */
    public void failed(String address, long now) {
        if (failures.merge(address, 1, Integer::sum) >= FAILURES) {
            failures.remove(address);
            avoidedUntil.put(address, now + AVOID_NANOS);
        }
    }

    /** When to ask for a plan though nothing else happened; {@link Long#MAX_VALUE}: not at all. */
    public long nextLook() {
        return avoidedUntil.values().stream()
                .mapToLong(Long::longValue)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** What to do, given what there is. */
    public Plan plan(long now, List<Held> held) {
        look(now, held);
        List<String> release = new ArrayList<>();
        List<Candidate> ranked = ranked(held, release);
        List<String> chosen = ranked.stream().limit(most).map(Candidate::address).toList();
        // The last in the order first: what exceeds the bound is what is wanted least.
        long surplus = ranked.stream().filter(Candidate::linked).count() - most;
        for (int i = ranked.size() - 1; i >= 0 && surplus > 0; i--) {
            if (ranked.get(i).linked) {
                release.add(ranked.get(i).address);
                surplus--;
            }
        }
        Set<String> dial = new LinkedHashSet<>(chosen);
        ranked.stream().filter(this::isOwed).map(Candidate::address).forEach(dial::add);
        Set<String> wanted = Set.copyOf(dial);
        List<String> drop = new ArrayList<>();
        for (Held one : held) {
            dial.remove(one.address);
            if (one.standing == Standing.WAITING && !wanted.contains(one.address)) {
                drop.add(one.address);
            }
        }
        return new Plan(List.copyOf(dial), drop, release);
    }

    private boolean isOwed(Candidate one) {
        return owed.contains(one.name) && !avoidedUntil.containsKey(one.address);
    }

    /** Takes in whom those name that are linked; while none is, what was known last holds. */
    private void look(long now, List<Held> held) {
        Set<String> told = new LinkedHashSet<>();
        for (Held one : held) {
            if (one.standing == Standing.LINKED) {
                told.addAll(views.getOrDefault(one.address, List.of()));
            }
        }
        if (!told.isEmpty()) {
            named = told;
        }
        Set<String> known = new LinkedHashSet<>(configured);
        known.addAll(named);
        held.forEach(one -> known.add(one.address));
        views.keySet().retainAll(known);
        names.keySet().retainAll(known);
        failures.keySet().retainAll(known);
        avoidedUntil.keySet().retainAll(known);
        avoidedUntil.values().removeIf(until -> until <= now);
    }

    /**
     * The name of what is at this address: an address that turned out to be a gateway which others
     * name otherwise is that one, as long as they do.
     */
    private String name(String address) {
        String name = names.getOrDefault(address, address);
        return named.contains(name) ? name : address;
    }

    /**
     * Every gateway once, the most wanted first.
     *
     * @param twice gets addresses of links to a gateway that is linked already
     */
    private List<Candidate> ranked(List<Held> held, List<String> twice) {
        Map<String, Candidate> byName = new LinkedHashMap<>();
        Set<String> over = new LinkedHashSet<>();
        for (Held one : held) {
            String name = name(one.address);
            Candidate before = byName.get(name);
            boolean linked = one.standing == Standing.LINKED;
            if (one.standing == Standing.ENDED) {
                over.add(name);
            } else if (linked && before != null && before.linked) {
                twice.add(one.address);
            } else if (before == null || linked) {
                // One that stands is kept whoever names it; whether another is, is seen below.
                byName.put(name, new Candidate(name, one.address, linked));
            }
        }
        // Where it is dialled: as it was configured, if it was, since that way is known to lead
        // there.
        Map<String, String> wanted = new LinkedHashMap<>();
        named.forEach(name -> wanted.put(name, name));
        configured.forEach(address -> wanted.put(name(address), address));
        byName.values().removeIf(one -> !one.linked && !wanted.containsKey(one.name));
        wanted.forEach(
                (name, address) -> byName.putIfAbsent(name, new Candidate(name, address, false)));
        byName.values().removeIf(one -> !one.linked && over.contains(one.name));
        List<Candidate> ranked = new ArrayList<>(byName.values());
        ranked.sort(
                Comparator.comparing((Candidate one) -> avoidedUntil.containsKey(one.address))
                        .thenComparing(one -> rank(one.name), Comparator.reverseOrder())
                        .thenComparing(Candidate::name));
        return ranked;
    }

    /** How much this backend wants a gateway: FNV-1a over both, mixed as in MurmurHash3. */
    private long rank(String gateway) {
        long hash = 0xcbf29ce484222325L;
        for (byte octet : (backend + '\n' + gateway).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
