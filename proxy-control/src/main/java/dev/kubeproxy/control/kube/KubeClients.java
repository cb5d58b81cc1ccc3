package dev.kubeproxy.control.kube;

import dev.kubeproxy.server.balance.Ticker;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Makes clients of the Kubernetes API from a kubeconfig, a URL, or what a pod is given (rule N11). */
public final class KubeClients {

    private static final Logger LOG = LogManager.getLogger();

    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final String USER_AGENT = "kube-proxy";
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    private final Map<String, String> environment;
    private final Path serviceAccount;
    private final RequestObserver observer;

    /** @param observer is told of each request */
    public KubeClients(RequestObserver observer) {
        this(System.getenv(), SERVICE_ACCOUNT, observer);
    }

    KubeClients(Map<String, String> environment, Path serviceAccount) {
        this(environment, serviceAccount, RequestObserver.NONE);
    }

    private KubeClients(Map<String, String> environment, Path serviceAccount, RequestObserver observer) {
        this.environment = environment;
        this.serviceAccount = serviceAccount;
        this.observer = observer;
    }

    /**
     * A client, not yet connected.
     *
     * @param kubeconfig the file of {@code --kubeconfig}
     * @param master the URL of {@code --master}; it takes precedence over the file's
     * @throws IllegalArgumentException when they lead to no server; the message says which, why, and what to do
     */
    public KubernetesClient connect(Optional<Path> kubeconfig, Optional<String> master) {
        return new KubernetesClientBuilder()
                .withConfig(configuration(kubeconfig, master))
                .withHttpClientBuilderConsumer(
                        http -> http.addOrReplaceInterceptor(WatchDeadline.NAME, new WatchDeadline(REQUEST_TIMEOUT))
                                .addOrReplaceInterceptor(RequestMeter.NAME, new RequestMeter(observer, Ticker.SYSTEM)))
                .build();
    }

    Config configuration(Optional<Path> kubeconfig, Optional<String> master) {
        master.ifPresent(KubeClients::requireUrl);
        Config config = kubeconfig
                .map(KubeClients::fromFile)
                .or(() -> master.map(
                        _ -> new ConfigBuilder().withAutoConfigure(false).build()))
                .orElseGet(this::inCluster);
        master.ifPresent(config::setMasterUrl);
        config.setUserAgent(USER_AGENT);
        config.setRequestTimeout(Math.toIntExact(REQUEST_TIMEOUT.toMillis()));
        return config;
    }

    private static Config fromFile(Path path) {
        Optional<Path> tokenFile = new KubeconfigFile(path).sound();
        Config config = Config.fromKubeconfig(path.toFile());
        tokenFile.ifPresent(token -> config.setOauthTokenProvider(() -> read(token))); // fabric8 passes over it
        return config;
    }

    private Config inCluster() {
        LOG.warn("Neither kubeconfig file nor master URL was specified. Falling back to in-cluster config.");
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        if (host.isEmpty() || port.isEmpty()) {
            throw new IllegalArgumentException("This is no pod of a cluster: KUBERNETES_SERVICE_HOST and"
                    + " KUBERNETES_SERVICE_PORT are not set; give --kubeconfig or --master");
        }
        Path token = serviceAccount.resolve("token");
        if (!Files.isReadable(token)) {
            throw new IllegalArgumentException("The pod's token " + token + " is not there, or this user may not read"
                    + " it; let the pod have a service account token, or give --kubeconfig");
        }
        return new ConfigBuilder()
                .withAutoConfigure(false)
                .withMasterUrl("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port)
                .withCaCertFile(serviceAccount.resolve("ca.crt").toString())
                .withOauthTokenProvider(() -> read(token))
                .build();
    }

    /** Read anew for each request: the kubelet replaces a token before it expires. */
    private static String read(Path token) {
        try {
            return Files.readString(token).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the token " + token, e);
        }
    }

    private static void requireUrl(String master) {
        String example = "\"; write a URL such as https://10.0.0.1:6443";
        try {
            URI uri = URI.create(master);
            if (uri.getHost() == null || !("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                throw new IllegalArgumentException("--master is \"" + master + example);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--master is \"" + master + example, e);
        }
    }
}
