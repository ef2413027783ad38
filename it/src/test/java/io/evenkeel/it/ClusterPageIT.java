package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** X1: the roles start as docs/operating/cluster.md shows, on another etcd and other ports. */
@Tag("X")
class ClusterPageIT {
    private static List<String> commands() throws Exception {
        Path page = Documented.HOME.resolve("docs/operating/cluster.md");
        List<String> lines = new ArrayList<>();
        for (Documented.Block block : Documented.blocks(page)) {
            if (block.language().equals("roles")) {
                lines.addAll(block.lines());
            }
        }
        return lines;
    }

    @Test
    void rolesStartAsThePageShows() throws Exception {
        List<String> commands = commands();
        assertThat(commands).hasSize(3);
        try (Cluster cluster = Cluster.onEtcd(1)) {
            List<Cluster.Member> members = new ArrayList<>();
            for (String command : commands) {
                String[] words = command.split(" +");
                List<String> own = new ArrayList<>();
                String id = "";
                for (String word : List.of(words).subList(2, words.length)) {
                    if (word.startsWith("--id=")) {
                        id = word.substring("--id=".length());
                    } else if (!word.matches("--(etcd|http|link)=.*")) {
                        own.add(word);
                    }
                }
                String[] options = own.toArray(String[]::new);
                switch (words[1]) {
                    case "control" -> members.add(cluster.control(id, options));
                    case "gateway" -> members.add(cluster.gateway(id, options));
                    default -> {
                        assertThat(words[1]).isEqualTo("agent");
                        assertThat(cluster.agent(id, options).isAlive()).isTrue();
                    }
                }
            }
            Cluster.Member gateway = members.getLast();
            Site.await(
                    "both are listed",
                    Duration.ofSeconds(30),
                    () -> Cluster.members(gateway).size() == 2);
            assertThat(Cluster.members(gateway))
                    .filteredOn(one -> one.at("role").text().equals("gateway"))
                    .singleElement()
                    .satisfies(one -> assertThat(one.at("link").text()).startsWith("10.0.0.11:"));
            assertThat(gateway.read("/v1/hosts").at("items").items())
                    .singleElement()
                    .satisfies(host ->
                            assertThat(host.at("status").at("inventory").at("address").text())
                                    .isEqualTo("10.0.0.21"));
        }
    }
}
