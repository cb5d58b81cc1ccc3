package dev.kubeproxy.control.kube;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy that the environment names for a server: {@code HTTPS_PROXY} or {@code HTTP_PROXY}, unless
 * {@code NO_PROXY} excepts the server. Read as programs in Go do, kube-proxy among them; Java and fabric8 differ.
 */
record EnvironmentProxy(Map<String, String> environment) {

    /** Of proxies that are asked in clear; fabric8 knows no others. */
    private static final Map<String, Integer> PORTS = Map.of("http", 80, "socks5", 1080);

    /**
     * Empty where the server is asked directly, as this machine's own always is.
     *
     * @throws IllegalArgumentException when the proxy's URL is none; the message names the variable
     */
    Optional<URI> of(URI server) {
        boolean tls = "https".equals(server.getScheme());
        String name = tls ? "HTTPS_PROXY" : "HTTP_PROXY";
        String proxy = value(name);
        if (proxy.isEmpty() || server.getHost() == null || isExcepted(server, tls ? 443 : 80)) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(escaped(proxy.contains("://") ? proxy : "http://" + proxy));
            if (uri.getHost() != null && PORTS.containsKey(uri.getScheme())) {
                return Optional.of(withPort(uri));
            }
        } catch (IllegalArgumentException _) {
            // told below, without the password that may be in it
        }
        throw new IllegalArgumentException(name + " names no proxy that can be used; write a URL such as"
                + " http://proxy.example.com:3128 or socks5://proxy.example.com:1080");
    }

    /** A password may have any character in it, Go thinks. */
    private static String escaped(String proxy) {
        int user = proxy.indexOf("://") + 3;
        int host = proxy.lastIndexOf('@');
        return host < user
                ? proxy
                : proxy.substring(0, user) + proxy.substring(user, host).replace("@", "%40") + proxy.substring(host);
    }

    private static URI withPort(URI uri) {
        return uri.getPort() >= 0
                ? uri
                : URI.create(uri.getScheme() + "://" + uri.getRawAuthority().replaceAll(":$", "") + ":"
                        + PORTS.get(uri.getScheme()));
    }

    private boolean isExcepted(URI server, int usualPort) {
        String host = server.getHost().toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
        int port = server.getPort() < 0 ? usualPort : server.getPort();
        InetAddress address = address(host);
        return host.equals("localhost")
                || (address != null && address.isLoopbackAddress())
                || Stream.of(value("NO_PROXY").split(",", -1))
                        .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
                        .filter(entry -> !entry.isEmpty())
                        .anyMatch(entry -> matches(entry, host, address, port));
    }

    /** An entry is {@code *}, a range, an address, or a name that stands for its subdomains too; all but * may have a port. */
    private static boolean matches(String entry, String host, @Nullable InetAddress address, int port) {
        if (entry.equals("*")) {
            return true;
        }
        if (entry.contains("/")) {
            return address != null && contains(entry, address);
        }
        String name = entry;
        int colon = entry.lastIndexOf(':');
        if (address(entry) == null && colon >= 0) {
            if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = entry.substring(0, colon);
        }
        name = name.replaceAll("[\\[\\]]", "").replaceFirst("^\\*", "");
        InetAddress own = address(name);
        if (own != null) {
            return own.equals(address);
        }
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    }

    private static boolean contains(String range, InetAddress address) {
        try {
            return Cidr.parse(range).contains(address);
        } catch (IllegalArgumentException _) { // no range, so it excepts nothing
            return false;
        }
    }

    private static @Nullable InetAddress address(String text) {
        try {
            return Addresses.parse(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Either way of writing is common. */
    private String value(String name) {
        String upper = environment.getOrDefault(name, "");
        return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
    }
}
