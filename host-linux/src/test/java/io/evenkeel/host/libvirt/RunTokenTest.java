package io.evenkeel.host.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.kernel.machine.DomainXml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunTokenTest {
    private static String described(String metadata) {
        return "<domain type='kvm'><!-- <name>no</name> --><metadata>"
                + metadata
                + "<other><name>no</name></other></metadata><name> web &amp; 1 </name></domain>";
    }

    @Test
    void tokenAndNameOfADescriptionAreRead() {
        assertThat(RunToken.inDescription(described(DomainXml.run(Long.MAX_VALUE / 10))))
                .isEqualTo(new RunToken.Described("web & 1", Long.MAX_VALUE / 10));
    }

    @Test
    void tokenIsReadHoweverLibvirtGivesItBack() {
        assertThat(RunToken.of(DomainXml.run(7))).isEqualTo(7);
        assertThat(RunToken.of("<run xmlns=\"" + DomainXml.NAMESPACE + "\" token=\"7\"/>"))
                .isEqualTo(7);
        assertThat(RunToken.of("<run xmlns='" + DomainXml.NAMESPACE + "'/>")).isZero();
        assertThat(RunToken.of("<run token='-7'/>")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<run token='7'/>", "<e:run xmlns:e='x' token='7'/>"})
    void descriptionWithoutATokenIsRefused(String metadata) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunToken.inDescription(described(metadata)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<domain>",
                "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><domain><name>&e;</name>"
                        + "<run xmlns='https://evenkeel.io/machine/1' token='1'/></domain>"
            })
    void whatIsNoDescriptionIsRefused(String xml) {
        assertThatIllegalArgumentException().isThrownBy(() -> RunToken.inDescription(xml));
    }
}
