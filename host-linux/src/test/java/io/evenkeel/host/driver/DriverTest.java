package io.evenkeel.host.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.kernel.machine.Reply;
import io.evenkeel.model.tree.Tree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over real processes that play a driver: shell scripts, which do what libraries do. */
@Timeout(60)
class DriverTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    /** Answers each request but the call "hang"; says how far that is if {@code $1} is given. */
    private static final String PLAYED =
            """
            while read -r line; do
                id=${line#*:}
                id=${id%%,*}
                case $line in
                    *probe*) [ -z "$1" ] || echo "{\\"id\\":$id,\\"asked\\":$1}" ;;
                    *hang*) ;;
                    *die*) exit 3 ;;
                    *rubbish*) echo "libvirt: XML-RPC error : oh" ;;
                    *) echo "{\\"id\\":$id,\\"is\\":\\"done\\",\\"value\\":$$}" ;;
                esac
            done
            """;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<Driver> drivers = new ArrayList<>();

    @AfterEach
    void end() {
        drivers.forEach(Driver::close);
        clock.close();
    }

    private Driver driver(String... command) {
        Driver made = new Driver("test", List.of(command), clock);
        drivers.add(made);
        return made;
    }

    private Driver played(String asked) {
        return driver("sh", "-c", PLAYED, "driver", asked);
    }

    private static CompletableFuture<Reply<Tree>> call(
            Driver driver, String call, Duration timeout) {
        return driver.call(call, Fields.object(), timeout);
    }

    private static Reply<Tree> reply(CompletableFuture<Reply<Tree>> call) throws Exception {
        return call.get(30, TimeUnit.SECONDS);
    }

    /** The process id by which the played driver answers. */
    private static long pid(Driver driver) throws Exception {
        Reply<Tree> reply = reply(call(driver, "ping", LONG));
        assertThat(reply).isInstanceOf(Reply.Done.class);
        return Fields.numberAt(Fields.object("pid", ((Reply.Done<Tree>) reply).value()), "pid");
    }

    private static void awaitEnd(long pid) throws Exception {
        ProcessHandle.of(pid)
                .ifPresent(process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }

    @Test
    void callsAreAnsweredByOneProcess() throws Exception {
        Driver driver = played("2000");
        long first = pid(driver);
        assertThat(first).isEqualTo(driver.pid());
        assertThat(pid(driver)).isEqualTo(first);
    }

    @Test
    void callThatHangsIsSilentAndItsProcessIsKilledAndStartedAgain() throws Exception {
        Driver driver = played("400");
        long first = pid(driver);
        CompletableFuture<Reply<Tree>> beside = call(driver, "hang", LONG);
        long begun = System.nanoTime();
        assertThat(reply(call(driver, "hang", Duration.ofMillis(500))))
                .isEqualTo(new Reply.Silent<>("no answer within 400 ms"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isGreaterThan(Duration.ofMillis(499));
        // Nothing is known of what else was under way: nobody was silent to it.
        assertThat(reply(beside)).isInstanceOf(Reply.Unasked.class);
        awaitEnd(first);
        assertThat(driver.pid()).isNotZero().isNotEqualTo(first);
        assertThat(pid(driver)).isNotEqualTo(first);
    }

    @Test
    void driverThatWasLateBlamesNobody() throws Exception {
        for (String asked : List.of("-1", "0", "249")) {
            Driver driver = played(asked);
            assertThat(reply(call(driver, "hang", Duration.ofMillis(500))))
                    .isInstanceOf(Reply.Unasked.class);
        }
    }

    @Test
    void driverThatDoesNotEvenAnswerAProbeBlamesNobodyAndIsEnded() throws Exception {
        Driver driver = driver("sh", "-c", "exec sleep 1000");
        CompletableFuture<Reply<Tree>> hanging = call(driver, "a", Duration.ofMillis(100));
        long pid = driver.pid();
        assertThat(reply(hanging)).isInstanceOf(Reply.Unasked.class);
        awaitEnd(pid);
    }

    @Test
    void driverThatDoesNotReadHoldsNoCaller() throws Exception {
        Driver driver = driver("sh", "-c", "exec sleep 1000");
        Tree much = Fields.object("text", Fields.text("x".repeat(300_000)));
        CompletableFuture<Reply<Tree>> first = driver.call("a", much, Duration.ofMillis(300));
        CompletableFuture<Reply<Tree>> second = driver.call("a", much, Duration.ofMillis(300));
        assertThat(first.isDone()).isFalse();
        assertThat(reply(first)).isInstanceOf(Reply.Unasked.class);
        assertThat(reply(second)).isInstanceOf(Reply.Unasked.class);
    }

    @Test
    void deathAndRubbishEndWhatIsUnderWayAndTheNextStartWaits() throws Exception {
        for (String end : List.of("die", "rubbish")) {
            Driver driver = played("2000");
            long first = pid(driver);
            CompletableFuture<Reply<Tree>> beside = call(driver, "hang", LONG);
            assertThat(reply(call(driver, end, LONG)))
                    .isInstanceOfSatisfying(
                            Reply.Unasked.class,
                            why ->
                                    assertThat(why.why())
                                            .contains(end.equals("die") ? "3" : "no sense"));
            assertThat(reply(beside)).isInstanceOf(Reply.Unasked.class);
            awaitEnd(first);
            long deadline = System.nanoTime() + LONG.toNanos();
            Reply<Tree> next = reply(call(driver, "ping", LONG));
            while (next instanceof Reply.Unasked) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                next = reply(call(driver, "ping", LONG));
            }
            assertThat(next).isInstanceOf(Reply.Done.class);
        }
    }

    @Test
    void whatCannotBeStartedIsSaid() throws Exception {
        Driver driver = driver("/none/such");
        assertThat(reply(call(driver, "ping", LONG)))
                .isInstanceOfSatisfying(
                        Reply.Unasked.class, why -> assertThat(why.why()).contains("/none/such"));
    }

    @Test
    void callsUnderWayAreBounded() throws Exception {
        Driver driver = played("2000");
        for (int i = 0; i < Driver.MAX_CALLS; i++) {
            assertThat(call(driver, "hang", LONG).isDone()).isFalse();
        }
        assertThat(reply(call(driver, "ping", LONG))).isInstanceOf(Reply.Unasked.class);
    }

    @Test
    void idleDriverEndsItsProcessAndABusyOneDoesNot() throws Exception {
        Driver driver = played("2000");
        long pid = pid(driver);
        assertThat(driver.endIfIdle(LONG)).isFalse();
        CompletableFuture<Reply<Tree>> busy = call(driver, "hang", LONG);
        assertThat(driver.endIfIdle(Duration.ZERO)).isFalse();
        assertThat(busy.isDone()).isFalse();
        driver.close();
        assertThat(reply(busy)).isInstanceOf(Reply.Unasked.class);
        awaitEnd(pid);
        Driver other = played("2000");
        long second = pid(other);
        assertThat(other.endIfIdle(Duration.ZERO)).isTrue();
        awaitEnd(second);
        assertThat(other.pid()).isZero();
    }

    @Test
    void closedDriverStartsNothing() throws Exception {
        Driver driver = played("2000");
        driver.close();
        assertThat(reply(call(driver, "ping", LONG))).isInstanceOf(Reply.Unasked.class);
        assertThat(driver.pid()).isZero();
    }
}
