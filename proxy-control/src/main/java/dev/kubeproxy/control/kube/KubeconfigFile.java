package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;
import static dev.kubeproxy.control.kube.FieldReader.text;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** A kubeconfig file, looked over before fabric8 makes use of it: that one takes much for a default, in silence. */
final class KubeconfigFile {

    private final Path path;

    KubeconfigFile(Path path) {
        this.path = path;
    }

    /**
     * What the file says.
     *
     * @param config its whole; of the current context, paths of files are absolute
     * @param user of the current context, where that names one
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
        Cluster cluster = named("clusters", text(context.getCluster()), config.getClusters(), NamedCluster::getName)
                .map(NamedCluster::getCluster)
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
            Config config = UsedFields.SERIALIZATION.unmarshal(text, Config.class);
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
        return named("contexts", current, config.getContexts(), NamedContext::getName)
                .map(NamedContext::getContext)
                .orElseThrow(() -> wrong("its current-context \"" + current + "\" is not one of its contexts: "
                        + String.join(", ", names)));
    }

    private Optional<AuthInfo> user(Config config, Context context) {
        String name = text(context.getUser());
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(named("users", name, config.getUsers(), NamedAuthInfo::getName)
                .map(NamedAuthInfo::getUser)
                .orElseThrow(() -> wrong("its context \"" + config.getCurrentContext() + "\" names the user \"" + name
                        + "\", which is not under users")));
    }

    /** The entry of a name: client-go knows no second one. */
    private <T> Optional<T> named(String list, String name, @Nullable List<T> entries, Function<T, String> nameOf) {
        List<T> found = each(entries).stream()
                .filter(entry -> name.equals(nameOf.apply(entry)))
                .toList();
        if (found.size() > 1) {
            throw wrong("its " + list + " have \"" + name + "\" " + found.size() + " times; keep one of them");
        }
        return found.stream().findFirst();
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
