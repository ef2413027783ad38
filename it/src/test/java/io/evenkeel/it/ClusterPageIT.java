package io.evenkeel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** X1: the roles start as the pages of docs/operating show, on another etcd and other ports. */
@Tag("X")
class ClusterPageIT {
    private static List<String> commands() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String page : List.of("cluster.md", "hosts.md")) {
            Path path = Documented.HOME.resolve("docs/operating").resolve(page);
            for (Documented.Block block : Documented.blocks(path)) {
                if (block.language().equals("roles")) {
                    lines.addAll(block.lines());
                }
            }
        }
        return lines;
    }

    @Test
    void rolesStartAsThePageShows() throws Exception {
        List<String> commands = commands();
        assertThat(commands).hasSize(4);
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
                        own.add(word.replaceFirst("(--self-fence-address=).*", "$1127.0.0.1:0"));
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
                    .extracting(host -> host.at("status").at("inventory").at("address").text())
                    .containsExactly("10.0.0.21", "10.0.0.22");
        }
    }
}
