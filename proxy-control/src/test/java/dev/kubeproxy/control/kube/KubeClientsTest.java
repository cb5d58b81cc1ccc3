package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpServer;
import dev.kubeproxy.server.testing.CapturedLog;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeClientsTest {

    private static final String SOUND = """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "https://10.0.0.1:6443", insecure-skip-tls-verify: true}}]
        users: [{name: u, user: {token: secret}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // the extension's
    private Path folder;

    @Test
    void aKubeconfigGivesServerAndToken() throws IOException {
        Config config = outside().configuration(Optional.of(write(SOUND)), Optional.empty());

        assertThat(config.getMasterUrl()).isEqualTo("https://10.0.0.1:6443/");
        assertThat(config.getAutoOAuthToken()).isEqualTo("secret");
        assertThat(config.getUserAgent()).isEqualTo("kube-proxy");
    }

    @Test
    void theMasterTakesPrecedenceOverTheFile() throws IOException {
        Config config = outside().configuration(Optional.of(write(SOUND)), Optional.of("https://10.0.0.2:6443"));

        assertThat(config.getMasterUrl()).startsWith("https://10.0.0.2:6443");
        assertThat(config.getAutoOAuthToken()).isEqualTo("secret");
    }

    @Test
    void aMasterAloneIsEnough() {
        assertThat(outside()
                        .configuration(Optional.empty(), Optional.of("http://10.0.0.2:8080"))
                        .getMasterUrl())
                .startsWith("http://10.0.0.2:8080");
    }

    @Test
    @Rule("N11")
    void fallingBackToThePodsServiceAccountIsToldOf() throws IOException {
        Files.writeString(folder.resolve("token"), "secret\n");
        var inPod = new KubeClients(
                Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1", "KUBERNETES_SERVICE_PORT", "443"), folder);
        try (CapturedLog log = new CapturedLog(KubeClients.class)) {
            assertThat(inPod.configuration(Optional.empty(), Optional.empty()).getMasterUrl())
                    .startsWith("https://10.96.0.1:443");
            assertThat(log.lines())
                    .containsExactly("WARN Neither kubeconfig file nor master URL was specified. Falling back to"
                            + " in-cluster config.");
        }
    }

    @Test
    void aPodReadsItsTokenEachTime() throws IOException {
        Files.writeString(folder.resolve("token"), "first\n");
        Config config = new KubeClients(
                        Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "443"), folder)
                .configuration(Optional.empty(), Optional.empty());

        assertThat(config.getMasterUrl()).startsWith("https://[fd00::1]:443");
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("first");
        Files.writeString(folder.resolve("token"), "second\n");
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("second");
    }

    @Test
    void theTokenFileOfAKubeconfigIsReadEachTime() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "first\n");
        Path kubeadm = write(SOUND.replace("token: secret", "tokenFile: " + token));
        Config config = outside().configuration(Optional.of(kubeadm), Optional.empty());

        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("first");
        Files.writeString(token, "second\n");
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("second");
    }

    @Test
    void aTokenFileComesBeforeATokenAndBesideACertificate() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "fresh");
        Files.writeString(folder.resolve("client.crt"), "");
        for (String beside : List.of("token: stale", "client-certificate: client.crt")) {
            Path both = write(SOUND.replace("token: secret", beside + ", tokenFile: " + token));
            Config config = outside().configuration(Optional.of(both), Optional.empty());
            assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("fresh");
        }
    }

    /** One that holds a token is fabric8's to read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "client-certificate: client.crt, client-key: ./client.key",
                "client-certificate-data: Yw==, client-key-data: aw==",
                "username: me, password: secret",
                "tokenFile: token",
                ""
            })
    void aKubeconfigMeansWhatFabric8TakesItFor(String user) throws IOException {
        for (String file : List.of("client.crt", "client.key", "ca.crt", "token")) {
            Files.writeString(folder.resolve(file), file);
        }
        Path file = write(SOUND.replace("token: secret", user)
                .replace("server:", "certificate-authority: ca.crt, tls-server-name: api, server:")
                .replace("user: u", "user: u, namespace: kube-system"));

        Config read = outside().configuration(Optional.of(file), Optional.empty());

        assertThat(read.getCaCertFile()).isEqualTo(folder.resolve("ca.crt").toString());
        assertThat(read.getNamespace()).isEqualTo("kube-system");
        assertThat(read.isTrustCerts()).isTrue();
        assertThat(identity(read)).isEqualTo(identity(Config.fromKubeconfig(file.toFile())));
    }

    /** All that a connection is made with; paths as they are found. */
    private static List<@Nullable Object> identity(Config config) {
        return Arrays.asList(
                config.getMasterUrl(),
                config.getTlsServerName(),
                normal(config.getClientCertFile()),
                normal(config.getClientKeyFile()),
                config.getClientCertData(),
                config.getClientKeyData(),
                config.getClientKeyAlgo(),
                config.getUsername(),
                config.getPassword(),
                config.getAutoOAuthToken(),
                config.getCurrentContext().getName());
    }

    private static @Nullable Path normal(@Nullable String path) {
        return path == null ? null : Path.of(path).normalize();
    }

    @Test
    void aConnectedClientReadsUsedFieldsOnly() {
        try (KubernetesClient client = outside().connect(Optional.empty(), Optional.of("http://127.0.0.1:1"))) {
            assertThat(client.getKubernetesSerialization()).isSameAs(UsedFields.SERIALIZATION);
        }
    }

    @Test
    void aUserThatActsAsAnotherDoes() throws IOException {
        Path acting = write(SOUND.replace("token: secret", "token: secret, as: proxy, as-groups: [a, b]"));
        Config config = outside().configuration(Optional.of(acting), Optional.empty());
        assertThat(config.getImpersonateUsername()).isEqualTo("proxy");
        assertThat(config.getImpersonateGroups()).containsExactly("a", "b");
    }

    @Test
    void theApiServerIsAskedThroughTheProxyOfTheEnvironment() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            byte[] empty =
                    "{\"kind\":\"ServiceList\",\"apiVersion\":\"v1\",\"items\":[]}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, empty.length);
            exchange.getResponseBody().write(empty);
            exchange.close();
        });
        proxy.start();
        var clients = new KubeClients(
                Map.of("HTTP_PROXY", "127.0.0.1:" + proxy.getAddress().getPort()), folder);
        try (KubernetesClient client = clients.connect(Optional.empty(), Optional.of("http://api.example.com:8080"))) {
            assertThat(client.services().inAnyNamespace().list().getItems()).isEmpty();
        } finally {
            proxy.stop(0);
        }
        assertThat(asked).singleElement().asString().startsWith("http://api.example.com:8080/api/v1/services");
    }

    @Test
    void theProxyOfTheKubeconfigComesFirst() throws IOException {
        Path file = write(SOUND.replace("server:", "proxy-url: \"http://own:1\", server:"));
        Config config = new KubeClients(Map.of("HTTPS_PROXY", "http://other:2"), folder)
                .configuration(Optional.of(file), Optional.empty());
        assertThat(config.getHttpsProxy()).isEqualTo("http://own:1");
    }

    @Test
    void outsideOfAClusterAFileOrAMasterIsNeeded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> outside().configuration(Optional.empty(), Optional.empty()))
                .withMessageContaining("give --kubeconfig or --master");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KubeClients(
                                Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "443"), folder)
                        .configuration(Optional.empty(), Optional.empty()))
                .withMessageContaining(folder.resolve("token") + " is not there");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1:6443", "ftp://10.0.0.1", "https://", "'https://a b'"})
    void aMasterThatIsNoUrlIsRefused(String master) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> outside().configuration(Optional.empty(), Optional.of(master)))
                .withMessage("--master is \"" + master + "\"; write a URL such as https://10.0.0.1:6443");
    }

    @Test
    void aMissingKubeconfigIsNamed() {
        Path missing = folder.resolve("missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> outside().configuration(Optional.of(missing), Optional.empty()))
                .withMessage("kubeconfig " + missing + ": there is no such file; give the path of a kubeconfig");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        current-context: x       | ''                          | : it has no current-context; name one of its contexts: x
        current-context: x       | current-context: y          | : its current-context "y" is not one of its contexts: x
        cluster: c               | cluster: d                  | : its context "x" names the cluster "d", which is not under clusters
        user: u}                 | user: v}                    | : its context "x" names the user "v", which is not under users
        users: [                 | 'users: [{name: u, user: {}}, '| : its users have "u" 2 times; keep one of them
        clusters: [              | 'clusters: [{name: c}, '    | : its clusters have "c" 2 times; keep one of them
        https://10.0.0.1:6443    | ''                          | : its cluster "c" has no server; write the API server's URL
        token: secret            | client-key: missing.pem     | /missing.pem is not there, or this user may not read it
        insecure-skip-tls-verify: true | certificate-authority: ca.crt | /ca.crt is not there, or this user may not read it
        kind: Config             | kind: [Config               | :3:
        contexts:                | contexts: x #               | : it is not a kubeconfig: Cannot deserialize value
        """)
    void aKubeconfigThatLeadsNowhereIsExplained(String sound, String broken, String message) throws IOException {
        Path file = write(SOUND.replace(sound, broken));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> outside().configuration(Optional.of(file), Optional.empty()))
                .withMessageStartingWith("kubeconfig " + file)
                .withMessageContaining(message);
    }

    @Test
    void anEmptyKubeconfigIsRefused() throws IOException {
        Path file = write("");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> outside().configuration(Optional.of(file), Optional.empty()))
                .withMessageStartingWith("kubeconfig " + file + ":");
    }

    private KubeClients outside() {
        return new KubeClients(Map.of(), folder);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), text);
    }
}
