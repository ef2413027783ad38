package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.it.lab.Ceph;
import io.evenkeel.it.lab.Laboratory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** C6: who is root on a fenced host cannot lift the fence with what the host has (ADR 0158). */
@Tag("C")
@Timeout(120)
class StorageUsersIT {
    private static final String FENCED = "10.9.9.9:0/0";

    @TempDir Path folder;

    private static String as(Ceph ceph, String user, String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("ceph", "-n", "client." + user));
        words.addAll(List.of("-k", ceph.keyring(user).toString(), "--connect-timeout", "10"));
        words.addAll(List.of(command));
        return ceph.run(words.toArray(String[]::new));
    }

    /** Made again they are the same: storage refuses other rights under the same name. */
    private static void usersAreThoseOfThePage(Ceph ceph) throws IOException {
        Path page =
                Path.of(System.getProperty("evenkeel.home", ".."), "docs/operating/machines.md");
        List<String> lines =
                Files.readAllLines(page).stream()
                        .filter(line -> line.startsWith("ceph auth get-or-create "))
                        .map(line -> line.replaceFirst(" -o [^ ]+$", ""))
                        .toList();
        assertThat(lines).hasSize(2);
        for (String line : lines) {
            assertThat(ceph.run("bash", "-c", line)).as(line).contains("key = ");
        }
        assertThat(ceph.run("ceph", "auth", "ls")).containsOnlyOnce("client.evenkeel");
    }

    @Test
    void hostsUserCannotLiftAFenceAndControlsCanDoNoMoreThanThat() throws Exception {
        try (Laboratory laboratory = Laboratory.open();
                Ceph ceph = Ceph.start(laboratory, folder, true)) {
            usersAreThoseOfThePage(ceph);
            as(ceph, Ceph.USER, "osd", "blocklist", "add", FENCED, "3600");
            assertThat(as(ceph, Ceph.GUEST_USER, "osd", "blocklist", "ls")).contains(FENCED);
            for (String verb : List.of("rm", "clear")) {
                String[] lift =
                        verb.equals("rm")
                                ? new String[] {"osd", "blocklist", verb, FENCED}
                                : new String[] {"osd", "blocklist", verb};
                assertThatThrownBy(() -> as(ceph, Ceph.GUEST_USER, lift))
                        .as(verb)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("EACCES");
            }
            assertThatThrownBy(() -> as(ceph, Ceph.USER, "auth", "ls"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("EACCES");
            assertThat(as(ceph, Ceph.USER, "osd", "blocklist", "ls")).contains(FENCED);
            as(ceph, Ceph.USER, "osd", "blocklist", "rm", FENCED);
            assertThat(as(ceph, Ceph.USER, "osd", "blocklist", "ls")).doesNotContain(FENCED);
        }
    }
}
