package dev.kubeproxy.control.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The metrics port of a running proxy, asked for JSON. */
final class AdminPort implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_SAID = 200;
    private static final int FOUND = 200;
    private static final int NOT_FOUND = 404;

    private final String server;
    private final HttpClient client = HttpClient.newBuilder()
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(PATIENCE)
            .build();
    private final JsonMapper json = new JsonMapper();

    /** @param server {@code address:port} */
    AdminPort(String server) {
        this.server = server;
    }

    /**
     * What stands there; empty where there is nothing.
     *
     * @throws IOException when no proxy answers, or one that cannot tell; the message says so
     */
    Optional<JsonNode> find(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(path);
        if (answer.statusCode() == NOT_FOUND) {
            return Optional.empty();
        }
        if (answer.statusCode() != FOUND) {
            throw new IOException(
                    "%s%s answered %d: %s".formatted(server, path, answer.statusCode(), said(answer.body())));
        }
        try {
            return Optional.of(json.readTree(answer.body()));
        } catch (JacksonException e) {
            throw new IOException(server + path + " did not answer with JSON", e);
        }
    }

    /** What fits into a message: whoever answers there may be no proxy at all. */
    private static String said(String body) {
        String line = body.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "");
        return line.length() <= MOST_SAID ? line : line.substring(0, MOST_SAID) + "...";
    }

    /** The same where a proxy always has something. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return find(path).orElseThrow(() -> new IOException(server + " has no " + path + ": no proxy of this version"));
    }

    @Override
    public void close() {
        client.close();
    }

    private HttpResponse<String> send(String path) throws IOException, InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server + path))
                    .timeout(PATIENCE)
                    .build();
            return client.send(request, BodyHandlers.ofString());
        } catch (IllegalArgumentException e) {
            throw new IOException("\"" + server + "\" is no address:port", e);
        } catch (IOException e) {
            throw new IOException(
                    "no proxy answers on %s (%s); --server names another address"
                            .formatted(server, e.getMessage() == null ? e.toString() : e.getMessage()),
                    e);
        }
    }
}
