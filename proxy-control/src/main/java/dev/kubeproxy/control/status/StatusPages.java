package dev.kubeproxy.control.status;

import dev.kubeproxy.server.model.ServiceName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The paths of the status: JSON below {@code /status/}, and the page that shows it. Thread-safe; it only reads. */
public final class StatusPages {

    private static final String ROOT = "/status/";
    private static final String SERVICES = ROOT + "services/";
    private static final List<String> FILES = List.of(
            "index.html", "status.css", "main.js", "store.js", "table.js", "detail.js", "panels.js", "format.js");

    private final StatusJson json;
    private final Map<String, Document> files = new HashMap<>();

    public StatusPages(StatusSource source) {
        this.json = new StatusJson(source);
        for (String file : FILES) {
            files.put(ROOT + file, read(file));
        }
        Document index = Objects.requireNonNull(files.remove(ROOT + "index.html"));
        files.put("/", index);
        files.put(ROOT, index);
    }

    /** What the path stands for; empty where there is nothing. */
    public Optional<Document> at(String path) {
        Document file = files.get(path);
        if (file != null) {
            return Optional.of(file);
        }
        return switch (path) {
            case ROOT + "services" -> Optional.of(Document.json(json.services()));
            case ROOT + "traffic" -> Optional.of(Document.json(json.traffic()));
            case ROOT + "listeners" -> Optional.of(Document.json(json.listeners()));
            case ROOT + "events" -> Optional.of(Document.json(json.events()));
            case ROOT + "connections" -> Optional.of(Document.json(json.connections()));
            default -> service(path).map(Document::json);
        };
    }

    private Optional<String> service(String path) {
        String[] name =
                path.startsWith(SERVICES) ? path.substring(SERVICES.length()).split("/", -1) : new String[0];
        return name.length == 2 ? json.service(new ServiceName(name[0], name[1])) : Optional.empty();
    }

    private static Document read(String file) {
        try (InputStream in = Objects.requireNonNull(StatusPages.class.getResourceAsStream(file), file)) {
            String type = switch (file.substring(file.lastIndexOf('.') + 1)) {
                case "js" -> "text/javascript";
                case "css" -> "text/css";
                default -> "text/html";
            };
            return new Document(type + "; charset=utf-8", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
