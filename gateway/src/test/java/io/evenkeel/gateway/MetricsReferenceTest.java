package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.link.LinkPorts;
import io.evenkeel.gateway.link.LinkServer;
import io.evenkeel.gateway.link.LinkSettings;
import io.evenkeel.kernel.observe.MetricFamily;
import io.evenkeel.kernel.registry.Admission;
import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.kernel.registry.Presence;
import io.evenkeel.kernel.registry.Registration;
import io.evenkeel.model.EndpointKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** X2: the reference lists the metrics of a whole gateway, all of them and no others. */
final class MetricsReferenceTest extends ProxySuite {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `evenkeel_[a-z_]+` \\| .* \\|$");

    /** Nobody registers here. */
    private static final class Nobody implements Admission, Presence {
        @Override
        public void admit(Registration registration, Consumer<AdmissionReply> reply) {}

        @Override
        public void leave(EndpointKey endpoint, long epoch, String reason) {}

        @Override
        public void present(EndpointKey endpoint, long epoch) {}

        @Override
        public void absent(EndpointKey endpoint, long epoch) {}

        @Override
        public void released(EndpointKey endpoint, long epoch) {}
    }

    @Override
    void prepare(Gateway unstarted) {
        Nobody nobody = new Nobody();
        unstarted.links(
                new LinkServer(
                        LinkSettings.defaults("test"),
                        new LinkPorts(nobody, nobody, unstarted, List::of)),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Test
    void everyMetricOfAGatewayIsInTheReferenceWithTypeAndLabels() throws IOException {
        echo("web-1");
        assertThat(client().send(get("/")).reply().status()).isEqualTo(200);
        String page = Files.readString(Path.of("../docs/reference/metrics.md"));
        String here = page.substring(0, page.indexOf("# Metrics of the API and the process"));
        TreeSet<String> documented = new TreeSet<>();
        ROW.matcher(here).results().forEach(row -> documented.add(columns(row.group())));
        assertThat(documented).isEqualTo(served());
    }

    /** Name, type and labels of a row; the last column says what it means. */
    private static String columns(String row) {
        return row.substring(0, row.lastIndexOf(" | ", row.length() - 3));
    }

    private SortedSet<String> served() {
        TreeSet<String> rows = new TreeSet<>();
        for (MetricFamily family : gateway.metrics(100)) {
            String labels =
                    family.samples().getFirst().labels().stream()
                            .map(MetricFamily.Label::name)
                            .collect(Collectors.joining(", "));
            rows.add(
                    "| `%s` | %s | %s"
                            .formatted(
                                    family.name(),
                                    family.type().name().toLowerCase(Locale.ROOT),
                                    labels.isEmpty() ? "none" : labels));
        }
        return rows;
    }
}
