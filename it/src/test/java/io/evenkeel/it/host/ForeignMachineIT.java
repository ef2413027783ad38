package io.evenkeel.it.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.app.demo.Answer;
import io.evenkeel.host.LibvirtHypervisor;
import io.evenkeel.host.driver.DriverLaunch;
import io.evenkeel.it.lab.Guest;
import io.evenkeel.it.lab.HostMachine;
import io.evenkeel.kernel.machine.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** C0: a machine that somebody else made is taken over while it runs. */
@Tag("C")
@Timeout(240)
@SuppressWarnings("NullAway.Init")
class ForeignMachineIT {
    private static final Guest GUEST = new Guest("foreign", 8);
    private static final Guest ODD = new Guest("odd", 9);
    private static final Pattern TOKEN = Pattern.compile("token=.(\\d+).");

    @TempDir private Path folder = Path.of("");

    private Site site;

    private String virsh(String... arguments) throws IOException {
        return host().virsh(site.center, "", arguments);
    }

    private HostMachine host() {
        return site.host("h1");
    }

    private void define(Guest guest, String xml) throws IOException {
        site.ceph.image(guest.name());
        var _ = host().virsh(site.center, xml, "define", "/dev/stdin");
    }

    private List<Answer> takeOver(String query) throws IOException, InterruptedException {
        var response = site.control.api().send("POST", "/v1/hosts/h1:import" + query, "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Answer.read(response.body()).at("machines").items();
    }

    private static List<String> outcomes(List<Answer> machines) {
        return machines.stream()
                .map(one -> one.at("name").text() + " " + one.at("outcome").text())
                .toList();
    }

    /** That the description as of the next start has. */
    private long token() throws IOException {
        Matcher found = TOKEN.matcher(virsh("dumpxml", "--inactive", GUEST.name()));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    @Test
    void machineMadeByHandIsTakenOverWhileItRuns() throws Exception {
        try (Site opened = Site.start(folder, false, 1, "patient", "h1", "h2")) {
            site = opened;
            define(GUEST, GUEST.xml(site.ceph, ""));
            var _ = virsh("autostart", GUEST.name());
            var _ = virsh("start", GUEST.name());
            define(
                    ODD,
                    ODD.xml(site.ceph, "")
                            .replace(
                                    "<target dev='vda' bus='virtio'/>",
                                    "<target dev='sda' bus='sata'/>"));
            GUEST.awaitAnswer(site.center, Site.SOON);
            assertThat(token()).isZero();

            List<Answer> look = takeOver("?dryRun=true");
            assertThat(outcomes(look)).containsExactly("foreign importable", "odd refused");
            assertThat(look.getFirst().at("leftOut").items()).isEmpty();
            assertThat(look.getLast().at("problems").json().text()).contains("sata");
            assertThat(site.read("/v1/virtualmachines").at("items").items()).isEmpty();

            List<Answer> done = takeOver("");
            assertThat(outcomes(done)).containsExactly("foreign imported", "odd refused");
            long token = done.getFirst().at("revision").number();
            assertThat(token()).isEqualTo(token);
            assertThat(virsh("dumpxml", GUEST.name())).contains("token=\"" + token + "\"");
            assertThat(virsh("dominfo", GUEST.name())).containsPattern("Autostart: +disable");
            assertThat(site.hostOf(GUEST)).isSameAs(host());
            assertThat(GUEST.get(site.center, "/boots")).isEqualTo("1");
            assertThat(outcomes(takeOver("?machines=foreign")))
                    .containsExactly("foreign unchanged");
            marksAreRefused(done.getFirst().at("uuid").text(), token);

            // From here on it is as any other, started again and as it was.
            Answer declared = site.read("/v1/virtualmachines/foreign").at("spec");
            var _ = virsh("destroy", GUEST.name());
            GUEST.awaitAnswer(site.center, Site.SOON);
            assertThat(GUEST.get(site.center, "/boots")).isEqualTo("2");
            assertThat(token()).isGreaterThan(token);
            assertThat(site.read("/v1/virtualmachines/foreign").at("spec")).isEqualTo(declared);
            assertThat(virsh("domstate", ODD.name())).contains("shut off");
            manyAtOnce();
        }
    }

    /** More than a driver takes calls. */
    private void manyAtOnce() throws Exception {
        String xml = new Guest("many-", 10).xml(site.ceph, "");
        for (int i = 10; i < 30; i++) {
            String one =
                    xml.replace("many-", "many-" + i)
                            .replaceAll("00010</uuid>", "000" + i + "</uuid>")
                            .replaceAll(":0a'", ":" + i + "'");
            var _ = host().virsh(site.center, one, "define", "/dev/stdin");
        }
        List<Answer> many = takeOver("");
        assertThat(many.stream().map(one -> one.at("outcome").text()).toList())
                .filteredOn(outcome -> outcome.equals("imported"))
                .as("%s", many)
                .hasSize(20);
    }

    /** Nobody puts an older token over a newer, or one on another machine of the name. */
    private void marksAreRefused(String uuid, long token) throws Exception {
        List<String> driver = new ArrayList<>(site.center.place().before());
        driver.addAll(DriverLaunch.of("libvirt"));
        String another = uuid.replace('4', '5');
        try (LibvirtHypervisor hypervisor = new LibvirtHypervisor(driver)) {
            for (var mark :
                    List.of(
                            hypervisor.mark(
                                    host().uri(), "foreign", uuid, token - 1, Scene.PATIENCE),
                            hypervisor.mark(
                                    host().uri(), "foreign", another, token + 1, Scene.PATIENCE))) {
                assertThat(Scene.reply(mark)).isInstanceOf(Reply.Refused.class);
            }
        }
        assertThat(token()).isEqualTo(token);
    }
}
