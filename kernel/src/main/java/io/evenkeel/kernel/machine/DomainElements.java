package io.evenkeel.kernel.machine;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads libvirt's description of a domain, which comes from a host, into elements. Bounded in
 * length, depth and number, and without document types: nothing in it leads anywhere else. Pure.
 */
final class DomainElements {
    /** Characters; a description with hundreds of devices has a tenth of it. */
    static final int MAX_LENGTH = 256 * 1_024;

    /** libvirt's own descriptions stay below ten, metadata of others aside. */
    static final int MAX_DEPTH = 32;

    static final int MAX_ELEMENTS = 8_192;

    /**
     * An element; no attribute and an empty one are the same.
     *
     * @param name with its prefix, if it has one
     * @param text of its own, stripped
     */
    record Element(
            String name,
            SortedMap<String, String> attributes,
            List<Element> children,
            String text) {
        String attribute(String called) {
            return attributes.getOrDefault(called, "");
        }

        Stream<Element> all(String called) {
            return children.stream().filter(child -> child.name.equals(called));
        }

        Optional<Element> first(String called) {
            return all(called).findFirst();
        }

        /** An attribute of a child; empty if either is not there. */
        String at(String child, String called) {
            return first(child).map(one -> one.attribute(called)).orElse("");
        }

        /** The text of a child; empty if it is not there. */
        String textOf(String child) {
            return first(child).map(Element::text).orElse("");
        }
    }

    /** An element whose end was not seen yet. */
    private record Open(
            String name,
            SortedMap<String, String> attributes,
            List<Element> children,
            StringBuilder text) {
        Element closed() {
            return new Element(
                    name,
                    Collections.unmodifiableSortedMap(attributes),
                    List.copyOf(children),
                    text.toString().strip());
        }
    }

    private DomainElements() {}

    /**
     * The outermost element.
     *
     * @throws IllegalArgumentException what is wrong with the text, in one line
     */
    static Element read(String xml) {
        if (xml.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    xml.length() + " characters (expected: at most " + MAX_LENGTH + ")");
        }
        if (xml.contains("<!DOCTYPE")) {
            throw new IllegalArgumentException("a document type (expected: none)");
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            return read(factory.createXMLStreamReader(new StringReader(xml)));
        } catch (XMLStreamException e) {
            String line = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
            throw new IllegalArgumentException("no XML: " + line, e);
        }
    }

    private static Element read(XMLStreamReader reader) throws XMLStreamException {
        Deque<Open> open = new ArrayDeque<>();
        int elements = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    elements++;
                    if (open.size() >= MAX_DEPTH || elements > MAX_ELEMENTS) {
                        throw new IllegalArgumentException(
                                "more than "
                                        + MAX_ELEMENTS
                                        + " elements, or "
                                        + MAX_DEPTH
                                        + " within each other");
                    }
                    open.push(begun(reader));
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (!open.isEmpty()) {
                        open.element().text().append(reader.getText());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    Element closed = open.pop().closed();
                    if (open.isEmpty()) {
                        return closed;
                    }
                    open.element().children().add(closed);
                }
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                        throw new IllegalArgumentException("an entity of its own (expected: none)");
                default -> {}
            }
        }
        throw new IllegalArgumentException("no element (expected: domain)");
    }

    private static Open begun(XMLStreamReader reader) {
        TreeMap<String, String> attributes = new TreeMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        String prefix = reader.getPrefix();
        String name =
                prefix == null || prefix.isEmpty()
                        ? reader.getLocalName()
                        : prefix + ":" + reader.getLocalName();
        return new Open(name, attributes, new ArrayList<>(), new StringBuilder());
    }
}
