package io.evenkeel.control.api;

import io.evenkeel.model.Kind;
import io.evenkeel.model.Power;
import io.evenkeel.model.VirtualMachineSpec;

/** {@code POST /v1/virtualmachines/NAME:power}: whether a machine is to run. */
final class MachinePowerHandler {
    private final SpecEdits edits;

    MachinePowerHandler(ApiContext context) {
        edits = new SpecEdits(context);
    }

    ApiReply handle(ApiRequest request) throws InterruptedException {
        Power power = SpecEdits.isOn(request) ? Power.ON : Power.OFF;
        return edits.carryOut(
                request, Kind.VIRTUAL_MACHINE, spec -> ((VirtualMachineSpec) spec).powered(power));
    }
}
