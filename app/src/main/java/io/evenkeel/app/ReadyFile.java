package io.evenkeel.app;

import io.evenkeel.wire.json.Json;
import io.evenkeel.wire.json.JsonLimits;
import io.evenkeel.wire.json.JsonReader;
import io.evenkeel.wire.json.JsonSyntaxException;
import io.evenkeel.wire.json.JsonWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a role writes by {@code --ready-file} once it serves: its pid and the real addresses behind
 * the ports asked for as 0.
 *
 * @param addresses {@code host:port} by listener name, for instance http, link, admin
 */
public record ReadyFile(long pid, SortedMap<String, String> addresses) {
    /** A process that hosts thousands of sample endpoints lists each of them. */
    private static final JsonLimits LIMITS = new JsonLimits(4 << 20, 3, 100_000);

    public ReadyFile {
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    /** The ready file of this process. */
    public static ReadyFile of(SortedMap<String, String> addresses) {
        return new ReadyFile(ProcessHandle.current().pid(), addresses);
    }

    /** The address of a listener, to connect to. */
    public InetSocketAddress address(String listener) {
        String text = addresses.get(listener);
        if (text == null) {
            throw new IllegalArgumentException(
                    "no listener '"
                            + listener
                            + "' in the ready file, it has "
                            + addresses.keySet());
        }
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(
                text.substring(0, colon).replaceAll("[\\[\\]]", ""),
                Integer.parseInt(text.substring(colon + 1)));
    }

    /** Writes it whole or not at all: who sees the file sees all of it. */
    public void write(Path file) throws IOException {
        JsonWriter json = new JsonWriter().begin().field("pid", pid).name("addresses").begin();
        addresses.forEach(json::field);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, json.end().end().toLine());
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Reads what {@link #write} wrote. */
    public static ReadyFile parse(String text) throws IOException {
        try {
            byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
            if (JsonReader.read(bytes, LIMITS) instanceof Json.Obj file
                    && file.field("pid") instanceof Json.Numeral pid
                    && file.field("addresses") instanceof Json.Obj listed) {
                SortedMap<String, String> addresses = new TreeMap<>();
                listed.fields()
                        .forEach((name, value) -> {
                            if (value instanceof Json.Text address) {
                                addresses.put(name, address.value());
                            }
                        });
                return new ReadyFile(pid.integer().orElseThrow(), addresses);
            }
        } catch (JsonSyntaxException broken) {
            throw new IOException("not a ready file: " + broken.getMessage(), broken);
        }
        throw new IOException("not a ready file (no pid and addresses): " + text);
    }
}
