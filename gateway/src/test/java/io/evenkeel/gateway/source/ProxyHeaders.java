package io.evenkeel.gateway.source;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** PROXY headers written byte by byte, right or wrong. */
public final class ProxyHeaders {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    /** IPv4, 192.0.2.1:56324 to 198.51.100.1:443. */
    public static final String FOUR = "c0000201" + "c6336401" + "dc04" + "01bb";

    /** IPv6, [2001:db8::1]:56324 to [2001:db8::2]:443. */
    public static final String SIX =
            "20010db8000000000000000000000001"
                    + "20010db8000000000000000000000002"
                    + "dc04"
                    + "01bb";

    private ProxyHeaders() {}

    /** Version 1 as it is. */
    public static byte[] text(String line) {
        return line.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Version 2.
     *
     * @param commandAndFamily two bytes in hexadecimal, such as {@code 2111} for TCP over IPv4
     * @param rest addresses and extensions in hexadecimal
     */
    public static byte[] binary(String commandAndFamily, String rest) {
        return bytes(
                SIGNATURE
                        + commandAndFamily
                        + HexFormat.of().toHexDigits((short) (rest.length() / 2))
                        + rest);
    }

    /** An extension of type, length and value. */
    public static String extension(int type, String value) {
        return HexFormat.of().toHexDigits((byte) type)
                + HexFormat.of().toHexDigits((short) (value.length() / 2))
                + value;
    }

    /** Version 2 with its checksum as the last extension. */
    public static byte[] checked(String commandAndFamily, String rest) {
        byte[] header = binary(commandAndFamily, rest + extension(3, "00000000"));
        CRC32C crc = new CRC32C();
        crc.update(header);
        ByteBuffer.wrap(header).putInt(header.length - 4, (int) crc.getValue());
        return header;
    }

    /** From hexadecimal. */
    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** One behind the other. */
    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static ProxyHeader parse(byte[] bytes) {
        return ProxyHeader.parse(ByteBuffer.wrap(bytes), 0, bytes.length);
    }
}
