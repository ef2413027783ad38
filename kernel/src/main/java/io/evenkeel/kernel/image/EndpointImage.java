package io.evenkeel.kernel.image;

import io.evenkeel.model.AdminState;
import io.evenkeel.model.EndpointKey;
import io.evenkeel.model.EndpointSpec;
import io.evenkeel.model.Metadata;
import io.evenkeel.model.ServiceKey;
import io.evenkeel.model.Source;
import java.util.List;

/**
 * One endpoint as the store has it.
 *
 * @param key tenant and endpoint id
 * @param metadata of its spec record; its revision is the store revision of that record's last
 *     write
 * @param spec what it is
 * @param epoch store revision at which this incarnation was admitted (for a declared endpoint: at
 *     which its spec was last written)
 * @param assignment what an operator set on it
 * @param marks every gateway's mark for it, by gateway, of whatever epoch
 * @param suspectedHost the host that it is on, or was on when it registered, if that is suspected
 *     dead or known to be (C11); empty if it is not
 */
public record EndpointImage(
        EndpointKey key,
        Metadata metadata,
        EndpointSpec spec,
        long epoch,
        Assignment assignment,
        List<PresenceMark> marks,
        String suspectedHost) {
    public EndpointImage {
        marks = List.copyOf(marks);
    }

    /** One whose host nobody suspects. */
    public EndpointImage(
            EndpointKey key,
            Metadata metadata,
            EndpointSpec spec,
            long epoch,
            Assignment assignment,
            List<PresenceMark> marks) {
        this(key, metadata, spec, epoch, assignment, marks, "");
    }

    public ServiceKey service() {
        return new ServiceKey(key.tenant(), spec.service());
    }

    /** The operator's word on this endpoint alone; its service's state is not in it. */
    public AdminState adminState() {
        return assignment.adminState();
    }

    /** Declared by a resource, not by its own registration: it needs no link to be picked. */
    public boolean declared() {
        return metadata.source() != Source.LINK;
    }

    /** The same with other marks. */
    public EndpointImage withMarks(List<PresenceMark> others) {
        return new EndpointImage(key, metadata, spec, epoch, assignment, others, suspectedHost);
    }

    /** The same, suspected for this host; empty for not. */
    public EndpointImage withSuspectedHost(String host) {
        return new EndpointImage(key, metadata, spec, epoch, assignment, marks, host);
    }

    /** Whether it is to get no requests because its host is suspected dead. */
    public boolean suspected() {
        return !suspectedHost.isEmpty();
    }

    /** Whether some gateway can reach this incarnation. */
    public boolean presentAnywhere() {
        for (PresenceMark mark : marks) {
            if (mark.epoch() == epoch) {
                return true;
            }
        }
        return false;
    }

    /** Whether this gateway has marked this incarnation. */
    public boolean presentAt(String gateway) {
        for (PresenceMark mark : marks) {
            if (mark.epoch() == epoch && mark.gateway().equals(gateway)) {
                return true;
            }
        }
        return false;
    }
}
