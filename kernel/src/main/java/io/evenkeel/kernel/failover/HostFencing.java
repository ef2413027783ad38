package io.evenkeel.kernel.failover;

import io.evenkeel.kernel.store.TxnOutcome;
import io.evenkeel.model.HostKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One confirmed host, from the confirmation to its readmission (C6). Effects are repeated until
 * their report says what is wanted; a report counts by what was seen, not by who asked, as long as
 * it speaks of the token in force. Soft state: what was asked for and when; a successor asks again.
 */
final class HostFencing {
    private static final long SECOND = 1_000_000_000L;
    private static final long LONGEST_PAUSE = 30 * SECOND;

    /** What switches hosts off takes seconds to log in, and some more until the power is gone. */
    private static final Duration SWITCH_OFF = Duration.ofSeconds(30);

    /** Machines, in a decision that speaks of several. */
    private static final int MOST_NAMED = 20;

    private final HostKey host;
    private final FailoverLoop loop;

    private long ticket;
    private long nextNanos;
    private long pause = SECOND;

    /** When a fence in force is asserted again. */
    private long assertNanos;

    private @Nullable String proof;
    private List<String> listed = List.of();
    private boolean cleaned;
    private boolean removed;
    private boolean tasksWritten;

    /** Machines that were not recovered, for their disks are on the host itself. */
    private List<String> lost = List.of();

    private long forToken;

    /** When it may be switched off, or that tried again. */
    private long switchNanos;

    private boolean isOff;

    private boolean switchFailed;

    /** What is to be written down for who asks why it stands where it stands. */
    private final ArrayDeque<Note> notes = new ArrayDeque<>();

    /** What was complained of last, and when. */
    private String complaint = "";

    private long complaintNanos;

    /** Of a commit that says something and changes nothing; 0: none is under way. */
    private long noteTicket;

    /** The {@code alive} since whose return nothing of ours is left on the host; 0: none. */
    private long sweptAlive;

    private long sweeping;
    private long sweepNanos;

    private record Note(String rule, String outcome) {}

    HostFencing(HostKey host, FailoverLoop loop) {
        this.host = host;
        this.loop = loop;
        this.nextNanos = loop.nowNanos();
        this.assertNanos = loop.nowNanos();
        this.sweepNanos = loop.nowNanos();
        this.switchNanos = loop.nowNanos();
    }

    /** When it wants to be considered again, if nothing happens. */
    long nextNanos() {
        return ticket != 0 ? Long.MAX_VALUE : nextNanos;
    }

    void consider() {
        HostState state = loop.state(host);
        Procedure procedure = state.procedure();
        if (ticket != 0 || !state.confirmed()) {
            return;
        }
        if (procedure == null) {
            adopt(state);
            return;
        }
        if (procedure.token() != forToken) {
            forToken = procedure.token();
            proof = null;
            cleaned = false;
            removed = false;
            tasksWritten = false;
            sweptAlive = 0;
            nextNanos = loop.nowNanos();
            assertNanos = loop.nowNanos();
            sweepNanos = loop.nowNanos();
            switchNanos = loop.nowNanos();
            isOff = false;
            switchFailed = false;
            notes.clear();
            complaint = "";
        }
        HostWord word = state.word();
        boolean readmit = word != null && word.word() == HostWord.Word.READMIT;
        if (state.lockRevision() == 0 || state.lockLeased()) {
            commit(
                    HostCommit.on(state)
                            .put(procedure)
                            .put(HostKeys.lock(host), "confirmed, restored", 0));
        } else if (!notes.isEmpty()) {
            Note note = notes.remove();
            commit(
                    HostCommit.on(state)
                            .decided(
                                    loop.atMillis(), loop.revision(), note.rule(), note.outcome()));
            noteTicket = ticket;
        } else if (readmit && procedure.stage() != Stage.READMITTING && state.alive()) {
            commit(
                    HostCommit.on(state)
                            .put(procedure.in(Stage.READMITTING, loop.atMillis(), 0, 0))
                            .input("by", word == null ? "" : word.by())
                            .decided(
                                    loop.atMillis(),
                                    loop.revision(),
                                    "readmission-asked",
                                    "it is cleaned, then its fence ends"));
        } else {
            switch (procedure.stage()) {
                case CONFIRMED -> {
                    switchOff(state, procedure);
                    fence(state, procedure);
                }
                case FENCED -> keep(state, procedure);
                case READMITTING -> readmit(state, procedure);
                case ASKING, DEATH, LOCK -> {}
            }
        }
    }

    /** A lock without a lease whose record is gone: confirmed all the same. */
    private void adopt(HostState state) {
        commit(
                HostCommit.on(state)
                        .put(
                                Procedure.begun(loop.atMillis(), state.seenRevision())
                                        .confirmed(loop.atMillis(), state.lockRevision()))
                        .decided(
                                loop.atMillis(),
                                loop.revision(),
                                "lock-without-record",
                                "taken as confirmed"));
    }

    /**
     * Once the failure is confirmed and until storage has proven its part: later an operator may
     * have switched the host on again, to repair it. Nothing waits for it, and it proves nothing:
     * what answers for the power may be another machine's.
     */
    private void switchOff(HostState state, Procedure procedure) {
        HostDeclaration declared = loop.declared(host);
        if (declared != null
                && declared.switchable()
                && !isOff
                && !state.alive()
                && loop.nowNanos() - switchNanos >= 0) {
            switchNanos = loop.nowNanos() + SWITCH_OFF.toNanos() + 5 * SECOND;
            loop.emit(new FailoverAction.SwitchOff(host, procedure.token(), SWITCH_OFF));
        }
    }

    private void fence(HostState state, Procedure procedure) {
        if (proof != null) {
            assertNanos = loop.nowNanos() + loop.settings().fenceReassert().toNanos();
            commit(
                    HostCommit.on(state)
                            .put(procedure.fenced(loop.atMillis(), listed, proof))
                            .input("refused by storage", String.join(" ", listed))
                            .decided(
                                    loop.atMillis(),
                                    loop.revision(),
                                    "storage-refuses-it",
                                    "its machines may start elsewhere: " + proof));
        } else {
            askForFence(procedure);
        }
    }

    private void askForFence(Procedure procedure) {
        HostDeclaration declared = declaredFor(procedure);
        if (declared == null) {
            due(pause);
            complain("cannot be fenced: nothing says from where it reaches the storage");
        } else if (due(loop.settings().fenceTimeout().toNanos() + pause)) {
            loop.emit(
                    new FailoverAction.Fence(
                            host,
                            procedure.token(),
                            declared,
                            procedure.fenced(),
                            loop.settings().fenceExpiry(),
                            loop.settings().fenceTimeout()));
        }
    }

    /** What was fenced stays so, whatever is declared since. */
    private @Nullable HostDeclaration declaredFor(Procedure procedure) {
        HostDeclaration declared = loop.declared(host);
        if (procedure.stage() == Stage.FENCED) {
            return new HostDeclaration(
                    host,
                    procedure.fenced(),
                    declared != null && declared.hyperconverged(),
                    false,
                    false);
        }
        return declared == null || declared.storageAddresses().isEmpty() ? null : declared;
    }

    private void keep(HostState state, Procedure procedure) {
        if (tasksWritten && !procedure.planned()) {
            HostCommit planned = HostCommit.on(state).put(procedure.withTasks());
            if (!lost.isEmpty()) {
                planned.decided(
                        loop.atMillis(),
                        loop.revision(),
                        "lost-disks",
                        "not recovered, for their disks are on the host itself: " + named(lost));
            }
            commit(planned);
            return;
        }
        if (loop.nowNanos() - assertNanos >= 0) {
            nextNanos = loop.nowNanos();
            assertNanos = loop.nowNanos() + loop.settings().fenceReassert().toNanos();
            askForFence(procedure);
            if (!procedure.planned()) {
                loop.emit(new FailoverAction.Recover(host, procedure.token()));
            }
        } else if (!procedure.planned() && due(pause)) {
            loop.emit(new FailoverAction.Recover(host, procedure.token()));
        }
        if (procedure.planned()) {
            nextNanos = assertNanos;
            sweep(state, procedure);
        }
    }

    /** A record of decisions is read whole, again and again. */
    private static String named(List<String> machines) {
        return machines.size() <= MOST_NAMED
                ? String.join(", ", machines)
                : String.join(", ", machines.subList(0, MOST_NAMED))
                        + " and "
                        + (machines.size() - MOST_NAMED)
                        + " more";
    }

    /**
     * A fenced host that is back may still run what it ran: it cannot write, but it answers under
     * addresses that are others' by now. That ends at once; the host itself waits for its operator.
     */
    private void sweep(HostState state, Procedure procedure) {
        if (!state.alive() || state.aliveRevision() == sweptAlive) {
            return;
        }
        if (loop.nowNanos() - sweepNanos >= 0) {
            sweepNanos = loop.nowNanos() + loop.settings().fenceTimeout().toNanos() + SECOND;
            sweeping = state.aliveRevision();
            loop.emit(new FailoverAction.Clean(host, procedure.token()));
        }
        nextNanos = sweepNanos - nextNanos < 0 ? sweepNanos : nextNanos;
    }

    private void readmit(HostState state, Procedure procedure) {
        if (removed) {
            commit(
                    HostCommit.on(state)
                            .over()
                            .decided(
                                    loop.atMillis(),
                                    loop.revision(),
                                    "readmitted",
                                    "clean, and served by the storage again"));
        } else if (due(loop.settings().fenceTimeout().toNanos() + pause)) {
            loop.emit(
                    cleaned
                            ? new FailoverAction.Unfence(
                                    host, procedure.token(), procedure.fenced())
                            : new FailoverAction.Clean(host, procedure.token()));
        }
    }

    /** Whether the next effect may go out; then none for so long, unless a report comes. */
    private boolean due(long thenNanos) {
        if (loop.nowNanos() - nextNanos < 0) {
            return false;
        }
        nextNanos = loop.nowNanos() + thenNanos;
        return true;
    }

    private boolean speaksOf(long token, Stage stage) {
        Procedure procedure = loop.state(host).procedure();
        return procedure != null && procedure.token() == token && procedure.stage() == stage;
    }

    void fenceReported(FailoverEvent.FenceReported event) {
        boolean first = speaksOf(event.token(), Stage.CONFIRMED);
        if (!first && !speaksOf(event.token(), Stage.FENCED)) {
            return;
        }
        Procedure procedure = loop.state(host).procedure();
        HostDeclaration declared = procedure == null ? null : declaredFor(procedure);
        String proven = declared == null ? null : event.report().proof(declared).orElse(null);
        if (proven == null) {
            complain("its fence is not proven: " + event.report().detail());
            if (first) {
                again();
            } else {
                assertNanos = loop.nowNanos() + pause;
                again();
            }
        } else {
            loop.noAlarm(host);
            pause = SECOND;
            if (first) {
                proof = proven;
                listed = event.report().listed();
            }
        }
        consider();
    }

    void switchedOff(FailoverEvent.SwitchedOff event) {
        if (!speaksOf(event.token(), Stage.CONFIRMED) && !speaksOf(event.token(), Stage.FENCED)) {
            return;
        }
        if (event.off()) {
            isOff = true;
            notes.add(new Note("switched-off", "its power is off: " + event.detail()));
        } else if (!switchFailed) {
            switchFailed = true;
            notes.add(new Note("switched-off", "it could not be switched off: " + event.detail()));
        }
        consider();
    }

    void planned(FailoverEvent.Planned event) {
        if (speaksOf(event.token(), Stage.FENCED)) {
            tasksWritten = true;
            lost = event.lost();
            consider();
        }
    }

    void cleaned(FailoverEvent.Cleaned event) {
        if (speaksOf(event.token(), Stage.READMITTING)) {
            cleaned = event.clean();
            reported(event.clean(), "cannot be cleaned: " + event.detail());
        } else if (event.clean() && speaksOf(event.token(), Stage.FENCED)) {
            sweptAlive = sweeping;
            consider();
        }
    }

    void unfenced(FailoverEvent.Unfenced event) {
        if (cleaned && speaksOf(event.token(), Stage.READMITTING)) {
            removed = event.removed();
            reported(event.removed(), "its fence does not go: " + event.detail());
        }
    }

    private void reported(boolean good, String alarm) {
        if (good) {
            loop.noAlarm(host);
            pause = SECOND;
            nextNanos = loop.nowNanos();
        } else {
            complain(alarm);
            again();
        }
        consider();
    }

    /** An alarm, and where {@code explain host} finds it: what changes often once a minute. */
    private void complain(String text) {
        loop.alarm(host, text);
        boolean due = complaint.isEmpty() || loop.nowNanos() - complaintNanos >= 60 * SECOND;
        if (due && !text.equals(complaint)) {
            complaint = text;
            complaintNanos = loop.nowNanos();
            notes.add(new Note("held-up", text));
        }
    }

    private void again() {
        nextNanos = loop.nowNanos() + pause;
        pause = Math.min(LONGEST_PAUSE, 2 * pause);
    }

    private void commit(HostCommit commit) {
        ticket = loop.nextNumber();
        loop.emit(new FailoverAction.Commit(host, ticket, commit.txn()));
    }

    void committed(FailoverEvent.Committed event) {
        if (ticket == 0 || event.ticket() != ticket) {
            return;
        }
        ticket = 0;
        switch (event.outcome()) {
            case TxnOutcome.Committed done ->
                    loop.refresh(host, done.revision(), HostCommit.reads(done));
            case TxnOutcome.Refused(long revision, var reads) ->
                    loop.refresh(host, revision, reads);
            default -> {}
        }
        boolean note = noteTicket == event.ticket();
        noteTicket = 0;
        boolean done = event.outcome() instanceof TxnOutcome.Committed;
        if (!note) {
            nextNanos = loop.nowNanos() + (done ? 0 : SECOND / 10);
        }
        if (done) {
            consider();
        }
    }
}
