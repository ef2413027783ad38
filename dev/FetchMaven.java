import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;

/** Downloads a file and keeps it only if its SHA-512 is the expected one: java FetchMaven.java URL SHA512 FILE. */
void main(String[] args) throws IOException, InterruptedException, java.security.NoSuchAlgorithmException {
    var file = Path.of(args[2]);
    var digest = MessageDigest.getInstance("SHA-512");
    try (var client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).connectTimeout(Duration.ofSeconds(20)).build()) {
        var request = HttpRequest.newBuilder(URI.create(args[0])).timeout(Duration.ofMinutes(2)).build();
        var reply = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (reply.statusCode() != 200) {
            throw new IOException(args[0] + ": status " + reply.statusCode() + " (expected: 200)");
        }
        try (var body = new DigestInputStream(reply.body(), digest)) {
            Files.copy(body, file);
        }
    }
    var seen = HexFormat.of().formatHex(digest.digest());
    if (!seen.equals(args[1])) {
        Files.delete(file);
        throw new IOException(args[0] + ": SHA-512 " + seen + " (expected: " + args[1] + "); nothing of it was used");
    }
}
