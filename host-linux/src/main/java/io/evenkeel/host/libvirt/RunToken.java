package io.evenkeel.host.libvirt;

import io.evenkeel.kernel.machine.DomainXml;
import java.io.StringReader;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The token of a run in a domain's metadata: {@code <evenkeel:run
 * xmlns:evenkeel="https://evenkeel.io/machine/1" token="7"/>}. Pure.
 */
final class RunToken {
    private RunToken() {}

    /** Of an element as libvirt gives it back; 0 if it says none. */
    static long of(String element) {
        return read(element, false).token;
    }

    /**
     * What a description says of who runs.
     *
     * @param name empty if it has none
     * @param token 0 if it has none
     */
    record Described(String name, long token) {}

    /**
     * Of the description of a domain.
     *
     * @throws IllegalArgumentException if it lacks the name or the token
     */
    static Described inDescription(String xml) {
        Described found = read(xml, true);
        if (found.name.isEmpty() || found.token <= 0) {
            throw new IllegalArgumentException(
                    "the description has to carry a name and the token of a run, it has " + found);
        }
        return found;
    }

    private static Described read(String xml, boolean whole) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        String name = "";
        long token = 0;
        int depth = 0;
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.END_ELEMENT) {
                    depth--;
                } else if (event == XMLStreamConstants.START_ELEMENT) {
                    depth++;
                    // Asked for our element, libvirt gives it back in a writing of its own.
                    boolean ours = !whole || DomainXml.NAMESPACE.equals(reader.getNamespaceURI());
                    String said = reader.getAttributeValue(null, "token");
                    if (ours && reader.getLocalName().equals("run") && said != null) {
                        token = said.matches("\\d{1,18}") ? Long.parseLong(said) : 0;
                    } else if (depth == 2 && reader.getLocalName().equals("name")) {
                        name = reader.getElementText().strip();
                        depth--;
                    }
                }
            }
            return new Described(name, token);
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("no description of a domain: " + e.getMessage(), e);
        }
    }
}
