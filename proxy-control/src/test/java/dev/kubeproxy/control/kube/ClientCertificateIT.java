package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.CapturedLog;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that wants certificates of its clients. */
class ClientCertificateIT {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    @SuppressWarnings("NullAway.Init") // the extension's
    private Path folder;

    private final List<String> clients = new CopyOnWriteArrayList<>();
    private final ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());

    ClientCertificateIT() throws IOException {}

    @BeforeEach
    void serve() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(certificate("server"), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS"); // one for all, so that sessions are resumed
        context.init(keys.getKeyManagers(), new TrustManager[] {new Anybody()}, null);
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket accepted = server.accept()) {
                    answer(accepted, context);
                } catch (IOException e) {
                    clients.add(e.toString());
                }
            }
        });
    }

    private void answer(Socket accepted, SSLContext context) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(accepted, null, true);
        socket.setNeedClientAuth(true);
        var request = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        while (!request.readLine().isEmpty()) {
            // a header
        }
        clients.add(socket.getSession().getPeerPrincipal().getName());
        String empty = "{\"kind\":\"NodeList\",\"apiVersion\":\"v1\",\"items\":[]}";
        socket.getOutputStream().write("""
            HTTP/1.1 200 OK\r
            Content-Type: application/json\r
            Content-Length: %d\r
            \r
            %s""".formatted(empty.length(), empty).getBytes(StandardCharsets.US_ASCII));
        while (request.read() >= 0) {
            // until the client closes
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aRenewedCertificateIsUsedForTheNextRequest() throws Exception {
        write(certificate("before"));
        try (KubernetesClient client = connect();
                CapturedLog log = new CapturedLog(ClientCertificate.class)) {
            client.nodes().list();
            Files.writeString(folder.resolve("client.crt"), "half");
            client.nodes().list();
            write(certificate("after"));
            client.nodes().list();
            assertThat(clients).containsExactly("CN=before", "CN=before", "CN=after");
            assertThat(log.lines()).hasSize(2).satisfies(lines -> {
                assertThat(lines.getFirst()).startsWith("WARN").contains("cannot be read again");
                assertThat(lines.getLast()).startsWith("INFO").contains("was read again");
            });
        }
    }

    private KubernetesClient connect() throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}}]
            users: [{name: u, user: {client-certificate: client.crt, client-key: client.key}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """.formatted(server.getLocalPort()));
        return new KubeClients(Map.of(), folder).connect(Optional.of(kubeconfig), Optional.empty());
    }

    private void write(KeyStore client) throws IOException, GeneralSecurityException {
        Certificate certificate = client.getCertificate("it");
        Files.writeString(
                folder.resolve("client.key"),
                pem("PRIVATE KEY", client.getKey("it", PASSWORD).getEncoded()));
        Files.writeString(folder.resolve("client.crt"), pem("CERTIFICATE", certificate.getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    /** One that has signed itself. */
    private KeyStore certificate(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=" + name,
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return KeyStore.getInstance(store.toFile(), PASSWORD);
    }

    private record Anybody() implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // whoever
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
