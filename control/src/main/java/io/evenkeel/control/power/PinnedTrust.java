package io.evenkeel.control.power;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one certificate and no other, whatever name it bears and however old it is: controllers
 * make their own, for names that nobody uses.
 */
final class PinnedTrust extends X509ExtendedTrustManager {
    private final Path file;
    private final Certificate trusted;

    private PinnedTrust(Path file, Certificate trusted) {
        this.file = file;
        this.trusted = trusted;
    }

    /** Reads the certificate (PEM). */
    static SSLContext context(Path file) throws RedfishException {
        try (InputStream in = Files.newInputStream(file)) {
            Certificate trusted = CertificateFactory.getInstance("X.509").generateCertificate(in);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new PinnedTrust(file, trusted)}, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw RedfishException.refused(
                    0, "certificateFile " + file + ": " + e + " (expected: a certificate in PEM)");
        }
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0 || !chain[0].equals(trusted)) {
            throw new CertificateException(
                    "it shows another certificate than "
                            + file
                            + (chain.length == 0
                                    ? ""
                                    : ": that of " + chain[0].getSubjectX500Principal()));
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("no client is trusted");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        throw new CertificateException("no client is trusted");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw new CertificateException("no client is trusted");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
