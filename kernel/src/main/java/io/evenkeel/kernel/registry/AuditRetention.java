package io.evenkeel.kernel.registry;

import io.evenkeel.kernel.store.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Which audit entries to delete, so that the trail stays bounded: of each object the latest few
 * stay, and of all objects together the latest many.
 *
 * @param perObject entries kept for one object
 * @param together entries kept for all
 */
public record AuditRetention(int perObject, int together) {
    public static final AuditRetention DEFAULT = new AuditRetention(64, 20_000);

    /** Keys to delete, the oldest first. */
    public List<String> surplus(List<Entry> entries) {
        List<Entry> newestFirst = new ArrayList<>(entries);
        newestFirst.sort(
                Comparator.comparingLong(Entry::modRevision).thenComparing(Entry::key).reversed());
        TreeMap<String, Integer> kept = new TreeMap<>();
        List<String> surplus = new ArrayList<>();
        int all = 0;
        for (Entry entry : newestFirst) {
            String object = entry.key().substring(0, entry.key().lastIndexOf('/'));
            int ofObject = kept.getOrDefault(object, 0);
            if (ofObject >= perObject || all >= together) {
                surplus.add(entry.key());
            } else {
                kept.put(object, ofObject + 1);
                all++;
            }
        }
        return surplus.reversed();
    }
}
