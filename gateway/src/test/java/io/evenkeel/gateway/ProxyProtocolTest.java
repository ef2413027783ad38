package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.gateway.observe.TerminationReason;
import io.evenkeel.gateway.proxy.ProxySettings;
import io.evenkeel.gateway.source.ProxyHeader;
import io.evenkeel.gateway.source.ProxyHeaders;
import io.evenkeel.gateway.source.ProxyProtocol;
import io.evenkeel.gateway.source.SourceRules;
import io.evenkeel.kernel.observe.MetricFamily;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** B1: PROXY headers over real sockets, on listeners of every kind. */
@SuppressWarnings("StringConcatToTextBlock") // every CR and LF is meant
final class ProxyProtocolTest {
    private static final String LINE = "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n";

    /** A gateway with these rules, and a backend that remembers the heads it got. */
    abstract static class Listener extends ProxySuite {
        final BlockingQueue<String> heads = new LinkedBlockingQueue<>();

        abstract SourceRules rules();

        static SourceRules rules(ProxyProtocol use, String... trusted) {
            return SourceRules.DEFAULT
                    .withTrusted(AddressRanges.parse(List.of(trusted)))
                    .withProxyProtocol(use);
        }

        @Override
        GatewaySettings settings() {
            return super.settings().withSources(rules());
        }

        void backend() {
            backend(talk -> {
                while (true) {
                    heads.add(talk.head());
                    talk.send(ok("fine"));
                }
            });
        }

        String forwardedFor() throws InterruptedException {
            String head = heads.poll(10, TimeUnit.SECONDS);
            return Talk.value(head == null ? "" : head, "x-forwarded-for");
        }

        void assertRefused(Talk client, TerminationReason reason) {
            Talk.Reply reply = client.reply();
            assertThat(reply.value("evenkeel-termination")).isEqualTo(reason.label());
            assertThat(reply.status()).isEqualTo(400);
            assertThat(client.ended()).isTrue();
            awaitCounted(reason);
            assertThat(heads).isEmpty();
        }

        /** These end before a service is known: counted for the gateway. */
        double counted(TerminationReason reason) {
            return gateway.metrics(0).stream()
                    .filter(family -> family.name().equals("evenkeel_terminations"))
                    .flatMap(family -> family.samples().stream())
                    .filter(sample ->
                            sample.labels().stream()
                                    .anyMatch(label -> label.value().equals(reason.label())))
                    .mapToDouble(sample -> ((MetricFamily.Value) sample).value())
                    .sum();
        }

        void awaitCounted(TerminationReason reason) {
            await("counted as " + reason.label(), () -> counted(reason) > 0);
        }
    }

    @Nested
    final class AcceptingFromTrustedSources extends Listener {
        @Override
        SourceRules rules() {
            return rules(ProxyProtocol.ACCEPT, "127.0.0.0/8", "10.0.0.0/8");
        }

        @Test
        void theAddressOfTheHeaderIsTheClientEverywhere() throws Exception {
            backend();
            Talk client = client();
            client.send(LINE + get("/"));
            String id = client.reply().value("x-request-id");
            String head = heads.take();
            assertThat(Talk.value(head, "x-forwarded-for")).isEqualTo("192.0.2.1");
            assertThat(Talk.value(head, "x-forwarded-port")).isEqualTo("443");
            assertThat(Talk.value(head, "x-forwarded-proto")).isEqualTo("http");
            assertThat(Talk.value(head, "forwarded")).startsWith("for=192.0.2.1;proto=http");
            assertThat(record(id).client()).isEqualTo("192.0.2.1");
            client.send(get("/again")).reply();
            assertThat(forwardedFor()).as("for every request").isEqualTo("192.0.2.1");
        }

        @Test
        void aBinaryHeaderTellsOfIpv6AndTls() throws Exception {
            backend();
            byte[] header =
                    ProxyHeaders.checked(
                            "2121", ProxyHeaders.SIX + ProxyHeaders.extension(0x20, "0100000000"));
            client().send(ProxyHeaders.join(header, ProxyHeaders.text(get("/")))).reply();
            String head = heads.take();
            assertThat(Talk.value(head, "x-forwarded-for")).isEqualTo("2001:db8:0:0:0:0:0:1");
            assertThat(Talk.value(head, "x-forwarded-proto")).isEqualTo("https");
        }

        @Test
        void aHeaderThatComesByteByByteIsTaken() throws Exception {
            backend();
            for (byte[] header :
                    List.of(
                            ProxyHeaders.text(LINE),
                            ProxyHeaders.binary("2111", ProxyHeaders.FOUR))) {
                Talk client = client();
                for (byte b : ProxyHeaders.join(header, ProxyHeaders.text(get("/")))) {
                    client.send(new byte[] {b});
                }
                assertThat(client.reply().body()).isEqualTo("fine");
                assertThat(forwardedFor()).isEqualTo("192.0.2.1");
            }
        }

        @Test
        void aConnectionWithoutHeaderIsThePeersOwn() throws Exception {
            backend();
            client().send(get("/")).reply();
            assertThat(forwardedFor()).isEqualTo("127.0.0.1");
            client().send("PROXY UNKNOWN\r\n" + get("/")).reply();
            assertThat(forwardedFor()).isEqualTo("127.0.0.1");
        }

        @Test
        void theClientOfTheHeaderIsBelievedOnlyIfItIsTrustedItself() throws Exception {
            backend();
            client().send(
                            LINE
                                    + get("/").replace(
                                                    "\r\n\r\n",
                                                    "\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"))
                    .reply();
            assertThat(forwardedFor()).isEqualTo("192.0.2.1");
            client().send(
                            "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n"
                                    + get("/").replace(
                                                    "\r\n\r\n",
                                                    "\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n"))
                    .reply();
            assertThat(forwardedFor()).isEqualTo("203.0.113.9, 10.0.0.1");
        }

        @Test
        void aMalformedHeaderIsRefusedWithItsReason() {
            backend();
            Talk client = client().send("PROXY TCP4 1.2.3.4.5 1.2.3.4 1 2\r\n" + get("/"));
            Talk.Reply reply = client.reply();
            assertThat(reply.value("evenkeel-termination"))
                    .isEqualTo("client.proxy-header.malformed");
            assertThat(reply.body()).contains("bad-source-address");
            assertThat(client.ended()).isTrue();
        }

        @Test
        void anOversizedHeaderIsRefusedBeforeItHasCome() {
            backend();
            byte[] start = ProxyHeaders.bytes("0d0a0d0a000d0a515549540a2111ffff");
            assertThat(start.length).isLessThan(ProxyHeader.MOST_BYTES);
            assertRefused(client().send(start), TerminationReason.CLIENT_PROXY_HEADER_MALFORMED);
        }

        @Test
        void aSecondHeaderIsRefused() {
            backend();
            assertRefused(
                    client().send(LINE + LINE + get("/")),
                    TerminationReason.CLIENT_PROXY_HEADER_UNEXPECTED);
        }

        @Test
        void aHeaderThatIsCutIsCounted() {
            backend();
            client().send(LINE.substring(0, 20)).finish();
            awaitCounted(TerminationReason.CLIENT_PROXY_HEADER_ABORTED);
        }

        @Test
        void aConnectionThatSaysNothingIsNoFailure() {
            backend();
            assertThat(client().finish().ended()).isTrue();
            assertThat(client().send(LINE).finish().ended()).isTrue();
            assertThat(counted(TerminationReason.CLIENT_PROXY_HEADER_ABORTED)).isZero();
            assertThat(counted(TerminationReason.CLIENT_HEAD_ABORTED)).isZero();
        }
    }

    @Nested
    final class WithUntrustedPeers extends Listener {
        @Override
        SourceRules rules() {
            return rules(ProxyProtocol.ACCEPT, "10.0.0.0/8");
        }

        @Test
        void aHeaderIsALieAndRefused() {
            backend();
            assertRefused(
                    client().send(LINE + get("/")),
                    TerminationReason.CLIENT_PROXY_HEADER_UNEXPECTED);
            assertRefused(
                    client().send(ProxyHeaders.binary("2111", ProxyHeaders.FOUR)),
                    TerminationReason.CLIENT_PROXY_HEADER_UNEXPECTED);
        }

        @Test
        void plainRequestsAreServed() throws Exception {
            backend();
            client().send(get("/")).reply();
            assertThat(forwardedFor()).isEqualTo("127.0.0.1");
        }
    }

    @Nested
    final class Off extends Listener {
        @Override
        SourceRules rules() {
            return rules(ProxyProtocol.OFF, "127.0.0.0/8");
        }

        @Test
        void aHeaderOfATrustedSourceIsRefusedToo() {
            backend();
            assertRefused(
                    client().send(LINE + get("/")),
                    TerminationReason.CLIENT_PROXY_HEADER_UNEXPECTED);
        }
    }

    @Nested
    final class RequiringIt extends Listener {
        @Override
        SourceRules rules() {
            return rules(ProxyProtocol.REQUIRE, "127.0.0.0/8");
        }

        @Override
        ProxySettings proxy(ProxySettings d) {
            long soon = Duration.ofMillis(150).toNanos();
            return new ProxySettings(
                    d.limits(),
                    d.pseudonym(),
                    soon,
                    d.bodyIdleNanos(),
                    d.keepAliveNanos(),
                    d.writeStallNanos(),
                    d.lingerNanos(),
                    d.totalNanos(),
                    d.maxConnections(),
                    d.bufferBytes());
        }

        @Test
        void aConnectionWithoutHeaderIsRefused() {
            backend();
            assertRefused(client().send(get("/")), TerminationReason.CLIENT_PROXY_HEADER_MISSING);
        }

        @Test
        void aHeaderInTimeIsServed() throws Exception {
            backend();
            client().send(LINE + get("/")).reply();
            assertThat(forwardedFor()).isEqualTo("192.0.2.1");
        }

        @Test
        void aHeaderThatIsLateIsNotWaitedFor() {
            backend();
            Talk silent = client();
            Talk slow = client().send(LINE.substring(0, 20));
            assertThat(slow.reply().status()).isEqualTo(408);
            awaitCounted(TerminationReason.CLIENT_PROXY_HEADER_TIMEOUT);
            assertThat(silent.ended()).isTrue();
        }
    }

    @Nested
    final class RequiringItOfUntrustedPeers extends Listener {
        @Override
        SourceRules rules() {
            return rules(ProxyProtocol.REQUIRE, "10.0.0.0/8");
        }

        @Test
        void nobodyComesPastTheBalancer() {
            backend();
            assertRefused(client().send(get("/")), TerminationReason.CLIENT_PROXY_HEADER_MISSING);
            assertRefused(
                    client().send(LINE + get("/")),
                    TerminationReason.CLIENT_PROXY_HEADER_UNEXPECTED);
        }
    }
}
