package io.evenkeel.kernel.machine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** What lists of watchers say of a host. Pure. */
public final class StorageWitness {
    private StorageWitness() {}

    /**
     * The IP address in what storage calls a client, or in a plain address: without port, nonce and
     * brackets.
     */
    public static String ip(String entry) {
        if (entry.startsWith("[")) {
            int end = entry.indexOf(']');
            return end < 0 ? entry : entry.substring(1, end);
        }
        int colon = entry.indexOf(':');
        // More than one colon without a nonce: a plain IPv6 address.
        boolean withPort =
                colon >= 0 && (entry.indexOf('/') > 0 || entry.indexOf(':', colon + 1) < 0);
        return withPort ? entry.substring(0, entry.lastIndexOf(':')) : entry;
    }

    /** A client from one of the addresses that has just answered; empty if none has. */
    public static String acknowledged(
            Map<Image, List<Watcher>> watchers, Collection<String> addresses) {
        Set<String> ips = ips(addresses);
        for (Map.Entry<Image, List<Watcher>> entry : watchers.entrySet()) {
            for (Watcher watcher : entry.getValue()) {
                if (watcher.acknowledged() && ips.contains(ip(watcher.address()))) {
                    return watcher.address() + " answered for " + entry.getKey();
                }
            }
        }
        return "";
    }

    /** Clients from one of the addresses, each once, in order. */
    public static NavigableSet<String> clients(
            Map<Image, List<Watcher>> watchers, Collection<String> addresses) {
        Set<String> ips = ips(addresses);
        TreeSet<String> clients = new TreeSet<>();
        watchers.values()
                .forEach(list ->
                        list.stream()
                                .map(Watcher::address)
                                .filter(address -> ips.contains(ip(address)))
                                .forEach(clients::add));
        return clients;
    }

    /**
     * Clients that have just answered, or are from none of these addresses: what is left of them is
     * silent, and from one of these.
     */
    public static NavigableSet<String> others(
            Map<Image, List<Watcher>> watchers, Collection<String> addresses) {
        Set<String> ips = ips(addresses);
        TreeSet<String> others = new TreeSet<>();
        watchers.values()
                .forEach(list ->
                        list.stream()
                                .filter(one ->
                                        one.acknowledged() || !ips.contains(ip(one.address())))
                                .map(Watcher::address)
                                .forEach(others::add));
        return others;
    }

    /**
     * Who is listed at all, as {@code IMAGE by CLIENT}. Of a fenced host's disks nobody may be: a
     * client from an address that nobody declared may be the host's all the same.
     */
    public static List<String> left(Map<Image, List<Watcher>> watchers) {
        List<String> left = new ArrayList<>();
        watchers.forEach((image, list) ->
                list.forEach(watcher -> left.add(image + " by " + watcher.address())));
        return left;
    }

    private static Set<String> ips(Collection<String> addresses) {
        TreeSet<String> ips = new TreeSet<>();
        addresses.forEach(address -> ips.add(ip(address)));
        return ips;
    }
}
