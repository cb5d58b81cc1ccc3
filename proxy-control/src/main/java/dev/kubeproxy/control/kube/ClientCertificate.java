package dev.kubeproxy.control.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The client certificate of a kubeconfig that names files for it and its key. They are read again where they changed, for
 * whoever renews them: a certificate that has run out would cut the proxy off from the API server for good. Thread-safe.
 */
final class ClientCertificate extends X509ExtendedKeyManager implements Interceptor {

    static final String NAME = "kube-proxy-client-certificate";

    private static final int MOST_ENGINES = 16;

    private static final Logger LOG = LogManager.getLogger();

    private final Config config;
    private final List<Path> files;
    /** The newest connections, by which the contexts are found that keep their sessions. */
    private final Deque<SSLEngine> engines = new ConcurrentLinkedDeque<>();

    private final Set<SSLSessionContext> contexts = ConcurrentHashMap.newKeySet();
    private List<Object> stamp;
    private X509ExtendedKeyManager manager;

    /** @throws IllegalArgumentException when the files are no certificate and key */
    private ClientCertificate(Config config) {
        this.config = config;
        this.files = List.of(Path.of(config.getClientCertFile()), Path.of(config.getClientKeyFile()));
        this.stamp = stamp();
        try {
            this.manager = read();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("the client certificate of " + files + " cannot be used: " + e, e);
        }
    }

    /** Empty where the user has none, or has it in the kubeconfig itself. */
    static Optional<ClientCertificate> of(Config config) {
        boolean inFiles = config.getClientCertData() == null
                && config.getClientKeyData() == null
                && config.getClientCertFile() != null
                && config.getClientKeyFile() != null;
        return inFiles ? Optional.of(new ClientCertificate(config)) : Optional.empty();
    }

    /**
     * A request begins, on a connection of its own: the server goes by the certificate that a connection began with, or the
     * TLS session that it resumes.
     */
    @Override
    public void before(BasicBuilder request, HttpRequest original, RequestTags tags) {
        if (request instanceof HttpRequest.Builder plain) {
            plain.setHeader("Connection", "close");
        }
        if (hasChanged()) {
            forgetSessions();
        }
    }

    private synchronized boolean hasChanged() {
        return !stamp().equals(stamp);
    }

    private void forgetSessions() {
        engines.removeIf(engine -> {
            SSLSessionContext sessions = engine.getSession().getSessionContext();
            if (sessions != null) { // it is known once its handshake is over
                contexts.add(sessions);
            }
            return sessions != null;
        });
        for (SSLSessionContext sessions : contexts) {
            for (byte[] id : Collections.list(sessions.getIds())) {
                SSLSession session = sessions.getSession(id);
                if (session != null) {
                    session.invalidate();
                }
            }
        }
    }

    private X509ExtendedKeyManager read() throws IOException, GeneralSecurityException {
        return Stream.of(SSLUtils.keyManagers(config))
                .filter(X509ExtendedKeyManager.class::isInstance)
                .map(X509ExtendedKeyManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("there is no X.509 certificate"));
    }

    /** Another where a file was replaced or written. */
    private List<Object> stamp() {
        List<Object> found = new ArrayList<>();
        for (Path file : files) {
            try {
                var attributes = Files.readAttributes(file, BasicFileAttributes.class);
                found.add(attributes.lastModifiedTime());
                found.add(attributes.size());
                found.add(String.valueOf(attributes.fileKey()));
            } catch (IOException e) {
                found.add(e.toString());
            }
        }
        return found;
    }

    /** The first thing that a connection asks for; what it asks for then belongs to the same files. */
    @Override
    public synchronized @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        engines.addLast(engine);
        if (engines.size() > MOST_ENGINES) {
            engines.pollFirst();
        }
        List<Object> now = stamp();
        if (!now.equals(stamp)) {
            try {
                manager = read();
                LOG.info("The client certificate {} was read again", files.getFirst());
                stamp = now;
            } catch (IOException | GeneralSecurityException | RuntimeException e) { // half-written, for a moment
                LOG.warn("The client certificate {} cannot be read again: {}", files.getFirst(), e.toString());
            }
        }
        return manager.chooseEngineClientAlias(keyTypes, issuers, engine);
    }

    @Override
    public synchronized X509Certificate[] getCertificateChain(String alias) {
        return manager.getCertificateChain(alias);
    }

    @Override
    public synchronized PrivateKey getPrivateKey(String alias) {
        return manager.getPrivateKey(alias);
    }

    @Override
    public synchronized String[] getClientAliases(String keyType, Principal[] issuers) {
        return manager.getClientAliases(keyType, issuers);
    }

    @Override
    public synchronized String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return manager.chooseClientAlias(keyTypes, issuers, socket);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        throw new UnsupportedOperationException("this is a client's");
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        throw new UnsupportedOperationException("this is a client's");
    }
}
