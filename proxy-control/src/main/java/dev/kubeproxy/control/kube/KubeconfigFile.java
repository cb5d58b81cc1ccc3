package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;
import static dev.kubeproxy.control.kube.FieldReader.text;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.Context;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** A kubeconfig file, looked over before fabric8 reads it: that one takes much for a default, in silence. */
final class KubeconfigFile {

    private final Path path;

    KubeconfigFile(Path path) {
        this.path = path;
    }

    /**
     * What the file says, with absolute paths.
     *
     * @param user of its current context, where that names one
     */
    record Content(Config config, Optional<AuthInfo> user) {

        /** Whether who the user is stays in this file, or a program that it names, and has to be read again. */
        boolean holdsToken() {
            return user.filter(found -> found.getExec() != null
                            || found.getAuthProvider() != null
                            || !text(found.getToken()).isEmpty())
                    .isPresent();
        }
    }

    /**
     * Reads the file, and makes sure that it leads to a server.
     *
     * @throws IllegalArgumentException when it does not: which file and line, what is wrong, what to do
     */
    Content sound() {
        Config config = parse(content());
        Context context = context(config);
        Cluster cluster = each(config.getClusters()).stream()
                .filter(named -> text(context.getCluster()).equals(named.getName()))
                .map(named -> named.getCluster())
                .findFirst()
                .orElseThrow(() -> wrong("its context \"" + config.getCurrentContext() + "\" names the cluster \""
                        + text(context.getCluster()) + "\", which is not under clusters"));
        if (text(cluster.getServer()).isEmpty()) {
            throw wrong("its cluster \"" + context.getCluster() + "\" has no server; write the API server's URL");
        }
        cluster.setCertificateAuthority(absolute("certificate-authority", cluster.getCertificateAuthority()));
        Optional<AuthInfo> user = user(config, context);
        user.ifPresent(this::makeAbsolute);
        return new Content(config, user);
    }

    private String content() {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException _) {
            throw wrong("there is no such file; give the path of a kubeconfig");
        } catch (AccessDeniedException _) {
            throw wrong("this user may not read it; check its owner and mode");
        } catch (IOException e) {
            throw wrong("cannot be read: " + e.getMessage());
        }
    }

    private Config parse(String text) {
        try {
            Config config = UsedFields.serialization().unmarshal(text, Config.class);
            if (config != null) {
                return config;
            }
        } catch (RuntimeException e) {
            throw unparsable(e);
        }
        throw wrong("it is empty");
    }

    /** Says where the YAML breaks off; a field of the wrong type has no line by then, but its name. */
    private IllegalArgumentException unparsable(RuntimeException e) {
        Throwable cause = e;
        while (!(cause instanceof MarkedYamlEngineException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof MarkedYamlEngineException broken
                && broken.getProblemMark().isPresent()) {
            int line = broken.getProblemMark().get().getLine() + 1;
            return new IllegalArgumentException("kubeconfig " + path + ":" + line + ": " + broken.getProblem());
        }
        return wrong("it is not a kubeconfig: " + cause.getMessage());
    }

    private Context context(Config config) {
        String current = text(config.getCurrentContext());
        List<String> names = each(config.getContexts()).stream()
                .map(named -> named.getName())
                .toList();
        if (current.isEmpty()) {
            throw wrong("it has no current-context; name one of its contexts: " + String.join(", ", names));
        }
        return each(config.getContexts()).stream()
                .filter(named -> current.equals(named.getName()) && named.getContext() != null)
                .map(named -> named.getContext())
                .findFirst()
                .orElseThrow(() -> wrong("its current-context \"" + current + "\" is not one of its contexts: "
                        + String.join(", ", names)));
    }

    private Optional<AuthInfo> user(Config config, Context context) {
        String name = text(context.getUser());
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(each(config.getUsers()).stream()
                .filter(named -> name.equals(named.getName()) && named.getUser() != null)
                .map(named -> named.getUser())
                .findFirst()
                .orElseThrow(() -> wrong("its context \"" + config.getCurrentContext() + "\" names the user \"" + name
                        + "\", which is not under users")));
    }

    private void makeAbsolute(AuthInfo user) {
        user.setClientCertificate(absolute("client-certificate", user.getClientCertificate()));
        user.setClientKey(absolute("client-key", user.getClientKey()));
        user.setTokenFile(absolute("tokenFile", user.getTokenFile()));
    }

    /** A file that is named in this one, as a rule relative to it. */
    private @Nullable String absolute(String field, @Nullable String written) {
        if (text(written).isEmpty()) {
            return written;
        }
        Path file = path.toAbsolutePath().resolveSibling(text(written));
        if (!Files.isReadable(file)) {
            throw wrong("its " + field + " " + file + " is not there, or this user may not read it");
        }
        return file.toString();
    }

    private IllegalArgumentException wrong(String sentence) {
        return new IllegalArgumentException("kubeconfig " + path + ": " + sentence);
    }
}
