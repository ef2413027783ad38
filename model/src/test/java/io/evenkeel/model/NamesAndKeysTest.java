package io.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesAndKeysTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "web-1", "a.b.c", "vm-7.8080", "x--y"})
    void dnsLabelsJoinedByDotsAreNames(String text) {
        assertThat(Names.isName(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "A", "a_b", "a/b", "a b", "ä",
                "*.a"
            })
    void otherTextsAreNoNames(String text) {
        assertThat(Names.isName(text)).isFalse();
    }

    @Test
    void namesHaveAtMost253CharactersInLabelsOfAtMost63() {
        String label = "a".repeat(63);
        String longest = String.join(".", label, label, label, "a".repeat(61));

        assertThat(Names.isName(longest)).isTrue();
        assertThat(Names.isName(longest + "a")).isFalse();
        assertThat(Names.isName(label + "a")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example,true",
        "*.shop.example,true",
        "localhost,true",
        "10.0.0.1,true",
        "*,false",
        "*.,false",
        "*.*.example,false",
        "a.*.example,false",
        "Shop.example,false",
        "shop.example:80,false"
    })
    void hostPatternsAreExactOrAStarAndADomain(String text, boolean good) {
        assertThat(Names.isHostPattern(text)).isEqualTo(good);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7:8080,10.0.0.7,8080",
        "app_1.Example:80,app_1.Example,80",
        "[::1]:0,::1,0",
        "[fe80::1:2]:65535,fe80::1:2,65535"
    })
    void addressesAreHostAndPort(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "host",
                "host:",
                "host:65536",
                "host:-1",
                "host:080",
                "host:http",
                "::1:80",
                "[host]:80",
                "[::1:80",
                "::1]:80",
                "[]:80",
                "a b:80",
                "a/b:80",
                "-a:80",
                "a..b:80",
                "host:99999999999999999999",
                "user@host:80"
            })
    void otherAddressesAreRefused(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/ek/1/spec/services/default/web,SPEC,services,default,web",
        "/ek/1/presence/gw-1/acme/vm-7.8080,PRESENCE,gw-1,acme,vm-7.8080",
        "/ek/1/assign/disruptions/default/web,ASSIGN,disruptions,default,web",
        "/ek/1/audit/routes/default/r/0000000000000000042,AUDIT,routes,default,r/0000000000000000042"
    })
    void keysAreTakenApartAndPutTogether(
            String key, Keys.Area area, String kind, String tenant, String name) {
        Keys.Key parsed = Keys.parse(key).orElseThrow();

        assertThat(parsed).isEqualTo(new Keys.Key(area, kind, tenant, name)).hasToString(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/ek/1/",
                "/ek/1/spec",
                "/ek/1/spec/",
                "/ek/1/spec/services",
                "/ek/1/spec/services/default",
                "/ek/1/spec/services/default/",
                "/ek/1/spec//default/web",
                "/ek/1/spec/services//web",
                "/ek/1/specs/services/default/web",
                "/ek/2/spec/services/default/web"
            })
    void otherKeysAreNotOfThisLayout(String key) {
        assertThat(Keys.parse(key)).isEmpty();
    }

    @Test
    void keysOfEachUseAreTheseAndAuditKeysSortByTheirSequence() {
        EndpointKey endpoint = new EndpointKey("t", "e.80");

        assertThat(Keys.spec(Kind.POLICY, "t", "p")).isEqualTo("/ek/1/spec/policies/t/p");
        assertThat(Keys.status(Kind.ENDPOINT, "t", "e")).isEqualTo("/ek/1/status/endpoints/t/e");
        assertThat(Keys.presence("g", endpoint)).isEqualTo("/ek/1/presence/g/t/e.80");
        assertThat(Keys.assign(endpoint)).isEqualTo("/ek/1/assign/endpoints/t/e.80");
        assertThat(Keys.disruptions(new ServiceKey("t", "s")))
                .isEqualTo("/ek/1/assign/disruptions/t/s");
        assertThat(Keys.audit("routes", "t", "r", 9))
                .isLessThan(Keys.audit("routes", "t", "r", 10))
                .hasSameSizeAs(Keys.audit("routes", "t", "r", Long.MAX_VALUE));
        assertThat(Keys.prefix(Keys.Area.SPEC, "routes", "t")).isEqualTo("/ek/1/spec/routes/t/");
    }

    @ParameterizedTest
    @CsvSource({
        "2,10,2,2",
        "25%,10,3,2",
        "0%,10,0,0",
        "100%,7,7,7",
        "50%,2000000000,1000000000,1000000000"
    })
    void percentagesOfAmountsAreRoundedEitherWay(String text, int total, int up, int down) {
        assertThat(Amount.parse(text).roundedUp(total)).isEqualTo(up);
        assertThat(Amount.parse(text).roundedDown(total)).isEqualTo(down);
    }

    @ParameterizedTest
    @CsvSource({
        "minReady,3,10,7",
        "minReady,25%,10,7",
        "maxUnavailable,25%,10,2",
        "maxUnavailable,3,2,2",
        "minReady,5,3,0"
    })
    void availabilitySaysHowManyMayBeTakenAway(String key, String amount, int total, int may) {
        Amount parsed = Amount.parse(amount);
        Availability availability =
                key.equals("minReady")
                        ? new Availability(Optional.of(parsed), Optional.empty())
                        : new Availability(Optional.empty(), Optional.of(parsed));

        assertThat(availability.mayBeUnavailable(total)).isEqualTo(may);
        assertThat(Availability.UNLIMITED.mayBeUnavailable(total)).isEqualTo(total);
    }

    @Test
    void statusesAreRangesAndSingles() {
        StatusRanges ranges = StatusRanges.parse("200-299, 404");

        assertThat(ranges.contains(200)).isTrue();
        assertThat(ranges.contains(299)).isTrue();
        assertThat(ranges.contains(404)).isTrue();
        assertThat(ranges.contains(300)).isFalse();
        assertThat(ranges).hasToString("200-299,404");
        for (String bad : new String[] {"", "99", "600", "300-200", "200,", "2xx", "200-"}) {
            assertThatThrownBy(() -> StatusRanges.parse(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
