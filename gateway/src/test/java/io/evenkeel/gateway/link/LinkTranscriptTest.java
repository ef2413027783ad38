package io.evenkeel.gateway.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.registry.AdmissionReply;
import io.evenkeel.model.EndpointKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples in docs/link-protocol.md, byte for byte, against the gateway's session. */
class LinkTranscriptTest {
    private final RecordedActions actions = new RecordedActions();
    private final LinkServerSession session =
            new LinkServerSession(LinkSettings.defaults("gw-1"), actions, 0);

    @Test
    void documentedLinkIsWhatTheGatewaySpeaks() throws Exception {
        play("transcript");
        assertThat(actions.log)
                .containsExactly(
                        "admit vm-17.8080",
                        "linked vm-17.8080 42",
                        "drains",
                        "unlinked vm-17.8080 42 LEFT");
        assertThat(actions.reports).hasSize(1);
        assertThat(session.state()).isEqualTo(LinkState.CLOSING);
    }

    @Test
    void documentedRefusalIsWhatTheGatewaySpeaks() throws Exception {
        play("refusal");
        assertThat(actions.log).isEmpty();
        assertThat(session.state()).isEqualTo(LinkState.CLOSING);
    }

    /** Sends what the document sends, and expects what it expects, turn by turn. */
    private void play(String name) throws IOException {
        List<String> document = Files.readAllLines(Path.of("../docs/link-protocol.md"));
        int begin = document.indexOf("<!-- " + name + ": begin -->") + 2;
        int end = document.indexOf("<!-- " + name + ": end -->") - 1;
        StringBuilder backend = new StringBuilder();
        StringBuilder gateway = new StringBuilder();
        boolean backendTurn = true;
        for (String line : document.subList(begin, end)) {
            if (line.startsWith(">") != backendTurn) {
                if (backendTurn) {
                    send(backend);
                } else {
                    expect(gateway);
                }
                backendTurn = !backendTurn;
            }
            StringBuilder turn = backendTurn ? backend : gateway;
            String text = line.length() > 2 ? line.substring(2) : "";
            turn.append(text).append(text.startsWith("{") ? "\n" : "\r\n");
        }
        if (backendTurn) {
            send(backend);
        } else {
            expect(gateway);
        }
    }

    private void send(StringBuilder turn) {
        String text = turn.toString();
        if (session.state() == LinkState.HANDSHAKE) {
            // The registration is as long as Content-Length says, without a line feed.
            text = text.substring(0, text.length() - 1);
        }
        session.received(0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        if (session.state() == LinkState.ADMITTING) {
            session.admitted(
                    0, new AdmissionReply.Admitted(new EndpointKey("default", "vm-17.8080"), 42));
        }
        turn.setLength(0);
    }

    private void expect(StringBuilder turn) {
        LinkOutput output = session.output();
        ByteBuffer bytes = ByteBuffer.allocate(output.size());
        output.copyTo(bytes);
        output.sent(bytes.position());
        assertThat(new String(bytes.array(), StandardCharsets.UTF_8)).isEqualTo(turn.toString());
        turn.setLength(0);
    }
}
