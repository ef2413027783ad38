package io.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.gateway.source.NumericAddress;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AddressRangesTest {
    private static boolean in(AddressRanges ranges, String address) {
        NumericAddress numeric = new NumericAddress();
        numeric.set(InetAddress.ofLiteral(address));
        return ranges.trusts(numeric.high(), numeric.low());
    }

    @Test
    void addressesAndBlocksOfBothFamiliesAreContained() {
        AddressRanges ranges =
                AddressRanges.parse(List.of("10.0.0.0/8", "192.168.1.7", "fd00::/9", "::1"));
        assertThat(in(ranges, "10.255.0.1")).isTrue();
        assertThat(in(ranges, "11.0.0.1")).isFalse();
        assertThat(in(ranges, "192.168.1.7")).isTrue();
        assertThat(in(ranges, "192.168.1.8")).isFalse();
        assertThat(in(ranges, "fd7f::1")).isTrue();
        assertThat(in(ranges, "fe80::1")).isFalse();
        assertThat(in(ranges, "::1")).isTrue();
    }

    @Test
    void aBlockOfZeroBitsIsEverybodyOfItsFamily() {
        AddressRanges ranges = AddressRanges.parse(List.of("0.0.0.0/0"));
        assertThat(in(ranges, "8.8.8.8")).isTrue();
        assertThat(in(ranges, "::1")).isFalse();
    }

    @Test
    void aBlockOfAllIpv6AddressesIsNobodyOfIpv4() {
        AddressRanges ranges = AddressRanges.parse(List.of("::/0"));
        assertThat(in(ranges, "2001:db8::1")).isTrue();
        assertThat(in(ranges, "8.8.8.8")).isFalse();
    }

    @Test
    void nobodyIsTrustedByDefault() {
        assertThat(in(AddressRanges.NONE, "127.0.0.1")).isFalse();
    }

    @Test
    void everyBadEntryIsNamedAtOnce() {
        assertThatThrownBy(
                        () -> AddressRanges.parse(List.of("10.0.0.0/33", "localhost", "1.2.3.4/x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.0/33")
                .hasMessageContaining("localhost")
                .hasMessageContaining("1.2.3.4/x");
    }
}
