package io.evenkeel.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** How connections come to stand: listening, accepting, connecting. */
abstract class StandingContract extends NetStage {
    @Test
    void bothEndsKnowBothAddresses() {
        Peer[] ends = pair();
        net.on(() -> {
            assertThat(ends[0].connection.remote()).isEqualTo(listener.local());
            assertThat(ends[1].connection.local().getPort()).isEqualTo(listener.local().getPort());
            assertThat(ends[1].connection.remote()).isEqualTo(ends[0].connection.local());
            return true;
        });
    }

    @Test
    void connectingWhereNobodyListensFailsAndSaysRefused() {
        InetSocketAddress nobody = listener.local();
        net.on(() -> {
            listener.close();
            return true;
        });
        net.settle();
        Peer client = connect(nobody);
        net.await("told", () -> client.failedCalls == 1);
        assertThat(net.<NetFailure>on(() -> client.connection.failure()))
                .isEqualTo(NetFailure.REFUSED);
        assertThat(client.connectedCalls).isZero();
    }

    @Test
    void aConnectionClosedBeforeItStandsIsNotCalled() {
        Peer client = new Peer();
        net.on(() -> {
            client.connection = net.loop().connect(listener.local(), client);
            client.connection.close();
            return true;
        });
        net.settle();
        assertThat(net.on(() -> client.connectedCalls + client.failedCalls)).isZero();
        assertThat(net.on(() -> client.connection.isOpen())).isFalse();
    }

    @Test
    void aListenerThatDoesNotAcceptLetsClientsWaitAndLosesNone() {
        net.on(() -> {
            listener.accepting(false);
            return true;
        });
        Peer client = connect(listener.local());
        net.settle();
        assertThat(net.on(accepted::size)).isZero();
        net.on(() -> {
            listener.accepting(true);
            return true;
        });
        net.await("accepted", () -> accepted.size() == 1 && client.connectedCalls == 1);
    }

    @Test
    void connectionsOutliveTheirListener() {
        Peer[] ends = pair();
        net.on(() -> {
            listener.close();
            return true;
        });
        net.settle();
        net.on(() -> ends[0].send(ascii("still here")));
        net.await("it arrives", () -> ends[1].text().equals("still here"));
    }

    @Test
    void aPortThatIsTakenIsRefusedWithTheAddressAndWhatToDo() {
        ListenResult again =
                net.on(() ->
                        net.loop()
                                .listen(listener.local(), ListenOptions.DEFAULT, c -> new Peer()));
        assertThat(again).isInstanceOf(ListenResult.Refused.class);
        assertThat(((ListenResult.Refused) again).message())
                .contains(String.valueOf(listener.local().getPort()))
                .contains("in use")
                .contains("choose another port");
    }

    @Test
    void theLoopCountsWhatItAccepted() {
        long before = net.loop().stats().accepted();
        pair();
        pair();
        assertThat(net.loop().stats().accepted()).isEqualTo(before + 2);
    }
}
