package dev.kubeproxy.control.status;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A headless Chromium, driven by WebDriver's own HTTP. */
final class Browser implements AutoCloseable {

    /** Keys as WebDriver names them. */
    static final String ENTER = "\uE007";

    static final String ESCAPE = "\uE00C";
    static final String DOWN = "\uE015";

    private static final Pattern STARTED = Pattern.compile(".*started successfully on port (\\d+).*");

    private final JsonMapper json = new JsonMapper();
    private final HttpClient client =
            HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
    private final Process driver;
    private final String session;

    private Browser(Process driver, int port) throws IOException, InterruptedException {
        this.driver = driver;
        Map<String, Object> options = Map.of(
                "args",
                List.of(
                        "--headless=new",
                        "--no-sandbox",
                        "--no-proxy-server",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--window-size=1400,900"));
        Map<String, Object> wanted = Map.of("alwaysMatch", Map.of("goog:chromeOptions", options));
        String base = "http://127.0.0.1:" + port + "/session";
        JsonNode opened = post(base, Map.of("capabilities", wanted));
        session = base + "/" + opened.get("sessionId").asString();
    }

    /** Skips the test, saying why, where no Chromium is installed; fails it where the lab, and so all, is required. */
    static Browser start() throws IOException, InterruptedException {
        boolean installed = Stream.of("chromium", "chromedriver")
                .allMatch(program -> Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program))));
        if (!installed) {
            String missing = "needs Chromium: packages chromium and chromium-driver";
            if (Boolean.getBoolean("lab.required")) {
                throw new AssertionError(missing);
            }
            System.err.println("Skipping: " + missing);
            Assumptions.abort(missing);
        }
        Process driver = new ProcessBuilder("chromedriver", "--port=0")
                .redirectErrorStream(true)
                .start();
        BufferedReader log = driver.inputReader();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.matches()) {
                return new Browser(driver, Integer.parseInt(started.group(1)));
            }
        }
        throw new AssertionError("chromedriver ended before it served");
    }

    void open(String url) throws IOException, InterruptedException {
        post(session + "/url", Map.of("url", url));
    }

    /** What the JavaScript returns. */
    JsonNode run(String script) throws IOException, InterruptedException {
        return post(session + "/execute/sync", Map.of("script", script, "args", List.of()));
    }

    /** The text of the first element that matches. */
    String text(String selector) throws IOException, InterruptedException {
        return run("return document.querySelector(" + json.writeValueAsString(selector) + ")?.innerText ?? ''")
                .asString();
    }

    /** Types as a person does: where the focus is. */
    void type(String keys) throws IOException, InterruptedException {
        List<Map<String, String>> actions = keys.codePoints()
                .mapToObj(Character::toString)
                .flatMap(key ->
                        Stream.of(Map.of("type", "keyDown", "value", key), Map.of("type", "keyUp", "value", key)))
                .toList();
        post(
                session + "/actions",
                Map.of("actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", actions))));
    }

    @Override
    public void close() {
        try {
            client.send(HttpRequest.newBuilder(URI.create(session)).DELETE().build(), BodyHandlers.discarding());
        } catch (IOException e) {
            throw new AssertionError("the browser did not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            driver.destroy();
            client.close();
        }
    }

    private JsonNode post(String url, Map<String, ?> body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .POST(BodyPublishers.ofString(json.writeValueAsString(body)))
                .build();
        JsonNode value = json.readTree(
                        client.send(request, BodyHandlers.ofString()).body())
                .get("value");
        if (value.has("error")) {
            throw new IOException(value.get("message").asString());
        }
        return value;
    }
}
