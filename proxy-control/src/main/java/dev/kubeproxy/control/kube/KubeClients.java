package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;
import static dev.kubeproxy.control.kube.FieldReader.text;

import dev.kubeproxy.server.balance.Ticker;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

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
     * A client, not yet connected. It goes through the proxy that the environment or the file names.
     *
     * @param kubeconfig the file of {@code --kubeconfig}
     * @param master the URL of {@code --master}; it takes precedence over the file's
     * @throws IllegalArgumentException when they lead to no server; the message says which, why, and what to do
     */
    public KubernetesClient connect(Optional<Path> kubeconfig, Optional<String> master) {
        Config config = configuration(kubeconfig, master);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(UsedFields.SERIALIZATION)
                .withHttpClientBuilderConsumer(http -> {
                    http.addOrReplaceInterceptor(WatchDeadline.NAME, new WatchDeadline(REQUEST_TIMEOUT));
                    http.addOrReplaceInterceptor(RequestMeter.NAME, new RequestMeter(observer, Ticker.SYSTEM));
                    ClientCertificate.of(config).ifPresent(certificate -> use(certificate, config, http));
                })
                .build();
    }

    private static void use(ClientCertificate certificate, Config config, HttpClient.Builder http) {
        try {
            http.sslContext(new KeyManager[] {certificate}, SSLUtils.trustManagers(config));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificate authority cannot be used: " + e.getMessage(), e);
        }
        http.addOrReplaceInterceptor(ClientCertificate.NAME, certificate);
    }

    Config configuration(Optional<Path> kubeconfig, Optional<String> master) {
        master.ifPresent(KubeClients::requireUrl);
        Config config = kubeconfig
                .map(KubeClients::fromFile)
                .or(() -> master.map(
                        _ -> new ConfigBuilder().withAutoConfigure(false).build()))
                .orElseGet(this::inCluster);
        master.ifPresent(config::setMasterUrl);
        useProxy(config);
        config.setUserAgent(USER_AGENT);
        config.setRequestTimeout(Math.toIntExact(REQUEST_TIMEOUT.toMillis()));
        return config;
    }

    /** The kubeconfig's {@code proxy-url}, which fabric8 heeds by its scheme and not the server's, or the environment's. */
    private void useProxy(Config config) {
        String own = config.getHttpsProxy() == null ? config.getHttpProxy() : config.getHttpsProxy();
        String proxy = own == null ? proxyOfEnvironment(config.getMasterUrl()) : own;
        config.setHttpsProxy(proxy);
        config.setHttpProxy(proxy);
    }

    private @Nullable String proxyOfEnvironment(String master) {
        URI server;
        try {
            server = URI.create(master);
        } catch (IllegalArgumentException _) { // the client tells
            return null;
        }
        Optional<URI> proxy = new EnvironmentProxy(environment).of(server);
        proxy.ifPresent(uri -> LOG.info(
                "The API server is asked through the environment's proxy {}:{}", uri.getHost(), uri.getPort()));
        return proxy.map(URI::toString).orElse(null);
    }

    private static Config fromFile(Path path) {
        KubeconfigFile.Content file = new KubeconfigFile(path).sound();
        Config config = file.holdsToken() ? Config.fromKubeconfig(path.toFile()) : withoutModels(file);
        file.user().ifPresent(found -> complete(config, found));
        return config;
    }

    /**
     * As {@link Config#fromKubeconfig} does, but for reading the file anew, by which fabric8 loads the classes of all kinds
     * of objects: a seventh of the start, and 10 MiB.
     */
    private static Config withoutModels(KubeconfigFile.Content file) {
        Config config = Config.empty();
        KubeConfigUtils.merge(config, null, file.config());
        return config;
    }

    /** With what fabric8 passes over. A token's file comes before a token that is written down. */
    private static void complete(Config config, AuthInfo user) {
        if (!text(user.getTokenFile()).isEmpty()) {
            Path token = Path.of(user.getTokenFile());
            config.setOauthTokenProvider(() -> read(token));
        }
        if (!text(user.getAs()).isEmpty()) {
            config.setImpersonateUsername(user.getAs());
            config.setImpersonateGroups(each(user.getAsGroups()).toArray(String[]::new));
            config.setImpersonateExtras(user.getAsUserExtra());
        }
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
