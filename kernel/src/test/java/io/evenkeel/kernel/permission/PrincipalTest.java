package io.evenkeel.kernel.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PrincipalTest {
    @Test
    void auditFormTellsLocalCallersFromParts() {
        assertThat(Principal.LOCAL).hasToString("local");
        assertThat(Principal.component("files")).hasToString("component:files");
    }

    @Test
    void nameThatWouldBreakTheAuditFormIsRefused() {
        assertThatThrownBy(() -> Principal.component("a b"))
                .hasMessage(
                        "principal name: 'a b' (expected: 1-253 printable characters without"
                                + " blanks or a colon)");
    }

    @Test
    void localRuleAllowsEverything() {
        assertThat(
                        PermissionPort.everythingToLocal()
                                .judge(Principal.LOCAL, Permission.readCluster()))
                .isEqualTo(new PermissionPort.Verdict.Allowed());
    }
}
