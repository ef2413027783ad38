package io.evenkeel.cli;

import io.evenkeel.model.Kind;
import io.evenkeel.model.bind.Size;
import io.evenkeel.model.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/** The columns in which each kind is listed. */
final class KindTable {
    private KindTable() {}

    static Table of(Kind kind, List<Tree> resources) {
        Table table = new Table(heads(kind));
        for (Tree resource : resources) {
            table.row(cells(kind, resource));
        }
        return table;
    }

    static List<String> heads(Kind kind) {
        return switch (kind) {
            case SERVICE ->
                    List.of("NAME", "ADMIN", "POLICY", "ENDPOINTS", "READY", "DRAINING", "SOURCE");
            case ROUTE -> List.of("NAME", "PRIORITY", "HOSTS", "PATH", "HEADERS", "SERVICE");
            case ENDPOINT ->
                    List.of(
                            "NAME",
                            "SERVICE",
                            "KIND",
                            "ADDRESS",
                            "ZONE",
                            "WEIGHT",
                            "ADMIN",
                            "STATE",
                            "BUSY",
                            "REQUESTS");
            case POLICY -> List.of("NAME", "ALGORITHM", "CHECK", "RETRIES", "REQUEST-TIMEOUT");
            case HOST ->
                    List.of(
                            "NAME", "ALIVE", "STAGE", "ADDRESS", "ZONE", "CORES", "BUSY", "MEMORY",
                            "USED", "VERSION", "SINCE");
            case VIRTUAL_MACHINE ->
                    List.of("NAME", "WANTED", "POWER", "HOST", "CPUS", "MEMORY", "SINCE");
            case DATASTORE -> List.of("NAME", "REACHABLE", "POOL", "MONITORS", "HOST", "FOLDER");
        };
    }

    static List<String> cells(Kind kind, Tree resource) {
        List<String> cells = new ArrayList<>();
        cells.add(Fields.text(resource, "metadata.name"));
        switch (kind) {
            case SERVICE -> {
                String applies = Fields.text(resource, "status.adminState");
                cells.add(applies.isEmpty() ? Fields.text(resource, "spec.adminState") : applies);
                add(cells, resource, "spec.policy", "status.endpoints");
                add(cells, resource, "status.ready", "status.draining", "metadata.source");
            }
            case ROUTE -> {
                add(cells, resource, "spec.priority", "spec.match.hosts", "spec.match.pathPrefix");
                StringJoiner headers = new StringJoiner(",");
                for (Tree header : Fields.items(resource, "spec.match.headers")) {
                    headers.add(Fields.text(header, "name") + "=" + Fields.text(header, "value"));
                }
                cells.add(headers.toString());
                add(cells, resource, "spec.service");
            }
            case ENDPOINT -> {
                add(cells, resource, "spec.service", "spec.kind", "spec.address");
                add(cells, resource, "spec.locality.zone", "spec.weight", "status.adminState");
                List<Tree> seen = Fields.items(resource, "status.atGateways");
                cells.add(state(resource, seen));
                cells.add(seen.isEmpty() ? "" : Fields.text(seen.getFirst(), "outstanding"));
                cells.add(seen.isEmpty() ? "" : Fields.text(seen.getFirst(), "requests"));
            }
            case POLICY -> {
                add(cells, resource, "spec.balancing.algorithm", "spec.healthCheck.type");
                add(cells, resource, "spec.retries.attempts", "spec.timeouts.request");
            }
            case HOST -> host(cells, resource);
            case VIRTUAL_MACHINE -> {
                add(cells, resource, "spec.power", "status.power", "status.host");
                add(cells, resource, "spec.cpus", "spec.memory", "status.since");
            }
            case DATASTORE -> {
                cells.add(
                        condition(resource, "Reachable")
                                .map(one -> Fields.text(one, "status").toLowerCase(Locale.ROOT))
                                .orElse(""));
                add(cells, resource, "spec.pool", "spec.monitors");
                add(cells, resource, "spec.local.host", "spec.local.folder");
            }
        }
        return cells;
    }

    private static void host(List<String> cells, Tree resource) {
        cells.add(Fields.text(resource, "status.alive").equals("true") ? "yes" : "no");
        cells.add(stage(resource));
        String declared = Fields.text(resource, "spec.address");
        cells.add(
                declared.isEmpty() ? Fields.text(resource, "status.inventory.address") : declared);
        add(cells, resource, "spec.zone", "status.inventory.cores");
        cells.add(cores(Fields.text(resource, "status.use.busyMillicores")));
        cells.add(gibibytes(Fields.text(resource, "status.inventory.memory")));
        cells.add(gibibytes(Fields.text(resource, "status.use.memoryUsed")));
        add(cells, resource, "status.version", "status.since");
    }

    /** What is in question about it, or that somebody works on it. */
    private static String stage(Tree resource) {
        return condition(resource, "InQuestion")
                .map(one -> Fields.text(one, "reason").toLowerCase(Locale.ROOT))
                .orElseGet(() ->
                        Fields.text(resource, "spec.maintenance").equals("true")
                                ? "maintenance"
                                : "");
    }

    static Optional<Tree> condition(Tree resource, String type) {
        return Fields.items(resource, "status.conditions").stream()
                .filter(condition -> Fields.text(condition, "type").equals(type))
                .findFirst();
    }

    private static String cores(String millicores) {
        return millicores.isEmpty()
                ? ""
                : String.format(Locale.ROOT, "%.1f", Long.parseLong(millicores) / 1_000.0);
    }

    private static String gibibytes(String size) {
        return size.isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT, "%.1fGiB", Size.parse(size).bytes() / (double) (1 << 30));
    }

    /** Eligible, or everything that speaks against it, as the first gateway sees it. */
    private static String state(Tree resource, List<Tree> atGateways) {
        if (atGateways.isEmpty()) {
            return Fields.items(resource, "status.presentAt").isEmpty() ? "" : "present";
        }
        Tree seen = atGateways.getFirst();
        String reasons = Fields.text(seen, "reasons");
        return Fields.text(seen, "eligible").equals("true")
                ? "eligible"
                : reasons.isEmpty() ? "not eligible" : reasons;
    }

    private static void add(List<String> cells, Tree resource, String... paths) {
        for (String path : paths) {
            cells.add(Fields.text(resource, path));
        }
    }
}
